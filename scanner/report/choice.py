"""Which blocks of a text concern its reader: those of the products in use here, and those that are not for the town alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from scanner.products import KINDS, NEEDED, TOWN
from scanner.report.prose import Block, Items

_Test = Callable[[tuple[str, ...]], bool]


def for_products(blocks: tuple[Block, ...], known: frozenset[str]) -> tuple[Block, ...]:
    """Without what is tied to another product of a kind that was recognised; all of it where nothing would be left."""
    held = frozenset(_words(blocks))
    told = {KINDS[product] for product in known if product in held or KINDS[product] not in NEEDED}

    def concerns(only: tuple[str, ...]) -> bool:
        return not only or any(word in known or KINDS.get(word, word) not in told for word in only)

    return tuple(_kept(blocks, concerns)) or blocks


def for_supplier(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Without what only the town itself reads."""
    return tuple(_kept(blocks, lambda only: TOWN not in only))


def _words(blocks: Iterable[Block]) -> Iterator[str]:
    """Every word of a mark in this part."""
    for block in blocks:
        yield from block.only
        if isinstance(block, Items):
            for item in block.items:
                yield from _words(item)


def _kept(blocks: Iterable[Block], test: _Test) -> Iterator[Block]:
    """A list item goes with the last of its blocks, and a list with the last of its items."""
    for block in blocks:
        if not test(block.only):
            continue
        if isinstance(block, Items):
            items = tuple(kept for item in block.items if (kept := tuple(_kept(item, test))))
            if items:
                yield replace(block, items=items)
        else:
            yield block
