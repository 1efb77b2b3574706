"""Why too little was seen for a grade, and who can change that."""

from __future__ import annotations

from scanner.model import Actor, Reason
from scanner.report.duties import Duty
from scanner.report.view import ReportView

_SILENCE = (Reason.SILENT, Reason.TIMEOUT, Reason.RESET, Reason.REFUSED, Reason.THROTTLED, Reason.CHALLENGED)
_OURS = (Reason.OURS, Reason.BUG, Reason.INTERRUPTED, Reason.NOT_OBSERVED, Reason.NEWER_THAN_DATA)
#: Why points were not seen, as a mayor needs to know it: a table of `letter.obstacle`.
_OBSTACLES: dict[Reason, str] = {
    **dict.fromkeys(_SILENCE, "silence"),
    **dict.fromkeys((Reason.DNS_FAILURE, Reason.DNSSEC_BOGUS), "names"),
    **dict.fromkeys(_OURS, "ours"),
}
#: Who lets us see a pillar.
_KEEPERS = {"mail": Actor.MAIL_HOST, "dns": Actor.DNS_HOST}


def hidden(report: ReportView) -> tuple[str, ...]:
    """The pillars that were within the perimeter and of which too little was seen."""
    return tuple(pillar.id for pillar in report.pillars if pillar.examined and pillar.value is None)


def obstacle(report: ReportView) -> str:
    """The commonest reason for which something was not seen."""
    return _OBSTACLES.get(report.unknown[0].reason, "unclear") if report.unknown else "ours"


def keeper(report: ReportView) -> Actor:
    """Who lets us see the first of the pillars that stayed hidden."""
    return next((_KEEPERS.get(pillar, Actor.WEB_HOST) for pillar in hidden(report)), Actor.WEB_HOST)


def gatekeeper(report: ReportView) -> Duty | None:
    """Whom to ask to let our checks through; None where there is a grade, or where silence is not what cost it."""
    if report.score.grade is not None or obstacle(report) != "silence":
        return None
    return Duty(keeper(report).value)
