"""What falls due: certificates, support, mandates, waivers, domains. Gathered from the store, without the network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, insert, select

from scanner.followup.rdap import NotTold, base_for, domain_end
from scanner.history import History
from scanner.model import EndingKind, Observation
from scanner.registry import Authority, Register
from scanner.result import ScanResult
from scanner.settings.correspondence import CorrespondenceSettings
from scanner.store.engine import Store
from scanner.store.followup_tables import domain_expiries

PAST = timedelta(days=30)  # what ended longer ago is no appointment any more
ASK_AGAIN = timedelta(days=30)  # a registry is not asked each day
ASK_SOON = timedelta(days=2)  # again where it did not say

#: Of each domain when it ends, None where nobody said, and when that was asked.
Expiries = Mapping[str, tuple[datetime | None, datetime]]


class Matter(StrEnum):
    """What ends; a key of the words (`calendar.<matter>`)."""

    CERTIFICATE = "certificate"
    SUPPORT = "support"
    MANDATE = "mandate"
    WAIVER = "waiver"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One thing that ends on a day. `what` names it, `seen` is when that was learnt.

    `number` tells two papers about the same thing apart; 0 where there can be one only.
    """

    matter: Matter
    domain: str
    authority: str
    what: str
    on: date
    seen: datetime
    number: int = 0

    @property
    def uid(self) -> str:
        """The same for the same thing, for ever, also when the day moves."""
        seed = "\n".join((self.matter, self.domain, self.what, str(self.number)))
        return f"{hashlib.sha256(seed.encode()).hexdigest()[:32]}@beffroi"


class Agenda:
    """The appointments of one store."""

    def __init__(self, store: Store, register: Register, history: History) -> None:
        self._store = store
        self._register = register
        self._history = history

    def appointments(self) -> tuple[Appointment, ...]:
        """Everything that is known to end, the nearest first; what ended long ago is left out."""
        now = self._register.clock()
        expiries = self._expiries()
        found = [each for authority in self._register.authorities() for each in self._of(authority, expiries, now)]
        coming = (each for each in found if each.on >= (now - PAST).date())
        return tuple(sorted(coming, key=lambda each: (each.on, each.matter, each.domain, each.what)))

    def ask_registries(
        self, settings: CorrespondenceSettings, user_agent: str, pause: Callable[[], object]
    ) -> Iterator[tuple[str, datetime | NotTold]]:
        """Each domain whose end is not known freshly, and what its registry says. `pause` comes between two questions."""
        now = self._register.clock()
        known = self._expiries()
        first = True
        for authority in self._register.authorities():
            for domain in (each.name for each in authority.domains):
                base = base_for(domain, settings.rdap)
                ends, asked = known.get(domain, (None, None))
                fresh = asked is not None and now - asked < (ASK_AGAIN if ends and ends > now else ASK_SOON)
                if base is None or fresh:
                    continue
                if not first:
                    pause()
                first = False
                yield domain, self._ask(domain, authority.id, base, user_agent, now)

    def _ask(self, domain: str, authority: int | None, base: str, user_agent: str, now: datetime) -> datetime | NotTold:
        told: datetime | NotTold
        try:
            told = domain_end(domain, base, user_agent)
        except NotTold as untold:
            told = untold
        ends = told if isinstance(told, datetime) else None
        with self._store.write() as connection:
            connection.execute(delete(domain_expiries).where(domain_expiries.c.domain == domain))
            connection.execute(insert(domain_expiries).values(domain=domain, authority=authority, ends=ends, asked=now))
        return told

    def _expiries(self) -> Expiries:
        with self._store.read() as connection:
            return {row.domain: (row.ends, row.asked) for row in connection.execute(select(domain_expiries))}

    def _of(self, authority: Authority, expiries: Expiries, now: datetime) -> Iterator[Appointment]:
        today = now.date()
        for row in self._register.consent.mandates(authority.id):
            if row.revoked is None and row.domains:
                yield Appointment(Matter.MANDATE, row.domains[0], authority.name, row.signatory, row.valid_until, now, row.id)
        for domain in (each.name for each in authority.domains):
            for waiver in self._register.waivers_of(domain):
                if waiver.ended is None or waiver.ended > today:
                    what = f"{waiver.check} {waiver.subject}".strip()
                    yield Appointment(Matter.WAIVER, domain, authority.name, what, waiver.valid_until, now, waiver.id)
            ends, asked = expiries.get(domain, (None, None))
            if ends is not None and asked is not None:
                yield Appointment(Matter.DOMAIN, domain, authority.name, "", ends.date(), asked)
            result = self._history.latest(domain)
            if result is not None:
                yield from seen_endings(result, authority.name, now)


def seen_endings(result: ScanResult, authority: str, now: datetime) -> tuple[Appointment, ...]:
    """What a result saw will end: one appointment where apex and www show the same."""
    ends: dict[tuple[Matter, str, date], list[str]] = {}
    for subject, _, sight in result.seen:
        for ending in sight.endings(now) if isinstance(sight, Observation) else ():
            matter = Matter.CERTIFICATE if ending.kind is EndingKind.CERTIFICATE else Matter.SUPPORT
            ends.setdefault((matter, ending.what, ending.on.astimezone(UTC).date()), []).append(subject.name)
    return tuple(
        Appointment(matter, result.domain.name, authority, _named(what, names), on, result.started_at)
        for (matter, what, on), names in ends.items()
    )


def _named(what: str, names: Iterable[str]) -> str:
    where = ", ".join(sorted(set(names)))
    return f"{what} ({where})" if what else where
