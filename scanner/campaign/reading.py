"""Why a domain of a campaign is read before its mails leave. Pure; scanner/campaign/review.py asks it of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from scanner.campaign.exposure import exposures
from scanner.campaign.planned import Word
from scanner.catalogue import Catalogue
from scanner.diff import compare
from scanner.dossier import Town, Waivers
from scanner.model import Severity
from scanner.report.duties import LEAST
from scanner.result import ScanResult


class Why(StrEnum):
    """Why a domain is read, the most pressing reason first."""

    EXPOSURE = "exposure"
    CRITICAL = "critical"
    LOST_GRADE = "lost_grade"
    RETURNED = "returned"  # a waiver has ended, its finding counts again
    NO_RECIPIENT = "no_recipient"  # the register knows nobody there who receives anything
    FIRST = "first"  # nobody there has ever heard of us
    NAMED_SUPPLIER = "named_supplier"  # the letter names a company
    WAIVED = "waived"  # a finding is accepted or disputed
    ROUTINE = "routine"
    NO_RESULT = "no_result"  # nothing can be sent


@dataclass(frozen=True, slots=True)
class Reading:
    """One domain on the list. `reasons` has one member at least; `before` is the grade of the scan before, "" where none;
    `waivers` as its documents show them."""

    domain: str
    authority: str
    reasons: tuple[Why, ...]
    grade: str = ""
    before: str = ""
    word: Word | None = None
    waivers: Waivers | None = None


def reasons(
    result: ScanResult, previous: ScanResult | None, town: Town, catalogue: Catalogue, *, first: bool, also: Collection[Why] = ()
) -> tuple[Why, ...]:
    """Every reason to read what would be sent, with those in `also`; ROUTINE alone where there is none."""
    found = [outcome for outcome in result.outcomes if outcome.findings]
    named = {role.value for role, _ in town.suppliers}
    specs = ((catalogue.check(outcome.check), outcome.severity) for outcome in found)
    answers = {
        Why.EXPOSURE: bool(exposures(found)),
        Why.CRITICAL: any(outcome.severity is Severity.CRITICAL for outcome in found),
        Why.LOST_GRADE: previous is not None and lost_grade(previous, result),
        Why.FIRST: first and Why.NO_RECIPIENT not in also,
        Why.NAMED_SUPPLIER: any(
            spec is not None and severity is not None and severity >= LEAST and spec.actor.value in named
            for spec, severity in specs
        ),
    }
    return tuple(why for why in Why if answers.get(why) or why in also) or (Why.ROUTINE,)


def lost_grade(before: ScanResult, after: ScanResult) -> bool:
    """Whether a letter was lost, where two grades may stand side by side."""
    score = compare(before, after).score
    return score is not None and (score.after.grade or "") > (score.before.grade or "")


def waiver_reasons(waivers: Waivers | None) -> Iterator[Why]:
    """What accepted, disputed and returned findings give a reviewer to read."""
    if waivers is not None and waivers.returned:
        yield Why.RETURNED
    if waivers is not None and any(not each.returned for each in waivers.findings):
        yield Why.WAIVED
