"""The words of the follow-up: a ticket, its points, its states and who may be reminded when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scanner.report.duties import Duty

SATURDAY = 5


class TicketState(StrEnum):
    """Where a ticket stands."""

    SENT = "sent"
    ANSWERED = "answered"  # somebody has named a date
    REFUSED = "refused"
    FIXED = "fixed"  # every point was looked at again and passes
    CLOSED = "closed"  # a person needs nothing more of it


OPEN = (TicketState.SENT, TicketState.ANSWERED)

#: From where a ticket may go where. One that was fixed or closed is sent again where a finding is back.
MOVES: dict[TicketState, tuple[TicketState, ...]] = {
    TicketState.SENT: (TicketState.ANSWERED, TicketState.REFUSED, TicketState.FIXED, TicketState.CLOSED),
    TicketState.ANSWERED: (TicketState.ANSWERED, TicketState.REFUSED, TicketState.FIXED, TicketState.CLOSED),
    TicketState.REFUSED: (TicketState.ANSWERED, TicketState.FIXED, TicketState.CLOSED),
    TicketState.FIXED: (TicketState.SENT, TicketState.CLOSED),
    TicketState.CLOSED: (TicketState.SENT,),
}


class Verdict(StrEnum):
    """What was seen of one point when it was looked at again."""

    FIXED = "fixed"
    STILL = "still"
    NOT_VERIFIABLE = "not_verifiable"


class NoSuchTicket(Exception):
    """Nothing was sent under this reference."""


class NotNow(Exception):
    """The ticket is in a state from which it does not go there."""

    def __init__(self, state: TicketState) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was asked for, under the `title` that was written. `subject` is a key such as site:www.mairie.fr;
    `asked` is the first time."""

    check: str
    subject: str
    title: str
    asked: datetime
    verified: datetime | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket as it is followed. `due` is until when an answer is hoped for, and once a date was named, that date."""

    id: str
    domain: str
    duty: Duty
    supplier: str
    subject: str
    state: TicketState
    sent: datetime
    due: datetime
    changed: datetime
    reminders: int = 0
    reminded: datetime | None = None
    note: str = ""
    points: tuple[Point, ...] = ()

    @property
    def open_points(self) -> tuple[Point, ...]:
        """Those that nobody has seen fixed."""
        return tuple(point for point in self.points if point.verdict is not Verdict.FIXED)


def to_remind(tickets: Iterable[TicketRow], now: datetime, every_days: int, most: int) -> tuple[TicketRow, ...]:
    """Open tickets whose date has passed, not reminded of in the last days, nor too often; the longest overdue first."""
    found = [
        ticket
        for ticket in tickets
        if ticket.state in OPEN
        and ticket.due <= now
        and ticket.reminders < most
        and (ticket.reminded is None or now - ticket.reminded >= timedelta(days=every_days))
    ]
    return tuple(sorted(found, key=lambda ticket: (ticket.due, ticket.id)))


def working_days_after(moment: datetime, days: int) -> datetime:
    """So many Mondays to Fridays later; public holidays are not known here."""
    while days > 0:
        moment += timedelta(days=1)
        days -= moment.weekday() < SATURDAY
    return moment
