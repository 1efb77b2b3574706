"""`python -m tests.faults.sender URL PORT [INSTANT NTH]`: one round of the outbox in a process of its own.

It kills itself with SIGKILL at a named instant of its nth mail, so that no handler and no `finally` runs. What the
program waits for by the minute takes a fraction of a second here. One JSON object a line says what happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, event

from scanner.delivery import states
from scanner.delivery.deliver import deliver_all
from scanner.delivery.mail import Delivered, Result
from scanner.delivery.outbox import Outbox
from scanner.delivery.relay import Relay
from scanner.delivery.rows import Claim
from scanner.delivery.states import State
from scanner.settings.mail import MailSettings
from scanner.store import engine
from scanner.store.errors import StoreBusy

PAUSE = 0.25  # seconds, at most, for whatever is waited for
PER_MINUTE = 6_000


class Instant(StrEnum):
    """Where the process dies."""

    BEFORE_SENDING = "before `sending` is committed"
    AFTER_SENDING = "after `sending` is committed, before connecting"
    BEFORE_SENT = "before `sent` is committed"


class Doomed(Outbox):
    """An outbox whose process dies when it reaches an instant for the nth time; it says when the store is busy."""

    instant: Instant | None = None
    nth = 0
    ahead: Instant | None = None  # reached by the next COMMIT

    def claim(self, token: str) -> Claim | None:
        """See Outbox."""
        with self._watched(Instant.BEFORE_SENDING):
            claim = super().claim(token)
        if claim is not None:
            self.reach(Instant.AFTER_SENDING)
        return claim

    def settle(self, claim: Claim, result: Result) -> State | None:
        """See Outbox."""
        with self._watched(Instant.BEFORE_SENT if isinstance(result, Delivered) else None):
            return super().settle(claim, result)

    @contextlib.contextmanager
    def _watched(self, ahead: Instant | None) -> Iterator[None]:
        self.ahead = ahead
        try:
            yield
        except StoreBusy as busy:
            tell(busy=busy.trouble)
            raise
        finally:
            self.ahead = None

    def reach(self, instant: Instant | None) -> None:
        """Die, where it is the one."""
        if instant is not None and instant is self.instant:
            self.nth -= 1
            if self.nth <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def tell(**facts: object) -> None:
    """One line to the bench."""
    print(json.dumps(facts), flush=True)


def main(url: str, port: str, instant: str = "", nth: str = "0") -> None:
    """One round, ended early by SIGTERM."""
    states.PAUSES = (timedelta(seconds=PAUSE),)
    engine.BUSY_SECONDS = PAUSE
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    settings = MailSettings(relay="127.0.0.1", port=int(port), security="none", sender="audit@syndicat-exemple.fr")
    with engine.open_store(url) as store, Relay(settings) as relay:
        outbox = Doomed(store)
        outbox.instant, outbox.nth = Instant(instant) if instant else None, int(nth)

        @event.listens_for(Engine, "commit")
        def committing(connection: Connection) -> None:
            outbox.reach(outbox.ahead)

        def sleep(seconds: float) -> None:
            time.sleep(min(seconds, PAUSE))

        tell(started=True)
        done = deliver_all(
            outbox,
            relay,
            per_minute=PER_MINUTE,
            stop=stop,
            sleep=sleep,
            told=lambda claim, result: tell(result=type(result).__name__),
        )
    tell(end=done.end.value)


if __name__ == "__main__":
    main(*sys.argv[1:])
