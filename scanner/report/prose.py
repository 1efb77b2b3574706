"""The small tree that a text becomes: parsed once, filled with facts by filling.py, written out by writers.py.

Facts enter the finished tree, never the Markdown, so that nothing a host sent can write markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from scanner.products import read_mark

_SLOT = re.compile(r"\{((?:each )?[a-z][a-z0-9_]*(?::[^{}|]+\|[^{}|]+)?)\}")
_COMMAND = re.compile(r"[a-z][a-z0-9_-]* ")
_SHELLS = frozenset({"sh", "bash", "shell", "console", "nft", "powershell"})
# Of HTML only the comment that stands on a line of its own is read: see scanner/products.py.
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).disable("html_inline")


class ProseError(ValueError):
    """The Markdown uses something that the documents cannot show; the message says what."""


@dataclass(frozen=True, slots=True)
class Words:
    """Characters of ours, or of a fact that was put in."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a fact; with `each`, its line of a listing is repeated for every member of the fact.

    With `one` and `many` it shows one of the two, by how many the fact is or holds:
    `{port_list:le port|les ports} {port_list}`, `{count} {count:enregistrement|enregistrements}`.
    """

    name: str
    each: bool = False
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
    """A run of inlines. `only`, here and below: the products, or the town, that it is for; () for everybody."""

    children: tuple[Inline, ...]
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A code block to paste; `language` as after the fence."""

    parts: tuple[Part, ...]
    language: str = ""
    command: bool = False
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered from `start` where `start` is not None."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None
    only: tuple[str, ...] = ()


Block = Paragraph | Listing | Items


def tokens_of(markdown: str) -> list[Token]:
    """The block tokens of CommonMark."""
    return _MARKDOWN.parse(markdown)


def read_blocks(tokens: list[Token], lang: str) -> tuple[Block, ...]:
    """Paragraphs, lists and code blocks; raises ProseError on anything else."""
    stream = iter(tokens)
    return tuple(_blocks(stream, "", lang))


def _blocks(stream: Iterator[Token], until: str, lang: str) -> Iterator[Block]:
    only: tuple[str, ...] = ()
    for token in stream:
        if token.type == until:
            return
        if token.type == "html_block":
            only = _mark(token.content)
        elif token.type == "inline":
            yield Paragraph(read_inlines(token, lang), only)
        elif token.type == "fence":
            language = token.info.strip()
            yield Listing(_code(token.content.rstrip("\n")), language, language in _SHELLS, only)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            start = int(token.attrs.get("start", 1)) if token.type.startswith("ordered") else None
            yield Items(tuple(_items(stream, token.type.replace("open", "close"), lang)), start, only)
        elif token.type not in ("paragraph_open", "paragraph_close"):
            line = token.map[0] + 1 if token.map else 0
            raise ProseError(f"{token.type.removesuffix('_open')} near line {line}: only paragraphs, lists and fenced code")


def _mark(line: str) -> tuple[str, ...]:
    try:
        return read_mark(line)
    except ValueError as error:
        raise ProseError(str(error)) from error


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
            parts = _parts(token.content, "")
            for part in parts:
                _hold_each(part, alone=False)
            yield Code(parts, command=bool(_COMMAND.match(token.content)))
        elif token.type in ("em_open", "strong_open"):
            close = token.type.replace("open", "close")
            yield Styled(tuple(_inlines(stream, close, lang)), strong=token.type == "strong_open")
        else:
            raise ProseError(f"{token.type.removesuffix('_open')}: only words, `code`, *emphasis* and **strong**")


def _prose(text: str, lang: str) -> Iterator[Part]:
    for part in _parts(text, lang):
        if isinstance(part, Words) and ("{" in part.text or "}" in part.text):
            raise ProseError(f"{part.text.strip()[:60]!r}: a placeholder is {{lower_case}}, without spaces")
        _hold_each(part, alone=False)
        yield part


def _parts(text: str, lang: str) -> tuple[Part, ...]:
    """Words and slots in turn; French spaces where `lang` asks for them (never in code, which passes "")."""
    pieces = _SLOT.split(spaced(text) if lang == "fr" else text)
    return tuple(_slot(piece) if place % 2 else Words(piece) for place, piece in enumerate(pieces) if piece)


def _slot(inside: str) -> Slot:
    name, _, forms = inside.partition(":")
    one, _, many = forms.partition("|")
    return Slot(name.removeprefix("each "), name.startswith("each "), one, many)


def _code(text: str) -> tuple[Part, ...]:
    parts = _parts(text, "")
    for part, following in zip(parts, (*parts[1:], Words("\n")), strict=True):
        _hold_each(part, alone=isinstance(following, Words) and following.text.startswith("\n"))
    return parts


def _hold_each(part: Part, *, alone: bool) -> None:
    if isinstance(part, Slot) and part.each and not alone:
        raise ProseError(f"{{each {part.name}}} stands at the end of a line of a listing")


def spaced(text: str) -> str:
    """French spaces: narrow no-break before ; ! ?, no-break before : and % and inside « », and within `art. L. 311-5`.
    None is added where none was."""
    text = re.sub(r"(?<=\bart\.) | (?<=\bL\. )(?=\d)", "\u00a0", text)
    text = re.sub(r" (?=[;!?])", "\u202f", text)
    return re.sub(r"(?<=«) | (?=[:%»])", "\u00a0", text)
