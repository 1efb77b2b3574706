"""What cannot wait for the next campaign: alerts as a pure function of two results and the time (docs/correspondance.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scanner.diff import compare
from scanner.model import EndingKind, Finding, Observation, Outcome, Severity
from scanner.result import ScanResult
from scanner.standing import Standings

DAYS = (14, 7, 1)
DAY = timedelta(days=1)


class AlertKind(StrEnum):
    """Why somebody is told."""

    CERTIFICATE = "certificate"
    EXPOSURE = "exposure"  # a critical finding that was not there before
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `key` tells it from every other of its kind and domain: who was told of a key is never told again.

    `names` are what it was seen on. `ends` is for a certificate; `check`, `evidence` and `titles` (by language, filled in by
    whoever knows the words) for a finding; `before` and `after` are two grades.
    """

    kind: AlertKind
    domain: str
    key: str
    ends: datetime | None = None
    names: tuple[str, ...] = ()
    check: str = ""
    evidence: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    before: str = ""
    after: str = ""


def alerts(before: ScanResult | None, after: ScanResult, now: datetime, days: Iterable[int] = DAYS) -> tuple[Alert, ...]:
    """Everything that these two results give cause for; what was not seen gives none."""
    return (*certificates(after, now, days), *_findings(before, after), *_grade(before, after))


def certificates(result: ScanResult, now: datetime, days: Iterable[int] = DAYS) -> tuple[Alert, ...]:
    """One alert for each certificate whose end is near, by the smallest number of days that is reached; 0 once it has ended."""
    steps = tuple(sorted({0, *days}))
    ends: dict[datetime, list[str]] = {}
    for subject, _, sight in result.seen:
        for ending in sight.endings(now) if isinstance(sight, Observation) else ():
            if ending.kind is EndingKind.CERTIFICATE:
                ends.setdefault(ending.on, []).append(subject.name)
    found = []
    for end, names in sorted(ends.items()):
        step = next((step for step in steps if end - now <= step * DAY), None)
        if step is not None:
            key = f"{end:%Y-%m-%dT%H:%M:%SZ}/{step}"
            found.append(Alert(AlertKind.CERTIFICATE, result.domain.name, key, ends=end, names=tuple(sorted(names))))
    return tuple(found)


def critical(outcome: Outcome) -> Finding | None:
    """The first of its findings that cannot wait."""
    return next((finding for finding in outcome.findings if finding.severity is Severity.CRITICAL), None)


def _findings(before: ScanResult | None, after: ScanResult) -> Iterator[Alert]:
    """One alert for each check, with all that it is new on. One that comes and goes is told of once a month."""
    known = Standings(before) if before is not None else None
    new: dict[str, list[tuple[str, Finding]]] = {}
    for outcome in after.outcomes:
        finding = critical(outcome)
        if finding is not None and not (known and known.severity(outcome.check, outcome.subject) is Severity.CRITICAL):
            new.setdefault(outcome.check, []).append((outcome.subject.key, finding))
    for check, members in new.items():
        subjects = tuple(sorted({subject for subject, _ in members}))
        key = f"{check}/{','.join(subjects)}/{after.started_at:%Y-%m}"
        evidence = tuple(dict.fromkeys(line for _, finding in members for line in finding.evidence))
        yield Alert(AlertKind.EXPOSURE, after.domain.name, key, names=subjects, check=check, evidence=evidence)


def _grade(before: ScanResult | None, after: ScanResult) -> Iterator[Alert]:
    score = compare(before, after).score if before is not None else None
    if score is None:
        return
    then, now = score.before.grade or "", score.after.grade or ""
    if now > then:
        key = f"{then}{now}/{after.started_at:%Y-%m}"
        yield Alert(AlertKind.GRADE, after.domain.name, key, before=then, after=now)
