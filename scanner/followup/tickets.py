"""The tickets of one store: recorded when they leave, moved by people and by what is seen. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.followup.model import (
    MOVES,
    OPEN,
    NoSuchTicket,
    NotNow,
    Point,
    TicketRow,
    TicketState,
    Verdict,
    working_days_after,
)
from scanner.followup.points import Judged, all_fixed, judged
from scanner.report.duties import Charge, Duty, charges
from scanner.report.ticket_text import DAYS
from scanner.report.tickets import ticket_id, ticket_subject
from scanner.report.view import view
from scanner.result import ScanResult
from scanner.store.engine import Store
from scanner.store.followup_tables import ticket_points, tickets
from scanner.suppliers.recognise import suppliers_of

MAX_NOTE = 500  # characters
_EVERY = tuple(TicketState)


class Tickets:
    """Every ticket of one store. Raises StoreError as the store does."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self.clock = clock

    def record(self, dossier: Dossier, catalogue: Catalogue, lang: str, authority: int | None = None) -> tuple[str, ...]:
        """The tickets of a dossier leave now: new ones are kept, known ones get what is new in them. Their ids."""
        now = self.clock()
        report = view(dossier.result, catalogue, lang)
        due = charges(report, suppliers_of(dossier), dossier.waivers)
        asked = [_asked(charge, dossier.result, lang, now) for charge in due]
        with self._store.write() as connection:
            for ticket in asked:
                known = _load(connection, tickets.c.id == ticket.id)
                _keep(connection, _merged(known[0], ticket, now) if known else ticket, authority)
        return tuple(ticket.id for ticket in asked)

    def all(self, states: Iterable[TicketState] = _EVERY, domain: str = "") -> tuple[TicketRow, ...]:
        """Those in these states, the next to fall due first."""
        conditions = [tickets.c.state.in_(tuple(states)), *([tickets.c.domain == domain] if domain else [])]
        with self._store.read() as connection:
            return _load(connection, *conditions)

    def get(self, id: str) -> TicketRow:
        """By its reference, however it is typed. Raises NoSuchTicket."""
        with self._store.read() as connection:
            found = _load(connection, tickets.c.id == id.strip().upper())
        if not found:
            raise NoSuchTicket(id[:40])
        return found[0]

    def move(self, id: str, to: TicketState, note: str = "", due: datetime | None = None) -> TicketRow:
        """Into another state, as a person says. Raises NoSuchTicket, NotNow."""
        ticket = self.get(id)
        if to not in MOVES[ticket.state]:
            raise NotNow(ticket.state)
        values: dict[str, object] = {"state": to, "changed": self.clock(), "note": note[:MAX_NOTE]}
        if due is not None:
            values |= {"due": due, "reminders": 0}
        self._update(ticket.id, values)
        return self.get(id)

    def reminded(self, id: str) -> None:
        """One more reminder was written."""
        now = self.clock()
        with self._store.write() as connection:
            counted = {"reminders": tickets.c.reminders + 1, "reminded": now}
            connection.execute(update(tickets).where(tickets.c.id == id).values(counted))

    def looked_at(self, ticket: TicketRow, looks: Iterable[Judged]) -> TicketRow:
        """Write down what was seen; FIXED where nothing is left."""
        looks, now = tuple(looks), self.clock()
        with self._store.write() as connection:
            for look in looks:
                point = ticket_points.c
                same = (point.ticket == ticket.id, point.check == look.point.check, point.subject == look.point.subject)
                connection.execute(update(ticket_points).where(*same).values(verified=now, verdict=look.verdict))
            if looks and all_fixed(looks) and TicketState.FIXED in MOVES[ticket.state]:
                fixed = {"state": TicketState.FIXED, "changed": now}
                connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(fixed))
        return self.get(ticket.id)

    def settle_by(self, result: ScanResult) -> tuple[TicketRow, ...]:
        """What a whole scan says of the open tickets of its domain; those that it has fixed."""
        opened = (*OPEN, TicketState.REFUSED)
        seen = (self.looked_at(ticket, judged(ticket.points, result)) for ticket in self.all(opened, result.domain.name))
        return tuple(ticket for ticket in seen if ticket.state is TicketState.FIXED)

    def _update(self, id: str, values: Mapping[str, object]) -> None:
        with self._store.write() as connection:
            connection.execute(update(tickets).where(tickets.c.id == id).values(**values))


def _asked(charge: Charge, result: ScanResult, lang: str, now: datetime) -> TicketRow:
    """A charge as a fresh ticket; the nearest of its deadlines counts."""
    domain = result.domain.name
    keys = {(outcome.check, outcome.subject.name): outcome.subject.key for outcome in result.outcomes if outcome.findings}
    points = {
        (finding.check, keys[finding.check, name]): Point(finding.check, keys[finding.check, name], finding.title, now)
        for finding in charge.findings
        for name in finding.subjects
    }
    days = min(DAYS[finding.severity] for finding in charge.findings)
    id = ticket_id(domain, charge.duty)
    return TicketRow(
        id=id,
        domain=domain,
        duty=charge.duty,
        supplier=charge.supplier.name if charge.supplier else "",
        subject=ticket_subject(domain, charge, lang),
        state=TicketState.SENT,
        sent=now,
        due=working_days_after(now, days),
        changed=now,
        points=tuple(points.values()),
    )


def _merged(known: TicketRow, asked: TicketRow, now: datetime) -> TicketRow:
    """What is asked again keeps its first date. A ticket that was over begins anew; one that runs keeps its own pace."""
    first = {(point.check, point.subject): point for point in known.points if point.verdict is not Verdict.FIXED}
    points = tuple(
        replace(point, asked=first[point.check, point.subject].asked) if (point.check, point.subject) in first else point
        for point in asked.points
    )
    if known.state not in (*OPEN, TicketState.REFUSED):
        return replace(asked, points=points, note=known.note)
    sooner = known.state is TicketState.SENT and any(point.asked == now for point in points)
    due = min(known.due, asked.due) if sooner else known.due
    return replace(known, supplier=asked.supplier, due=due, points=points)


def _keep(connection: Connection, ticket: TicketRow, authority: int | None) -> None:
    values = {
        "authority": authority, "domain": ticket.domain, "duty": ticket.duty, "supplier": ticket.supplier,
        "subject": ticket.subject, "state": ticket.state, "sent": ticket.sent, "due": ticket.due,
        "reminders": ticket.reminders, "reminded": ticket.reminded, "changed": ticket.changed, "note": ticket.note,
    }  # fmt: skip
    if not connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(values)).rowcount:
        connection.execute(insert(tickets).values(id=ticket.id, **values))
    connection.execute(delete(ticket_points).where(ticket_points.c.ticket == ticket.id))
    rows = [
        {
            "ticket": ticket.id, "check": point.check, "subject": point.subject, "title": point.title,
            "asked": point.asked, "verified": point.verified, "verdict": point.verdict or "",
        }
        for point in ticket.points
    ]  # fmt: skip
    if rows:
        connection.execute(insert(ticket_points), rows)


def _load(connection: Connection, *conditions: Any) -> tuple[TicketRow, ...]:
    rows = connection.execute(select(tickets).where(*conditions).order_by(tickets.c.due, tickets.c.id)).all()
    points: dict[str, list[Point]] = {row.id: [] for row in rows}
    chosen = select(ticket_points).join(tickets, tickets.c.id == ticket_points.c.ticket).where(*conditions)
    for row in connection.execute(chosen.order_by(ticket_points.c.check, ticket_points.c.subject)):
        verdict = Verdict(row.verdict) if row.verdict else None
        points[row.ticket].append(Point(row.check, row.subject, row.title, row.asked, row.verified, verdict))
    return tuple(_ticket(row, tuple(points[row.id])) for row in rows)


def _ticket(row: Row[Any], points: tuple[Point, ...]) -> TicketRow:
    return TicketRow(
        id=row.id, domain=row.domain, duty=Duty(row.duty), supplier=row.supplier, subject=row.subject,
        state=TicketState(row.state), sent=row.sent, due=row.due, changed=row.changed, reminders=row.reminders,
        reminded=row.reminded, note=row.note, points=points,
    )  # fmt: skip
