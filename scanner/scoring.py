"""Outcomes in, a score out. Every weight, point and cap stands in the tables below; docs/score.md explains them.

Raise SCORING_VERSION whenever a number here changes: grades are compared only within one version
and one perimeter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scanner.model import Outcome, Reason, Severity, Status

SCORING_VERSION = "1"

#: Pillar -> its weight in the overall value and the families that it gathers.
PILLARS: dict[str, tuple[int, tuple[str, ...]]] = {
    "web": (30, ("web", "tls")),
    "mail": (25, ("mail",)),
    "dns": (10, ("dns",)),
    "services": (20, ("services",)),
    "software": (15, ("software",)),
}

#: Points that one failed check takes from its pillar, by the severity of its worst finding.
POINTS: dict[Severity, int] = {
    Severity.INFO: 0,
    Severity.LOW: 4,
    Severity.MEDIUM: 10,
    Severity.HIGH: 25,
    Severity.CRITICAL: 50,
}

#: What one check weighs in coverage, by its declared severity.
COVERAGE_WEIGHT: dict[Severity, int] = {
    Severity.INFO: 1,
    Severity.LOW: 1,
    Severity.MEDIUM: 2,
    Severity.HIGH: 3,
    Severity.CRITICAL: 4,
}

#: Lowest value of each letter.
LETTERS: tuple[tuple[str, int], ...] = (("A", 90), ("B", 75), ("C", 60), ("D", 40), ("E", 0))

#: Severe facts: (check, variant) -> the highest overall value that remains. "" stands for every variant.
CAPS: dict[tuple[str, str], int] = {
    ("services.database-open", ""): 20,
    ("services.management-exposed", "docker"): 20,
    ("services.remote-desktop-exposed", "open"): 20,
    ("services.remote-desktop-no-nla", ""): 39,
    ("software.cms-installer", ""): 20,
    ("software.known-exploited", ""): 39,
    ("tls.certificate-expired", ""): 59,
}

#: The highest overall value that remains beside a finding of this severity: A means that nothing important is left.
SEVERITY_CAPS: dict[Severity, int] = {Severity.CRITICAL: 59, Severity.HIGH: 89}

COVERAGE_FLOOR = 60  # percent; below it there is no overall grade
CORE_WEIGHT = 25  # a pillar of this weight that was examined and could not be graded leaves the whole ungraded
PILLAR_FLOOR = 50  # percent; below it a pillar has no grade

#: Unseen because nobody allowed us to look: outside the perimeter, hence outside coverage.
OUTSIDE_PERIMETER = frozenset({Reason.NO_MANDATE, Reason.SHARED_ADDRESS, Reason.OUT_OF_SCOPE, Reason.OPTED_OUT})


class Perimeter(StrEnum):
    """What the scan was allowed to look at; grades compare only within one."""

    PUBLIC = "public"
    MANDATED = "mandated"


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that one check took from its pillar, by its worst subject."""

    check: str
    points: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class Pillar:
    """One part of the score. `value` and `grade` are None where too little was seen; `examined` is false
    where nothing in it was within the perimeter. `coverage` in percent."""

    id: str
    value: int | None
    grade: str | None
    coverage: int
    examined: bool
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The overall grade. `caps` are the checks whose finding forbids more; `uncapped` is the value without them."""

    value: int | None
    grade: str | None
    coverage: int
    perimeter: Perimeter
    pillars: tuple[Pillar, ...]
    uncapped: int | None = None
    caps: tuple[str, ...] = ()
    version: str = SCORING_VERSION


def letter(value: int) -> str:
    """The letter of a value from 0 to 100."""
    return next(name for name, floor in LETTERS if value >= floor)


def score(outcomes: Iterable[Outcome], perimeter: Perimeter, severities: dict[str, Severity]) -> Score:
    """Grade outcomes; `severities` gives each check's declared severity, for coverage."""
    by_check: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_check.setdefault(outcome.check, []).append(outcome)
    pillars = tuple(_pillar(id, families, by_check, severities) for id, (_, families) in PILLARS.items())
    coverage = _coverage(by_check, severities)
    graded = [(PILLARS[pillar.id][0], pillar.value) for pillar in pillars if pillar.value is not None]
    hidden = any(pillar.examined and pillar.value is None and PILLARS[pillar.id][0] >= CORE_WEIGHT for pillar in pillars)
    if coverage is None or coverage < COVERAGE_FLOOR or not graded or hidden:
        return Score(None, None, coverage or 0, perimeter, pillars)
    uncapped = round(sum(weight * value for weight, value in graded) / sum(weight for weight, _ in graded))
    caps = {outcome.check: cap for group in by_check.values() for outcome in group if (cap := _cap(outcome)) is not None}
    lowest = min(caps.values(), default=100)
    value = min(uncapped, lowest)
    return Score(
        value, letter(value), coverage, perimeter, pillars, uncapped, tuple(check for check, cap in caps.items() if cap == lowest)
    )


def _pillar(id: str, families: tuple[str, ...], by_check: dict[str, list[Outcome]], severities: dict[str, Severity]) -> Pillar:
    mine = {check: group for check, group in by_check.items() if check.partition(".")[0] in families}
    losses = tuple(loss for check, group in mine.items() if (loss := _loss(check, group)))
    coverage = _coverage(mine, severities)
    if coverage is None:
        return Pillar(id, None, None, 0, examined=False)
    if coverage < PILLAR_FLOOR:
        return Pillar(id, None, None, coverage, examined=True, losses=losses)
    value = max(0, 100 - sum(loss.points for loss in losses))
    return Pillar(id, value, letter(value), coverage, examined=True, losses=losses)


def _loss(check: str, group: list[Outcome]) -> Loss | None:
    """A check costs once, by its worst subject."""
    worst = max((outcome.severity for outcome in group if outcome.severity is not None), default=None)
    return None if worst is None or POINTS[worst] == 0 else Loss(check, POINTS[worst], worst)


def _coverage(by_check: dict[str, list[Outcome]], severities: dict[str, Severity]) -> int | None:
    """Percent of what was applicable and within the perimeter that could be concluded; None where nothing was.

    Inside one check each subject has the same part of the check's weight.
    """
    wanted = concluded = 0.0
    for check, group in by_check.items():
        counted = [outcome for outcome in group if outcome.status is not Status.NOT_APPLICABLE]
        counted = [outcome for outcome in counted if outcome.reason not in OUTSIDE_PERIMETER]
        if counted:
            weight = COVERAGE_WEIGHT[severities[check]]
            wanted += weight
            concluded += weight * sum(outcome.status is not Status.UNKNOWN for outcome in counted) / len(counted)
    return None if wanted == 0 else int(100 * concluded / wanted)


def _cap(outcome: Outcome) -> int | None:
    caps = [
        cap
        for finding in outcome.findings
        for cap in (
            CAPS.get((outcome.check, "")),
            CAPS.get((outcome.check, finding.variant)),
            SEVERITY_CAPS.get(finding.severity),
        )
        if cap is not None
    ]
    return min(caps, default=None)
