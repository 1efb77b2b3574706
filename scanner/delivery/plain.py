"""The text part of a mail: what the HTML part says, in lines that any reader shows whole."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from scanner.delivery.cover import Cover
from scanner.report.letter_view import Letter
from scanner.report.words import Words

WIDTH = 72


def to_plain(cover: Cover, say: Words) -> str:
    """Blocks apart by an empty line; no-break spaces stay, since lines are only broken at ordinary ones."""
    blocks = [cover.sender, _underlined(cover.title), cover.examined]
    if cover.marking:
        blocks.append(cover.marking)
    blocks.append(cover.greeting)
    blocks += cover.paragraphs
    if cover.letter is not None:
        blocks += _letter(cover.letter, say)
    if cover.enclosed:
        blocks.append(_underlined(say("mail.enclosed_title")))
        blocks += (_item(f"{each.what} ({each.size})") + f"\n  {each.file.name}" for each in cover.enclosed)
    if cover.closing:
        blocks.append(" ".join(cover.closing))
    if cover.signature:
        blocks.append("\n".join(cover.signature))
    blocks += cover.notes
    return "\n\n".join(_wrapped(block) for block in blocks) + "\n"


def _letter(letter: Letter, say: Words) -> Iterable[str]:
    yield f"{letter.graded} {letter.mark}." if letter.grade else f"{letter.graded}."
    yield from letter.verdict
    if letter.plain:
        yield _underlined(say("letter.plain"))
        yield " ".join(letter.plain)
    yield from _decisions(letter, say)
    if letter.praise:
        yield _underlined(say("letter.fine"))
        yield _items(letter.praise)
    yield _underlined(say("letter.attack"))
    yield _items(letter.help)
    yield " ".join(letter.foot)


def _decisions(letter: Letter, say: Words) -> Iterable[str]:
    if not letter.decisions:
        yield _underlined(say("letter.keep"))
        yield say("letter.keep_seen")
        yield _items(say(f"letter.keep_{each}") for each in ("updates", "changes", "backup"))
        return
    yield _underlined(say(f"letter.decisions.{('one', 'two', 'three')[len(letter.decisions) - 1]}"))
    for number, each in enumerate(letter.decisions, 1):
        lines = [each.title, f"{say('letter.who')} {each.actor}. {each.effort[:1].upper()}{each.effort[1:]}."]
        if each.avoids:
            lines.append(f"{say('letter.avoids')} {each.avoids}")
        yield "\n".join(_item(line, f"{number}. " if line is each.title else "   ") for line in lines)
    if letter.referent:
        yield letter.referent


def _items(lines: Iterable[str]) -> str:
    return "\n".join(_item(line) for line in lines)


def _item(line: str, mark: str = "- ") -> str:
    return _filled(line, mark, " " * len(mark))


def _underlined(title: str) -> str:
    return f"{title}\n{'-' * min(len(title), WIDTH)}"


def _wrapped(block: str) -> str:
    """A block that is not laid out yet."""
    return block if "\n" in block else _filled(block)


def _filled(line: str, first: str = "", others: str = "") -> str:
    """Lines of WIDTH at most, except for a name or an address: they are never torn apart."""
    return textwrap.fill(
        line, WIDTH, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
