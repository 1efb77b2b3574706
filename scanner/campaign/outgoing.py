"""Who receives what, and when, once a campaign is approved. Pure; docs/correspondance.md says it in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scanner.diff import compare
from scanner.registry.model import Contact, ContactRole
from scanner.report.changes import SHOWN
from scanner.result import ScanResult
from scanner.settings.correspondence import CorrespondenceSettings

#: The short mails; what they say is in scanner/campaign/short_mails.py.
UNCHANGED, EXPOSURE = "unchanged", "exposure"
#: What a technician works with; only those who asked for the messages to suppliers receive them.
SHEET = frozenset({"technical", "tickets"})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail to be made at `due`, not before. `held` waits for a person's word first."""

    domain: str
    recipient: str
    documents: tuple[str, ...]
    due: datetime
    held: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """One domain at the moment of approval.

    `informed` are those (addresses in lower case) whom the last mails reached; `unchanged` compares with that time.
    `exposed`: data may lie open, and nobody has looked at it yet. `held`: a person wants it to wait.
    """

    domain: str
    contacts: tuple[Contact, ...]
    approved: datetime
    informed: frozenset[str] = frozenset()
    unchanged: bool = False
    exposed: bool = False
    held: bool = False


def outgoing(situation: Situation, settings: CorrespondenceSettings) -> tuple[Outgoing, ...]:
    """The mails of one domain, the first to leave first; one for each address."""
    mails = []
    if situation.exposed and settings.exposure_contact:
        mails.append(Outgoing(situation.domain, settings.exposure_contact, (EXPOSURE,), situation.approved))
    held = situation.held or situation.exposed
    people = _people(situation.contacts)
    first = {person.address for person in people if person.documents & SHEET and not person.decides}
    later = situation.approved + timedelta(days=settings.mayor_after_days)
    for person in people:
        waits = bool(first) and person.address not in first
        nothing_new = situation.unchanged and person.address.lower() in situation.informed
        said = (UNCHANGED,) if nothing_new else tuple(sorted(person.documents))
        mails.append(Outgoing(situation.domain, person.address, said, later if waits else situation.approved, held))
    return tuple(sorted(mails, key=lambda mail: mail.due))


@dataclass(frozen=True, slots=True)
class _Person:
    """One address, with all its roles and documents: a small town hall has one for everybody."""

    address: str
    roles: frozenset[ContactRole]
    documents: frozenset[str]

    @property
    def decides(self) -> bool:
        """Whether the letter is meant for this one, and the rest comes with it."""
        return ContactRole.MAYOR in self.roles and "letter" in self.documents


def _people(contacts: Iterable[Contact]) -> tuple[_Person, ...]:
    """Each address that receives anything, as it is first spelt."""
    known: dict[str, list[Contact]] = {}
    for contact in contacts:
        if contact.documents:
            known.setdefault(contact.email.lower(), []).append(contact)
    return tuple(
        _Person(same[0].email, frozenset(each.role for each in same), frozenset().union(*(each.documents for each in same)))
        for same in known.values()
    )


def unchanged(before: ScanResult, after: ScanResult) -> bool:
    """Whether a reader would find nothing new: the same findings, as far as they can be seen, and the same grade."""
    diff = compare(before, after)
    same = diff.score is not None and diff.score.before.grade == diff.score.after.grade
    return same and not diff.of(*SHOWN)
