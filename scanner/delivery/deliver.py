"""Empties the outbox through the relay: one mail after the other, at the pace of the settings, until nothing is due."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeVar

from scanner.delivery.mail import Deferred, Mail, Result, Unusable
from scanner.delivery.outbox import STALE, Outbox
from scanner.delivery.rows import Claim
from scanner.delivery.states import State
from scanner.store.errors import StoreBusy

T = TypeVar("T")

#: Seconds between two tries of a relay that cannot be used; after the last one the round ends.
RELAY_PAUSES = (5.0, 15.0, 40.0)
#: Put-offs in a row after which the relay, not the mails, is held to be the reason.
MAX_PUT_OFF = 10
#: Seconds for which a store that is locked, full or out of reach is asked again: before a mail is taken, and after it
#: was sent, when giving up would leave it in doubt.
STORE_PATIENCE = 60.0
RECORD_PATIENCE = 120.0
_STORE_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


class Carrier(Protocol):
    """What takes a mail away: the relay."""

    def deliver(self, mail: Mail) -> Result:
        """Whatever happens is a result; nothing is raised."""


class End(Enum):
    """Why a round ended. Its value is a key of the messages (`cli.send.end_<value>`)."""

    EMPTY = "empty"  # nothing more is due now
    STOPPED = "stopped"
    RELAY = "relay"  # it cannot be used, or puts everything off
    STORE = "store"  # locked, full or out of reach


@dataclass
class Round:
    """What one round did: how many mails came to each state, why it ended, and the last trouble in words."""

    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    end: End = End.EMPTY
    trouble: Unusable | Deferred | StoreBusy | None = None


class Unrecorded(Exception):
    """The relay has answered, and the store could not take it down. The mail will be in doubt: `result` is the truth."""

    def __init__(self, claim: Claim, result: Result) -> None:
        super().__init__(f"{claim.id}: {result}")
        self.claim = claim
        self.result = result


def patiently(action: Callable[[], T], seconds: float, sleep: Callable[[float], object]) -> T:
    """The action, again while the store is busy, for about so many seconds of pauses or until `sleep` answers true.

    Raises its last StoreBusy.
    """
    waited, tries = 0.0, 0
    while True:
        try:
            return action()
        except StoreBusy:
            pause = _STORE_PAUSES[min(tries, len(_STORE_PAUSES) - 1)]
            if waited >= seconds or sleep(pause):
                raise
            waited, tries = waited + pause, tries + 1


def deliver_all(
    outbox: Outbox,
    relay: Carrier,
    *,
    per_minute: int,
    stop: threading.Event,
    sleep: Callable[[float], object] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    told: Callable[[Claim, Result], object] = lambda claim, result: None,
) -> Round:
    """One round. `stop` ends it after the mail under way; `sleep` takes seconds, and stands for every pause where given.

    Raises Unrecorded, and StoreError where the store cannot be used at all.
    """
    sender = _Sender(outbox, relay, stop, sleep, told)
    done = sender.done
    try:
        patiently(outbox.sweep, STORE_PATIENCE, sender.rest)
        next_start = monotonic()
        while not stop.is_set():
            sender.rest(max(0.0, next_start - monotonic()))
            next_start = max(next_start, monotonic()) + 60 / per_minute
            if not stop.is_set() and not sender.one():
                break
    except StoreBusy as busy:  # perhaps with a claim whose end was not seen: the next sweep must find us dead
        done.end, done.trouble = End.STORE, busy
        return done
    outbox.leave()
    if stop.is_set():
        done.end = End.STOPPED
    return done


class _Sender:
    """The mails of one round, and what is known of the relay by now."""

    def __init__(
        self,
        outbox: Outbox,
        relay: Carrier,
        stop: threading.Event,
        sleep: Callable[[float], object] | None,
        told: Callable[[Claim, Result], object],
    ) -> None:
        self._outbox = outbox
        self._relay = relay
        self._stop = stop
        self.rest = sleep or stop.wait
        self._hold = sleep or time.sleep
        self._told = told
        self._unusable = 0
        self._put_off = 0
        self.done = Round()

    def one(self) -> bool:
        """Send one mail; False when the round is over."""
        token = patiently(self._outbox.token, STORE_PATIENCE, self.rest)
        claim = patiently(lambda: self._outbox.claim(token), STORE_PATIENCE, self.rest)
        if claim is None:
            return False
        late = self._outbox.clock() - claim.claimed > STALE
        result = Unusable(0, "") if late or self._stop.is_set() else self._relay.deliver(claim.mail)
        state = self._record(claim, result)
        if late or (state is None):
            return True
        if not isinstance(result, Unusable):
            self.done.states[state] += 1
            self._told(claim, result)
        return self._goes_on(result)

    def _record(self, claim: Claim, result: Result) -> State | None:
        """Not ended by `stop`: a mail whose fate is known must not be left in doubt."""
        try:
            return patiently(lambda: self._outbox.settle(claim, result), RECORD_PATIENCE, self._hold)
        except StoreBusy as busy:
            raise Unrecorded(claim, result) from busy

    def _goes_on(self, result: Result) -> bool:
        if not isinstance(result, Deferred):
            self._unusable = self._put_off = 0
            return True
        self._put_off += 1
        self._unusable = self._unusable + 1 if isinstance(result, Unusable) else 0
        if self._unusable > len(RELAY_PAUSES) or self._put_off >= MAX_PUT_OFF:
            self.done.end, self.done.trouble = End.RELAY, result
            return False
        if self._unusable:
            self.rest(RELAY_PAUSES[self._unusable - 1])
        return True
