"""Facts into the tree of prose.py: every slot becomes the characters that its place allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scanner.report.prose import Block, Code, Inline, Items, Listing, Paragraph, Part, Slot, Styled, Words

#: (slot name, where it stands: "prose", "code", "command", or "each": one member a line) -> the characters to show.
Filler = Callable[[str, str], str]


def fill(blocks: tuple[Block, ...], filler: Filler) -> tuple[Block, ...]:
    """The same tree without slots."""
    return tuple(_fill_block(block, filler) for block in blocks)


def fill_inlines(inlines: tuple[Inline, ...], filler: Filler) -> tuple[Inline, ...]:
    """The same inlines without slots."""
    return tuple(_fill_inline(inline, filler) for inline in inlines)


def _fill_block(block: Block, filler: Filler) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, children=fill_inlines(block.children, filler))
    if isinstance(block, Listing):
        return replace(block, parts=_fill_code(block.parts, block.command, filler))
    return replace(block, items=tuple(fill(item, filler) for item in block.items))


def _fill_inline(inline: Inline, filler: Filler) -> Inline:
    if isinstance(inline, Slot):
        return Words(_shown(inline, "prose", filler))
    if isinstance(inline, Code):
        return replace(inline, parts=_fill_code(inline.parts, inline.command, filler))
    if isinstance(inline, Styled):
        return replace(inline, children=fill_inlines(inline.children, filler))
    return inline


def _fill_code(parts: tuple[Part, ...], command: bool, filler: Filler) -> tuple[Part, ...]:
    place = "command" if command else "code"
    filled: list[Part] = []
    for part in parts:
        if isinstance(part, Slot) and part.each:
            start = "".join(each.text for each in filled if isinstance(each, Words)).rpartition("\n")[2]
            filled.append(Words(filler(part.name, "each").replace("\n", f"\n{start}")))
        else:
            filled.append(Words(_shown(part, place, filler)) if isinstance(part, Slot) else part)
    return tuple(filled)


def _shown(slot: Slot, place: str, filler: Filler) -> str:
    """The fact, or the form that agrees with it. A name in `list` or `s` holds members, `3306` being one of them;
    any other is a number. A place left open for members (`‹ports›`) stands for several."""
    if not slot.many:
        return filler(slot.name, place)
    fact = filler(slot.name, "code")
    if fact.startswith("‹") and slot.name.endswith(("list", "s")):
        return slot.many
    alone = ", " not in fact if slot.name.endswith(("list", "s")) or not fact.isdecimal() else fact in ("0", "1")
    return slot.one if alone else slot.many


def slots(node: Block | Inline) -> frozenset[str]:
    """The names of every fact that this node wants."""
    found: set[str] = set()

    def note(name: str, place: str) -> str:
        found.add(name)
        return ""

    if isinstance(node, Paragraph | Listing | Items):
        _fill_block(node, note)
    else:
        _fill_inline(node, note)
    return frozenset(found)
