"""What accepted and disputed findings change: two grades side by side, and nothing hidden (docs/register.md). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scanner.catalogue import Catalogue
from scanner.dossier import WaivedFinding, WaiverKind, Waivers
from scanner.model import Outcome, Severity
from scanner.registry.model import Waiver
from scanner.result import ScanResult
from scanner.scoring import Score, score


@dataclass(frozen=True, slots=True)
class Held:
    """A finding that a waiver covers. `lifted` is false where it costs as before: a critical one always does."""

    outcome: Outcome
    waiver: Waiver
    lifted: bool


@dataclass(frozen=True, slots=True)
class Waived:
    """Both grades, and why they differ. `without` counts every finding; `with_waivers` leaves out those that are covered.

    `returned` are findings whose waiver has ended: they count again, in both.
    """

    without: Score
    with_waivers: Score
    accepted: tuple[Held, ...]
    disputed: tuple[Held, ...]
    returned: tuple[Held, ...]


def apply_waivers(result: ScanResult, waivers: Iterable[Waiver], on: date, severities: Mapping[str, Severity]) -> Waived:
    """Hold the findings of a result against the waivers of its domain; `severities` are the checks' declared ones.

    A covered finding costs no points. What it forbids stays forbidden: the caps of scanner/scoring.py that name a check,
    and everything that a critical finding costs.
    """
    mine = sorted((waiver for waiver in waivers if waiver.domain == result.domain.name), key=lambda waiver: waiver.id)
    found = [(outcome, _covering(outcome, mine, on)) for outcome in result.outcomes]
    held = [Held(outcome, waiver, _can_lift(outcome)) for outcome, waiver in found if waiver is not None]
    lifted = {(each.outcome.check, each.outcome.subject) for each in held if each.lifted}
    judged = [_without_cost(outcome) if (outcome.check, outcome.subject) in lifted else outcome for outcome, _ in found]
    relieved = score(judged, result.score.perimeter, dict(severities)) if lifted else result.score
    return Waived(
        without=result.score,
        with_waivers=relieved,
        accepted=tuple(each for each in held if each.waiver.kind is WaiverKind.ACCEPTED_RISK),
        disputed=tuple(each for each in held if each.waiver.kind is WaiverKind.DISPUTE),
        returned=tuple(
            Held(outcome, over, lifted=False)
            for outcome, waiver in found
            if waiver is None and (over := _ended(outcome, mine, on)) is not None
        ),
    )


#: A finding is said to be back for so long after its waiver has ended.
BACK = timedelta(days=92)


def waivers_of(result: ScanResult, waivers: Iterable[Waiver], on: date, catalogue: Catalogue) -> Waivers | None:
    """What the documents say of it; None where no waiver has anything to do with a finding of this result."""
    known = tuple(waivers)
    if not known:
        return None
    waived = apply_waivers(result, known, on, severities(result, catalogue))
    held = (*((each, False) for each in (*waived.accepted, *waived.disputed)), *((each, True) for each in waived.returned))
    told = (_finding(each, returned) for each, returned in held)
    found = tuple(each for each in told if not each.returned or on - each.until <= BACK)
    return Waivers(waived.with_waivers, found) if found else None


def severities(result: ScanResult, catalogue: Catalogue) -> dict[str, Severity]:
    """The declared severity of every check; one that is installed no more weighs as the lightest in coverage."""
    return {
        **{outcome.check: Severity.LOW for outcome in result.outcomes},
        **{spec.id: spec.severity for spec in catalogue.checks},
    }


def _finding(held: Held, returned: bool) -> WaivedFinding:
    waiver, outcome = held.waiver, held.outcome
    until = waiver.ended - timedelta(days=1) if waiver.ended else waiver.valid_until
    return WaivedFinding(
        outcome.check, outcome.subject.name, waiver.kind, waiver.reason, waiver.author, until, held.lifted, returned
    )


def _covering(outcome: Outcome, waivers: list[Waiver], on: date) -> Waiver | None:
    """The waiver in force that speaks of this finding; one that names the subject before one that does not."""
    fit = [waiver for waiver in waivers if waiver.in_force(on) and _speaks_of(waiver, outcome)]
    return max(fit, key=lambda waiver: (bool(waiver.subject), waiver.id), default=None)


def _ended(outcome: Outcome, waivers: list[Waiver], on: date) -> Waiver | None:
    over = [waiver for waiver in waivers if waiver.valid_from <= on and not waiver.in_force(on) and _speaks_of(waiver, outcome)]
    return max(over, key=lambda waiver: waiver.ended or waiver.valid_until, default=None)


def _speaks_of(waiver: Waiver, outcome: Outcome) -> bool:
    return bool(outcome.findings) and waiver.check == outcome.check and waiver.subject in ("", outcome.subject.key)


def _can_lift(outcome: Outcome) -> bool:
    return outcome.severity is not Severity.CRITICAL


def _without_cost(outcome: Outcome) -> Outcome:
    """Its findings remain, without points; the caps that name the check still find them."""
    return replace(outcome, findings=tuple(replace(finding, severity=Severity.INFO) for finding in outcome.findings))
