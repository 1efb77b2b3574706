"""Days as a person types and reads them."""

from __future__ import annotations

import re
from datetime import date

from scanner.cli.messages import say
from scanner.cli.workspace import plain_spaces
from scanner.report.values import day

_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def parse_day(typed: str) -> date:
    """`2026-12-31` or `31/12/2026`. Raises ValueError."""
    french = _FRENCH.fullmatch(typed.strip())
    if french:
        number, month, year = map(int, french.groups())
        return date(year, month, number)
    return date.fromisoformat(typed.strip())


def shown_day(on: date, lang: str) -> str:
    """`3 novembre 2026`, as a terminal shows it."""
    return plain_spaces(day(on, lang))


def why_impossible(lang: str, kind: str, domain: object, detail: str) -> str:
    """Why a domain has no result; the detail of an opt-out is its last day, "" where it has none."""
    if kind == "opted_out" and detail:
        return say(lang, "impossible.opted_out_until", domain=domain, detail=shown_day(date.fromisoformat(detail), lang))
    return say(lang, f"impossible.{kind}", domain=domain, detail=detail)
