"""The tree of prose.py to Markdown, for texts of ours whose facts are still ‹slots›: nothing is escaped."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Reference
from scanner.report.prose import Block, Code, Inline, Items, Listing, Paragraph, Slot, Styled
from scanner.report.writers import to_text


def to_markdown(node: Block) -> str:
    """One block."""
    if isinstance(node, Paragraph):
        return inlines_to_markdown(node.children)
    if isinstance(node, Listing):
        return f"```{node.language}\n{to_text((node,)).replace('    ', '', 1).replace(chr(10) + '    ', chr(10))}\n```"
    return "\n".join(_item(node, place, item) for place, item in enumerate(node.items))


def inlines_to_markdown(inlines: Iterable[Inline]) -> str:
    """A title, or the words of a paragraph."""
    return "".join(_inline(inline) for inline in inlines)


def references_to_markdown(references: Iterable[Reference]) -> str:
    """References on one line, each a link where it has a public address."""
    return ", ".join(f"[{each.id}]({each.url})" if each.url else each.id for each in references)


def _item(node: Items, place: int, blocks: tuple[Block, ...]) -> str:
    mark = "- " if node.start is None else f"{node.start + place}. "
    inside = "\n\n".join(to_markdown(block) for block in blocks)
    return mark + inside.replace("\n", "\n" + " " * len(mark))


def _inline(inline: Inline) -> str:
    if isinstance(inline, Code):
        return f"`{to_text((inline,))}`"
    if isinstance(inline, Styled):
        mark = "**" if inline.strong else "*"
        return f"{mark}{inlines_to_markdown(inline.children)}{mark}"
    return inline.unfilled if isinstance(inline, Slot) else inline.text
