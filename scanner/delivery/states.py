"""The states of a mail in the outbox, and what a relay's answer makes of one. Pure (docs/delivery.md draws it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from scanner.delivery.mail import Deferred, Delivered, InDoubt, Rejected, Result, Unusable

MAX_ATTEMPTS = 30
MAX_AGE = timedelta(days=5)  # RFC 5321 4.5.4.1: at least four to five days
#: After the first put-off, the second...; the last one repeats. The first outlasts the usual greylisting.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (6, 15, 30, 60, 120, 240))
MAX_ANSWER = 500  # characters kept of what a relay says


class State(StrEnum):
    """Where a mail stands. SENDING is written before the relay is connected to."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"  # the relay has taken it
    REJECTED = "rejected"  # the relay has not, and asking again is of no use
    DOUBTFUL = "doubtful"  # nobody can tell; a person decides
    DROPPED = "dropped"  # a person decided that it shall not leave


class Choice(StrEnum):
    """What a person may decide."""

    RESEND = "resend"
    MARK_SENT = "mark-sent"
    DROP = "drop"


class Settler(StrEnum):
    """Who knew in the end."""

    RELAY = "relay"
    PERSON = "person"
    LOG = "log"  # the relay's own log


#: The states that a choice may be made in. While a mail is SENDING, its sender may still be alive.
ALLOWED = {
    Choice.RESEND: (State.DOUBTFUL, State.REJECTED, State.WAITING),
    Choice.MARK_SENT: (State.DOUBTFUL,),
    Choice.DROP: (State.DOUBTFUL, State.REJECTED, State.WAITING),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to write down. `due` is None where nothing more is to be done by itself."""

    state: State
    attempts: int
    code: int | None
    answer: str
    due: datetime | None = None


def verdict(result: Result, attempts: int, begun: datetime, now: datetime) -> Verdict:
    """What the relay's answer makes of a mail that was put off `attempts` times since `begun`."""
    match result:
        case Delivered(text):
            return Verdict(State.SENT, attempts, None, text[:MAX_ANSWER])
        case Unusable(code, text):  # the relay's trouble, not this mail's: it costs no attempt
            return Verdict(State.WAITING, attempts, code, text[:MAX_ANSWER], now)
        case Deferred(code, text):
            attempts += 1
            given_up = attempts >= MAX_ATTEMPTS or now - begun >= MAX_AGE
            due = None if given_up else now + PAUSES[min(attempts, len(PAUSES)) - 1]
            return Verdict(State.REJECTED if given_up else State.WAITING, attempts, code, text[:MAX_ANSWER], due)
        case Rejected(code, text):
            return Verdict(State.REJECTED, attempts, code, text[:MAX_ANSWER])
        case InDoubt(text):
            return Verdict(State.DOUBTFUL, attempts, None, text[:MAX_ANSWER])
