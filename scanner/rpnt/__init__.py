"""The sixteen criteria of the RPNT (référentiel de la présence numérique des territoires), judged from one result.

Beside the score and never mixed with it. Tested criteria rest on outcomes and on what discovery saw; declared ones are
unknown until a register says what the authority declared on Service-Public. docs/rpnt.md explains each of them.
"""

from __future__ import annotations

from scanner.result import ScanResult
from scanner.rpnt.mail import judge_mail
from scanner.rpnt.model import (
    CRITERIA,
    LEVELS,
    RPNT_VERSION,
    Attainment,
    Criterion,
    Declared,
    Importance,
    Judgement,
    Kind,
    Level,
    Rpnt,
    Status,
    met,
    not_applicable,
    not_met,
    unknown,
)
from scanner.rpnt.site import judge_site

__all__ = [
    "CRITERIA", "LEVELS", "RPNT_VERSION", "Attainment", "Criterion", "Declared", "Importance", "Judgement", "Kind", "Level",
    "Rpnt", "Status", "rpnt",
]  # fmt: skip

NOTHING_DECLARED: Declared = {}

#: Declared criterion that says there is no site, or no mail address -> those that then have nothing to ask, and why.
_FALLS_WITH = {"1.1": (("1.2", "1.8"), "no_site_declared"), "2.1": (("2.2", "2.3"), "no_mail_declared")}


def rpnt(result: ScanResult, declared: Declared = NOTHING_DECLARED) -> Rpnt:
    """All criteria and both levels. `declared` says of criteria 1.1, 1.2, 1.8, 2.1, 2.2, 2.3 whether they are met.

    Raises ValueError where it speaks of a criterion that is tested, or does not exist.
    """
    strangers = sorted(id for id in declared if id not in CRITERIA or CRITERIA[id][1] is Kind.TESTED)
    if strangers:
        raise ValueError(f"not a declared criterion of the RPNT: {', '.join(strangers)}")
    judged = {
        **_declared(declared),
        **judge_site(result.domain, result.outcomes, declared),
        **judge_mail(result, declared),
    }
    criteria = tuple(Criterion(id, importance, kind, judged[id]) for id, (importance, kind) in CRITERIA.items())
    low, high = (_level(id, criteria) for id in LEVELS)
    return Rpnt(criteria, (low, high))


def _declared(declared: Declared) -> dict[str, Judgement]:
    judged = {id: unknown("declaration") for id, (_, kind) in CRITERIA.items() if kind is Kind.DECLARED}
    for id, (others, why) in _FALLS_WITH.items():
        if declared.get(id) is False:
            judged.update(dict.fromkeys(others, not_applicable(why)))
    return judged | {id: met("declared") if holds else not_met("declared_otherwise") for id, holds in declared.items()}


def _level(id: str, criteria: tuple[Criterion, ...]) -> Level:
    def those(status: Status) -> tuple[str, ...]:
        return tuple(criterion.id for criterion in criteria if criterion.id in LEVELS[id] and criterion.status is status)

    unmet, blind = those(Status.NOT_MET), those(Status.UNKNOWN)
    if unmet:
        return Level(id, Attainment.NOT_REACHED, unmet, blind)
    return Level(id, Attainment.NOT_VERIFIABLE if blind else Attainment.REACHED, unmet, blind)
