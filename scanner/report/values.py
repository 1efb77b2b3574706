"""How one fact is shown to a person. What came from outside is made harmless here, once for all media."""

from __future__ import annotations

import re
from datetime import date, datetime

from scanner.model import Fact
from scanner.report.zones import local

MAX_SHOWN = 2_000  # characters of one fact
CUT = "[…]"
_UNITS = (("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000))
_NO_BREAK = "\u00a0\u202f"

#: A value with any of these never enters a command that someone will paste into a shell.
_SHELL = re.compile(r"[$`;|&<>()\\'\"!#*?\[\]{}~=]|^-|\s-")


class Worded(str):
    """Words of ours, fit to be shown: their no-break spaces must not be written out as if a host had sent them."""

    __slots__ = ()


def visible(text: str, limit: int = MAX_SHOWN) -> str:
    """Controls, escapes, line ends and invisible direction marks written out; cut at `limit` with a visible mark."""
    return _written_out(text, limit, _NO_BREAK)


def exact(text: str, limit: int = MAX_SHOWN) -> str:
    """The same for a record, a header, a banner: there a no-break space is a fault to be seen, not typography."""
    return _written_out(text, limit, "")


def _written_out(text: str, limit: int, kept: str) -> str:
    cut = text if len(text) <= limit else f"{text[:limit]} {CUT}"
    return "".join(letter if letter in kept or letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def in_prose(name: str, value: Fact, lang: str) -> str:
    """A fact in a sentence: dates in words, numbers from 10,000 on in groups. Raises ValueError on a bool."""
    if isinstance(value, bool):
        raise ValueError(f"{name} is a bool: choose the wording with a variant instead")
    if isinstance(value, Worded):
        return value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        return ", ".join(visible(str(member)) for member in value)
    if isinstance(value, datetime):
        return day(value, lang)
    if isinstance(value, float) or abs(value) >= 10_000:
        return number(value, lang)
    return str(value)


def in_code(name: str, value: Fact) -> str:
    """A fact in a record or a command: nothing of a language in it. Raises ValueError on a bool."""
    if isinstance(value, bool):
        raise ValueError(f"{name} is a bool: choose the wording with a variant instead")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return ", ".join(exact(str(member)) for member in value) if isinstance(value, tuple) else exact(str(value))


def in_lines(name: str, value: Fact) -> str:
    """The members of a fact in a record, one on each line."""
    return "\n".join(in_code(name, member) for member in value) if isinstance(value, tuple) else in_code(name, value)


def in_command(name: str, value: Fact) -> str:
    """A fact in a shell command; ‹name› in its place where its characters would mean something to a shell."""
    text = in_code(name, value)
    return slot(name) if _SHELL.search(text) else text


def slot(name: str) -> str:
    """The place of a fact in a text that is shown without facts."""
    return f"‹{name}›"


def day(moment: date, lang: str) -> Worded:
    """`3 novembre 2026`, `1er novembre 2026`, `3 November 2026`; the day as the moment's own zone counts it."""
    from babel.dates import format_date

    shown = format_date(moment, "d MMMM y", locale=lang)
    return Worded("1er" + shown[1:] if lang == "fr" and moment.day == 1 else shown)


def instant(moment: datetime, lang: str, departement: str = "") -> Worded:
    """`23 novembre 2026 à 10 h 12`; `23 November 2026 at 10:12 local time`; by the clocks of the département."""
    here = local(moment, departement)
    if lang == "fr":
        return Worded(f"{day(here, lang)} à {here.hour}\u00a0h\u00a0{here.minute:02}")
    return Worded(f"{day(here, lang)} at {here:%H:%M} local time")


def number(value: int | float, lang: str) -> Worded:
    """Grouped and with the decimal sign of the language: `12 345,5`."""
    from babel.numbers import format_decimal

    return Worded(format_decimal(value, locale=lang))


def volume(size: int, lang: str) -> Worded:
    """Bytes in the unit that a person reads: `850 o`, `12,3 ko`, `82,2 Go`; B, kB, GB in English. Powers of 1,000."""
    letter = "o" if lang == "fr" else "B"
    if size < 1_000:
        return Worded(f"{size}\u00a0{letter}")
    unit, scale = next((each for each in _UNITS if size < 1_000 * each[1]), _UNITS[-1])
    return Worded(f"{number(round(size / scale, 1), lang)}\u00a0{unit}{letter}")
