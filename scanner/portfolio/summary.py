"""One result -> the row that the portfolio keeps of it. Pure; the result itself may be forgotten afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from scanner.diff import compare
from scanner.dossier import Dossier
from scanner.model import Outcome, Severity, Status
from scanner.portfolio.model import Grade, GradeMovement, Mark, Moved, Summary
from scanner.portfolio.ties import serving
from scanner.report.findings import grouped
from scanner.result import ScanResult
from scanner.rpnt import rpnt
from scanner.scoring import OUTSIDE_PERIMETER, Score
from scanner.suppliers.recognise import suppliers_of

_SEVERE = {
    Severity.CRITICAL: Mark.CRITICAL,
    Severity.HIGH: Mark.HIGH,
    Severity.MEDIUM: Mark.MEDIUM,
    Severity.LOW: Mark.LOW,
    Severity.INFO: Mark.INFO,
}


def summary(dossier: Dossier, checks: tuple[str, ...]) -> Summary:
    """What the portfolio shows of one result; `checks` are the ids in the order of its marks."""
    result = dossier.result
    counts = Counter(group.finding.severity for group in grouped(result.outcomes))
    judged = rpnt(result, dict(dossier.declared))
    low, high = (level.attainment for level in judged.levels)
    return Summary(
        moment=result.started_at,
        grade=grade_of(result.score),
        coverage=result.score.coverage,
        perimeter=result.score.perimeter,
        version=result.score.version,
        pillars=tuple(replace(pillar, losses=()) for pillar in result.score.pillars),
        marks=_marks(result.outcomes, checks),
        findings=tuple((severity, counts[severity]) for severity in reversed(Severity) if counts[severity]),
        levels=(low, high),
        criteria=tuple(criterion.status for criterion in judged.criteria),
        serving=serving(suppliers_of(dossier)),
        interrupted=result.interrupted,
    )


def grade_of(score: Score) -> Grade | None:
    """Value and letter, None where there is none."""
    return None if score.value is None or score.grade is None else Grade(score.value, score.grade)


def moved(dossier: Dossier) -> Moved:
    """How the grade stands to the earlier one; grades of two perimeters or two methods are not compared."""
    before: ScanResult | None = dossier.previous
    if before is None:
        return Moved(GradeMovement.FIRST)
    diff = compare(before, dossier.result)
    known = Moved(
        GradeMovement.NOT_COMPARABLE, None, diff.incomparable, grade_of(before.score), before.started_at,
        len(diff.new), len(diff.fixed),
    )  # fmt: skip
    if diff.score is None:
        return known
    points = diff.score.value
    way = GradeMovement.IMPROVED if points > 0 else GradeMovement.LOWERED if points < 0 else GradeMovement.SAME
    return replace(known, movement=way, points=points)


def _marks(outcomes: Iterable[Outcome], checks: tuple[str, ...]) -> str:
    by_check: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_check.setdefault(outcome.check, []).append(outcome)
    return "".join(_mark(by_check.get(check, [])) for check in checks)


def _mark(group: list[Outcome]) -> Mark:
    """The worst finding; else what could not be seen; else whether it passes anywhere."""
    worst = max((outcome.severity for outcome in group if outcome.severity is not None), default=None)
    if worst is not None:
        return _SEVERE[worst]
    unseen = [outcome for outcome in group if outcome.status is Status.UNKNOWN]
    if unseen:
        outside = all(outcome.reason in OUTSIDE_PERIMETER for outcome in unseen)
        return Mark.UNEXAMINED if outside else Mark.UNKNOWN
    if not group:
        return Mark.NOT_RUN
    return Mark.PASS if any(outcome.status is Status.PASS for outcome in group) else Mark.NOT_APPLICABLE
