"""A check in five lines: four for a reader without a technical background, and what is asked of the supplier."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from markdown_it.token import Token

from scanner.report.filling import Filler, fill_inlines, slots
from scanner.report.prose import Inline, Items, Paragraph, ProseError, Slot, Words, read_blocks, spaced

HEADING = {"fr": "Pour le maire", "en": "For the mayor"}

#: The start of each line, in the order of Mayor's fields.
LABELS: dict[str, tuple[str, str, str, str, str]] = {
    "fr": ("En clair :", "Décision :", "Cela évite :", "En ordre :", "Demande :"),
    "en": ("In short:", "Decision:", "This avoids:", "In order:", "Request:"),
}


@dataclass(frozen=True, slots=True)
class Mayor:
    """`meaning` is a sentence on what a finding means, `decision` an infinitive, `avoids` a noun phrase,
    `fine` a sentence that is true where the check passes; their only slot is `{domain}`.

    `request` is the question that a ticket puts to the supplier; it may name any fact that each of its findings has.
    """

    meaning: tuple[Inline, ...]
    decision: tuple[Inline, ...]
    avoids: tuple[Inline, ...]
    fine: tuple[Inline, ...]
    request: tuple[Inline, ...]

    @property
    def facts(self) -> frozenset[str]:
        """The name of every fact that it wants."""
        return frozenset().union(*(slots(node) for line in self._lines() for node in line))

    def without_request(self) -> Mayor:
        """The four lines that need no finding."""
        return replace(self, request=())

    def filled(self, filler: Filler) -> Mayor:
        """The same without slots."""
        return Mayor(*(fill_inlines(line, filler) for line in self._lines()))

    def listed(self, lang: str) -> Items:
        """The five lines behind their labels, as they stand in the text."""
        labels = (spaced(label) if lang == "fr" else label for label in LABELS[lang])
        lines = zip(labels, self._lines(), strict=True)
        return Items(tuple((Paragraph((Words(f"{label} "), *line)),) for label, line in lines))

    def _lines(self) -> tuple[tuple[Inline, ...], ...]:
        return tuple(getattr(self, each.name) for each in fields(self))


def read_mayor(tokens: list[Token], lang: str) -> Mayor:
    """The five labelled items of the part. Raises ProseError that says what to change."""
    blocks = read_blocks(tokens, lang)
    items = blocks[0].items if len(blocks) == 1 and isinstance(blocks[0], Items) else ()
    if len(items) != len(LABELS[lang]):
        raise ProseError(f"`{HEADING[lang]}` is one list of five lines: {' / '.join(LABELS[lang])}")
    return Mayor(*(_line(item, label) for item, label in zip(items, LABELS[lang], strict=True)))


def _line(item: tuple[object, ...], label: str) -> tuple[Inline, ...]:
    paragraph = item[0] if len(item) == 1 else None
    first = paragraph.children[0] if isinstance(paragraph, Paragraph) and paragraph.children else None
    # The label is matched without its spaces, which French typography has made no-break ones.
    if (
        not isinstance(first, Words)
        or not isinstance(paragraph, Paragraph)
        or first.text.split()[: len(label.split())] != label.split()
    ):
        raise ProseError(f"a line must begin with `{label}`")
    rest = Words(first.text.split(label[-1], 1)[1].lstrip())
    line = (rest, *paragraph.children[1:]) if rest.text else paragraph.children[1:]
    _hold(line, label)
    return line


def _hold(line: Iterable[Inline], label: str) -> None:
    line = tuple(line)
    if not line:
        raise ProseError(f"nothing stands after `{label}`")
    free = label in (LABELS["fr"][-1], LABELS["en"][-1])
    for inline in line:
        if isinstance(inline, Slot) and inline.name != "domain" and not free:
            raise ProseError(f"`{label}` may only name {{domain}}")
        if not isinstance(inline, Slot | Words):
            raise ProseError(f"`{label}` is words alone, without code or emphasis")
