"""What one result knows of each check on each subject, also where it has no outcome for the pair. Pure."""

from __future__ import annotations

from enum import StrEnum

from scanner.discovery import MAX_HOSTS, MAX_SERVERS, Addresses, Mx
from scanner.landscape import Sight
from scanner.model import Absent, Host, MailServer, Outcome, Reason, Severity, Status, Subject
from scanner.result import ScanResult


class Standing(StrEnum):
    """The five things that a result can know."""

    FINDING = "finding"
    CLEAR = "clear"  # concluded without finding
    UNSEEN = "unseen"
    NOT_THERE = "not_there"  # the domain positively has no such subject
    NOT_RUN = "not_run"


#: Where a pair has several outcomes, the one that speaks.
_WEIGHT = {Status.FAIL: 3, Status.UNKNOWN: 2, Status.NOT_APPLICABLE: 1, Status.PASS: 0}


class Standings:
    """One result, by check and subject."""

    def __init__(self, result: ScanResult) -> None:
        self.moment = result.started_at
        self.outcomes: dict[tuple[str, Subject], Outcome] = {}
        for outcome in result.outcomes:
            pair = outcome.check, outcome.subject
            known = self.outcomes.get(pair)
            if known is None or _WEIGHT[outcome.status] > _WEIGHT[known.status]:
                self.outcomes[pair] = outcome
        self._subjects = frozenset(result.landscape.subjects)
        self._complete = {MailServer: _all_servers(result), Host: _all_hosts(result)}

    def of(self, check: str, subject: Subject) -> Standing:
        """Never raises: a subject of a kind that discovery does not find by itself is unseen where it is missing."""
        outcome = self.outcomes.get((check, subject))
        if outcome is not None:
            return {Status.FAIL: Standing.FINDING, Status.UNKNOWN: Standing.UNSEEN}.get(outcome.status, Standing.CLEAR)
        if subject in self._subjects:
            return Standing.NOT_RUN
        return Standing.NOT_THERE if self._complete.get(type(subject), False) else Standing.UNSEEN

    def severity(self, check: str, subject: Subject) -> Severity | None:
        """The worst finding, None where there is none."""
        outcome = self.outcomes.get((check, subject))
        return None if outcome is None else outcome.severity

    def reason(self, check: str, subject: Subject) -> Reason:
        """Why it is unseen; what was not even found was not observed."""
        outcome = self.outcomes.get((check, subject))
        return (None if outcome is None else outcome.reason) or Reason.NOT_OBSERVED


def _all_servers(result: ScanResult) -> bool:
    """Whether every mail server of the domain was found, or the absence of any positively seen."""
    mx = result.seen.exactly(result.domain, Mx)
    return isinstance(mx, Absent) or (isinstance(mx, Mx) and len(mx.exchanges) < MAX_SERVERS)


def _all_hosts(result: ScanResult) -> bool:
    """Whether every address of the town's own names was found; its mail servers may be among them."""
    sights = [sight for _, kind, sight in result.seen if kind == Addresses.__name__]
    return _all_servers(result) and all(map(_known, sights)) and len(result.landscape.of_kind(Host)) < MAX_HOSTS


def _known(sight: Sight) -> bool:
    return isinstance(sight, Absent) or (isinstance(sight, Addresses) and not sight.ipv4_unseen)
