"""Results of other days, made from one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scanner.catalogue import Catalogue
from scanner.history.rejudging import rejudged
from scanner.model import Finding, Outcome, Severity, Status
from scanner.result import ScanResult


def on(result: ScanResult, day: int, month: int = 11, year: int = 2026) -> ScanResult:
    """The same, seen on another day; its outcomes and its score are not judged again."""
    start = datetime(year, month, day, 21, 30, tzinfo=UTC)
    return replace(result, started_at=start, finished_at=start + timedelta(seconds=20))


def seen_again(result: ScanResult, catalogue: Catalogue, day: int, month: int = 11, year: int = 2026) -> ScanResult:
    """The same observations on another day, judged on that day."""
    return rejudged(on(result, day, month, year), catalogue)


def with_outcome(result: ScanResult, changed: Outcome) -> ScanResult:
    """One outcome put in the place of the one about the same thing."""
    pair = changed.check, changed.subject
    kept = tuple(changed if (each.check, each.subject) == pair else each for each in result.outcomes)
    return replace(result, outcomes=kept)


def failing(outcome: Outcome, evidence: tuple[str, ...] = ("preuve",)) -> Outcome:
    """The same question, with a finding."""
    return replace(
        outcome, status=Status.FAIL, reason=None, findings=(Finding(Severity.LOW, {}, evidence),), detail="", missing=()
    )
