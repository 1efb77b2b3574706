"""The small tree that a text becomes: parsed once, filled with facts afterwards, written out by writers.py.

Facts enter the finished tree, never the Markdown, so that nothing a host sent can write markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*(?::[^{}|]+\|[^{}|]+)?)\}")
_COMMAND = re.compile(r"[a-z][a-z0-9_-]* ")
_SHELLS = frozenset({"sh", "bash", "shell", "console", "nft", "powershell"})
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class ProseError(ValueError):
    """The Markdown uses something that the documents cannot show; the message says what."""


@dataclass(frozen=True, slots=True)
class Words:
    """Characters of ours, or of a fact that was put in."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a fact. With `one` and `many` it shows one of the two, by how many the fact is or holds:
    `{port_list:le port|les ports} {port_list}`, `{count} {count:enregistrement|enregistrements}`."""

    name: str
    one: str = ""
    many: str = ""

    @property
    def unfilled(self) -> str:
        """As it stands in a text that is shown without facts."""
        return self.many or f"‹{self.name}›"


Part = Words | Slot


@dataclass(frozen=True, slots=True)
class Code:
    """Inline code; `command` where its slots would end up in a shell."""

    parts: tuple[Part, ...]
    command: bool = False


@dataclass(frozen=True, slots=True)
class Styled:
    """Emphasised words; `strong` is the heavier of the two."""

    children: tuple[Inline, ...]
    strong: bool = False


Inline = Words | Slot | Code | Styled


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of inlines."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A code block to paste; `language` as after the fence."""

    parts: tuple[Part, ...]
    language: str = ""
    command: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered from `start` where `start` is not None."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


Block = Paragraph | Listing | Items

#: (slot name, where it stands: "prose", "code" or "command") -> the characters to show.
Filler = Callable[[str, str], str]


def tokens_of(markdown: str) -> list[Token]:
    """The block tokens of CommonMark."""
    return _MARKDOWN.parse(markdown)


def read_blocks(tokens: list[Token], lang: str) -> tuple[Block, ...]:
    """Paragraphs, lists and code blocks; raises ProseError on anything else."""
    stream = iter(tokens)
    return tuple(_blocks(stream, "", lang))


def _blocks(stream: Iterator[Token], until: str, lang: str) -> Iterator[Block]:
    for token in stream:
        if token.type == until:
            return
        if token.type == "inline":
            yield Paragraph(read_inlines(token, lang))
        elif token.type == "fence":
            language = token.info.strip()
            yield Listing(_parts(token.content.rstrip("\n"), ""), language, command=language in _SHELLS)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None
            yield Items(tuple(_items(stream, token.type.replace("open", "close"), lang)), start)
        elif token.type not in ("paragraph_open", "paragraph_close"):
            line = token.map[0] + 1 if token.map else 0
            raise ProseError(f"{token.type.removesuffix('_open')} near line {line}: only paragraphs, lists and fenced code")


def _items(stream: Iterator[Token], until: str, lang: str) -> Iterator[tuple[Block, ...]]:
    for token in stream:
        if token.type == until:
            return
        yield tuple(_blocks(stream, "list_item_close", lang))


def read_inlines(token: Token, lang: str) -> tuple[Inline, ...]:
    """Words, code and emphasis of one paragraph or heading."""
    return tuple(_inlines(iter(token.children or ()), "", lang))


def _inlines(stream: Iterator[Token], until: str, lang: str) -> Iterator[Inline]:
    for token in stream:
        if token.type == until:
            return
        if token.type == "text":
            yield from _prose(token.content, lang)
        elif token.type in ("softbreak", "hardbreak"):
            yield Words(" ")
        elif token.type == "code_inline":
            yield Code(_parts(token.content, ""), command=bool(_COMMAND.match(token.content)))
        elif token.type in ("em_open", "strong_open"):
            close = token.type.replace("open", "close")
            yield Styled(tuple(_inlines(stream, close, lang)), strong=token.type == "strong_open")
        else:
            raise ProseError(f"{token.type.removesuffix('_open')}: only words, `code`, *emphasis* and **strong**")


def _prose(text: str, lang: str) -> Iterator[Part]:
    for part in _parts(text, lang):
        if isinstance(part, Words) and ("{" in part.text or "}" in part.text):
            raise ProseError(f"{part.text.strip()[:60]!r}: a placeholder is {{lower_case}}, without spaces")
        yield part


def _parts(text: str, lang: str) -> tuple[Part, ...]:
    """Words and slots in turn; French spaces where `lang` asks for them (never in code, which passes "")."""
    pieces = _SLOT.split(spaced(text) if lang == "fr" else text)
    return tuple(_slot(piece) if place % 2 else Words(piece) for place, piece in enumerate(pieces) if piece)


def _slot(inside: str) -> Slot:
    name, _, forms = inside.partition(":")
    one, _, many = forms.partition("|")
    return Slot(name, one, many)


def _shown(slot: Slot, place: str, filler: Filler) -> str:
    """The fact, or the form that agrees with it. A name in `list` or `s` holds members, `3306` being one of them;
    any other is a number."""
    if not slot.many:
        return filler(slot.name, place)
    fact = filler(slot.name, "code")
    alone = ", " not in fact if slot.name.endswith(("list", "s")) or not fact.isdecimal() else fact in ("0", "1")
    return slot.one if alone else slot.many


def spaced(text: str) -> str:
    """French spaces: narrow no-break before ; ! ?, no-break before : and % and inside « », and within `art. L. 311-5`.
    None is added where none was."""
    text = re.sub(r"(?<=\bart\.) | (?<=\bL\. )(?=\d)", "\u00a0", text)
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    return re.sub(r"(?<=«) | (?=[:%»])", "\u00a0", text)


def fill(blocks: tuple[Block, ...], filler: Filler) -> tuple[Block, ...]:
    """The same tree without slots."""
    return tuple(_fill_block(block, filler) for block in blocks)


def fill_inlines(inlines: tuple[Inline, ...], filler: Filler) -> tuple[Inline, ...]:
    """The same inlines without slots."""
    return tuple(_fill_inline(inline, filler) for inline in inlines)


def _fill_block(block: Block, filler: Filler) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(fill_inlines(block.children, filler))
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
    return tuple(Words(_shown(part, place, filler)) if isinstance(part, Slot) else part for part in parts)


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
