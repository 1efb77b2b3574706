"""SIREN, SIRET and INSEE codes as spreadsheets hand them over. Pure."""

from __future__ import annotations

import re

LA_POSTE = "356000000"

_SPACES = re.compile(r"[\s.\-]")
_SCIENTIFIC = re.compile(r"^[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+$")
_WHOLE = re.compile(r"^([0-9]+)[.,]0+$")
_INSEE = re.compile(r"^(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9])[0-9]{2,3}$")


class NotACode(ValueError):
    """`kind` is a key of the messages (`register.issue.<kind>`)."""

    def __init__(self, kind: str, typed: str) -> None:
        super().__init__(f"{kind}: {typed[:40]!r}")
        self.kind = kind
        self.typed = typed[:40]


def read_siren(typed: str) -> str:
    """Nine digits whose key holds (Luhn). Raises NotACode (scientific, siren_form, siren_key)."""
    digits = _digits(typed)
    if len(digits) != 9:
        raise NotACode("siren_form", typed)
    if _luhn(digits):
        raise NotACode("siren_key", typed)
    return digits


def read_siret(typed: str) -> str:
    """Fourteen digits whose key holds, La Poste's own rule included. Raises NotACode (scientific, siret_form, siret_key)."""
    digits = _digits(typed)
    if len(digits) != 14:
        raise NotACode("siret_form", typed)
    # La Poste has more offices than keys: theirs sum up to a multiple of five.
    fits = not _luhn(digits) or (digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0)
    if not fits or _luhn(digits[:9]):
        raise NotACode("siret_key", typed)
    return digits


def read_insee(typed: str) -> str:
    """A commune's code, its lost leading zero given back: `1001` is 01001, `2a4` never 2A004. Raises NotACode (insee_form)."""
    text = _SPACES.sub("", _whole(typed.strip())).upper()
    if _SCIENTIFIC.match(text):
        raise NotACode("scientific", typed)
    if len(text) == 4 and text.isascii() and text.isdigit():
        text = f"0{text}"
    if len(text) != 5 or not text.isascii() or not _INSEE.match(text) or text.startswith("20"):
        raise NotACode("insee_form", typed)
    return text


def departement_of(insee: str) -> str:
    """`49`, `2A`, `974`; "" for no code."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def read_departement(typed: str) -> str:
    """`1` and `01` are 01; `2a` is 2A. Raises NotACode (departement_form)."""
    text = _whole(typed.strip()).upper()
    text = f"0{text}" if len(text) == 1 else text
    if not text.isascii() or not re.fullmatch(r"0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9]", text) or text == "20":
        raise NotACode("departement_form", typed)
    return text


def _digits(typed: str) -> str:
    if _SCIENTIFIC.match(typed.strip()):
        raise NotACode("scientific", typed)
    digits = _SPACES.sub("", _whole(typed.strip()))
    return digits if digits.isascii() and digits.isdigit() else ""


def _whole(text: str) -> str:
    """`214900078.0`, as a spreadsheet writes a number, without its decimals."""
    found = _WHOLE.match(text)
    return found.group(1) if found else text


def _luhn(digits: str) -> int:
    """0 where the key holds."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10
