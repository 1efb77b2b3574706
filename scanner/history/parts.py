"""A result as the store keeps it, and back. Its plain form is that of `beffroi scan --json`: one form, one reader."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.catalogue import Catalogue
from scanner.history.minimal import minimal, minimal_rows
from scanner.report.json import to_dict
from scanner.report.stored import read_result
from scanner.result import ScanResult

#: Check id and key of the subject.
Pair = tuple[str, str]
#: What most outcomes say of themselves; only what differs is kept.
_USUAL: dict[str, Any] = {
    "verdict": "pass", "severity": None, "facts": {}, "evidence": [], "reason": None, "variant": "", "detail": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """`seen` is everything but outcomes and score; an outcome is "" where it is a plain pass, else JSON."""

    seen: dict[str, Any]
    score: dict[str, Any]
    outcomes: Mapping[Pair, str]


def take_apart(result: ScanResult) -> Parts:
    """Ready to be stored: without what `minimal` leaves out."""
    whole = to_dict(result)
    score = whole.pop("score")
    outcomes = outcomes_of(whole.pop("outcomes"))
    return Parts(minimal(whole), score, outcomes)


def outcomes_of(rows: list[dict[str, Any]]) -> dict[Pair, str]:
    """The outcomes of a plain result, by check and subject."""
    found: dict[Pair, list[dict[str, Any]]] = {}
    for row in minimal_rows(rows):
        found.setdefault((row["check"], row["subject"]), []).append(_short(row))
    return {pair: "" if short == [{}] else json.dumps(short, separators=(",", ":")) for pair, short in found.items()}


def put_together(parts: Parts, catalogue: Catalogue) -> ScanResult:
    """The result that was taken apart. Raises NotAResult where nobody can read it any more."""
    whole = {**parts.seen, "score": parts.score, "outcomes": list(_rows(parts))}
    return read_result(json.dumps(whole), catalogue)


def _rows(parts: Parts) -> Iterator[dict[str, Any]]:
    """In the order of judge(): by check, then as the subjects stand in the landscape."""
    place = {subject["key"]: number for number, subject in enumerate(parts.seen["subjects"])}
    for check, subject in sorted(parts.outcomes, key=lambda pair: (pair[0], place.get(pair[1], len(place)))):
        content = parts.outcomes[check, subject]
        for short in json.loads(content) if content else [{}]:
            yield {**_USUAL, **short, "check": check, "family": check.partition(".")[0], "subject": subject}


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    named = ("check", "family", "subject")
    return {key: value for key, value in row.items() if key not in named and (key not in _USUAL or value != _USUAL[key])}
