"""A TXT value as it stands between the quotes of a zone file (RFC 1035 5.1)."""

from __future__ import annotations

MAX_STRING = 255  # characters of one string of a TXT record (RFC 1035 3.3)


def plain(value: str) -> str:
    """The value without what would end the quotes or is not printable ASCII."""
    return "".join(letter for letter in value if " " <= letter <= "~" and letter not in '"\\')


def between_quotes(value: str) -> str:
    """The plain value, in several strings where one is too short for it."""
    shown = plain(value)
    return '" "'.join(shown[start : start + MAX_STRING] for start in range(0, len(shown), MAX_STRING))
