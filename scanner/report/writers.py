"""The tree of prose.py to HTML and to plain text. Each escapes what its medium needs, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from scanner.report.prose import Block, Code, Inline, Items, Listing, Paragraph, Part, Slot, Styled


def escape_text(text: str) -> str:
    """For the content of an element: quotes stay readable, so that a DNS record can be copied from the source too."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_html(nodes: Iterable[Block | Inline]) -> Markup:
    """HTML of blocks or inlines."""
    return Markup("".join(_html(node) for node in nodes))  # noqa: S704 - every character went through escape_text


def _html(node: Block | Inline) -> str:
    if isinstance(node, Paragraph):
        return f"<p>{to_html(node.children)}</p>\n"
    if isinstance(node, Listing):
        return f'<pre tabindex="0"><code>{escape_text(_code(node.parts))}</code></pre>\n'
    if isinstance(node, Items):
        tag = "ul" if node.start is None else "ol"
        start = f' start="{node.start}"' if node.start not in (None, 1) else ""
        return f"<{tag}{start}>\n" + "".join(f"<li>{_html_item(item)}</li>\n" for item in node.items) + f"</{tag}>\n"
    if isinstance(node, Code):
        return f"<code>{escape_text(_code(node.parts))}</code>"
    if isinstance(node, Styled):
        tag = "strong" if node.strong else "em"
        return f"<{tag}>{to_html(node.children)}</{tag}>"
    return escape_text(_words(node))


def _html_item(blocks: tuple[Block, ...]) -> str:
    """A list item of one paragraph needs no <p>."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return str(to_html(blocks[0].children))
    return str(to_html(blocks))


def to_text(nodes: Iterable[Block | Inline]) -> str:
    """Plain text: blocks apart by an empty line, code indented by four spaces."""
    nodes = tuple(nodes)
    if nodes and isinstance(nodes[0], Paragraph | Listing | Items):
        return "\n\n".join(_text(node) for node in nodes)
    return "".join(_text(node) for node in nodes)


def _text(node: Block | Inline) -> str:
    if isinstance(node, Paragraph):
        return to_text(node.children)
    if isinstance(node, Listing):
        return _indented(_code(node.parts), "    ")
    if isinstance(node, Items):
        return "\n".join(_text_item(node, place, item) for place, item in enumerate(node.items))
    if isinstance(node, Code):
        return _code(node.parts)
    if isinstance(node, Styled):
        return to_text(node.children)
    return _words(node)


def _text_item(node: Items, place: int, blocks: tuple[Block, ...]) -> str:
    mark = "- " if node.start is None else f"{node.start + place}. "
    return mark + _indented(to_text(blocks), " " * len(mark)).lstrip()


def _indented(text: str, margin: str) -> str:
    return "\n".join(margin + line if line else line for line in text.split("\n"))


def _code(parts: tuple[Part, ...]) -> str:
    return "".join(_words(part) for part in parts)


def _words(part: Part) -> str:
    return f"‹{part.name}›" if isinstance(part, Slot) else part.text
