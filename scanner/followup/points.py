"""What a result says of the points of a ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.followup.model import Point, Verdict
from scanner.model import Outcome, Reason, Status
from scanner.result import ScanResult


@dataclass(frozen=True, slots=True)
class Judged:
    """One point looked at again; `reason` and `detail` say why nothing can be said of it."""

    point: Point
    verdict: Verdict
    reason: Reason | None = None
    detail: str = ""


def judged(points: Iterable[Point], result: ScanResult) -> tuple[Judged, ...]:
    """Each point by this result. Only a pass is "fixed": a question that does not arise any more proves nothing."""
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in result.outcomes:
        outcomes.setdefault(outcome.check, []).append(outcome)
    return tuple(_judged(point, outcomes.get(point.check, [])) for point in points)


def all_fixed(looks: Iterable[Judged]) -> bool:
    """Whether nothing is left to ask."""
    return all(look.verdict is Verdict.FIXED for look in looks)


def _judged(point: Point, outcomes: list[Outcome]) -> Judged:
    """A check that fails on another subject, while this one is gone: the fault has moved along with the service."""
    mine = [outcome for outcome in outcomes if outcome.subject.key == point.subject]
    seen = mine or [outcome for outcome in outcomes if outcome.status is Status.FAIL]
    by_status = {outcome.status: outcome for outcome in seen}
    if Status.FAIL in by_status:
        return Judged(point, Verdict.STILL)
    for status in (Status.UNKNOWN, Status.NOT_APPLICABLE):
        if (outcome := by_status.get(status)) is not None:
            return Judged(point, Verdict.NOT_VERIFIABLE, outcome.reason, outcome.detail)
    if Status.PASS in by_status:
        return Judged(point, Verdict.FIXED)
    return Judged(point, Verdict.NOT_VERIFIABLE, Reason.NOT_OBSERVED)
