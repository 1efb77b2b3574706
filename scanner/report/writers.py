"""The tree of prose.py to HTML, to plain text and to a mail. Each escapes what its medium needs, and nothing more."""

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
    mark = _mark(node, place)
    return mark + _indented(to_text(blocks), " " * len(mark)).lstrip()


#: Stand for a space inside code and mark its word. No fact holds them: values.visible writes private letters out.
_KEPT, _CODE = "\ue000", "\ue001"


def to_mail(nodes: Iterable[Block | Inline], width: int) -> str:
    """Plain text of at most `width` columns; code stands in backquotes or indented, and is never broken."""
    nodes = tuple(nodes)
    if nodes and isinstance(nodes[0], Paragraph | Listing | Items):
        return "\n\n".join(_mail_block(node, width) for node in nodes)
    return filled("".join(_mail_inline(node) for node in nodes), width)


def filled(text: str, width: int) -> str:
    """Words on lines of at most `width` columns; a longer word is cut in pieces, unless it is code."""
    lines: list[str] = []
    for word in text.split(" "):
        size = len(word.replace(_CODE, ""))
        if lines and len(lines[-1].replace(_CODE, "")) + 1 + size <= width:
            lines[-1] += f" {word}"
        elif size <= width or _CODE in word:
            lines.append(word)
        else:
            lines += [word[start : start + width] for start in range(0, size, width)]
    return "\n".join(lines).replace(_KEPT, " ").replace(_CODE, "")


def _mail_block(node: Block | Inline, width: int) -> str:
    if isinstance(node, Items):
        return "\n".join(_mail_item(node, place, item, width) for place, item in enumerate(node.items))
    return to_mail(node.children, width) if isinstance(node, Paragraph) else _text(node)


def _mail_item(node: Items, place: int, blocks: tuple[Block, ...], width: int) -> str:
    mark = _mark(node, place)
    return mark + _indented(to_mail(blocks, width - len(mark)), " " * len(mark)).lstrip()


def _mail_inline(node: Block | Inline) -> str:
    if isinstance(node, Code):
        return f"{_CODE}`{_code(node.parts)}`".replace(" ", _KEPT)
    return "".join(map(_mail_inline, node.children)) if isinstance(node, Styled) else _text(node)


def _mark(node: Items, place: int) -> str:
    return "- " if node.start is None else f"{node.start + place}. "


def _indented(text: str, margin: str) -> str:
    return "\n".join(margin + line if line else line for line in text.split("\n"))


def _code(parts: tuple[Part, ...]) -> str:
    return "".join(_words(part) for part in parts)


def _words(part: Part) -> str:
    return part.unfilled if isinstance(part, Slot) else part.text
