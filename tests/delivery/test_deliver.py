"""A round through the outbox: its pace, its pauses, its end, and what it does when the store fails it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.delivery.deliver import (
    MAX_PUT_OFF,
    RECORD_PATIENCE,
    RELAY_PAUSES,
    STORE_PATIENCE,
    End,
    Round,
    Unrecorded,
    deliver_all,
)
from scanner.delivery.mail import Deferred, Delivered, InDoubt, Mail, Rejected, Result, Unusable
from scanner.delivery.outbox import STALE, Outbox
from scanner.delivery.states import State
from scanner.store import engine
from scanner.store.engine import Store
from scanner.store.errors import StoreBusy, Trouble
from tests.delivery.boxes import Clock, Mortal, dispatch, mail_of, mortal_store

OK = Delivered("250 Ok")


@dataclass
class Answers:
    """A relay that gives these answers in turn, the last one for ever, and does something before each."""

    answers: list[Result] = field(default_factory=lambda: [OK])
    before: Callable[[], object] = lambda: None
    seen: list[str] = field(default_factory=list)

    def deliver(self, mail: Mail) -> Result:
        self.before()
        self.seen.append(mail.to)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class Desk:
    """An outbox with some mails, and a clock that moves only while the round sleeps."""

    store: Store
    presence: Mortal
    path: Path
    clock: Clock = field(default_factory=Clock)
    stop: threading.Event = field(default_factory=threading.Event)
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.store, clock=self.clock)
        self._monotonic = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._monotonic += seconds
        self.clock.pass_by(seconds=seconds)
        self.on_sleep()

    def put(self, count: int) -> None:
        for number in range(count):
            self.outbox.enqueue(dispatch(number), mail_of(dispatch(number)))

    def round(self, relay: Answers, per_minute: int = 6_000) -> Round:
        return deliver_all(
            self.outbox, relay, per_minute=per_minute, stop=self.stop, sleep=self.sleep, monotonic=lambda: self._monotonic
        )

    def lock(self) -> sqlite3.Connection:
        """Another process that keeps the whole file to itself."""
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        return other


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.001)
    path = tmp_path / "beffroi.db"
    store, presence = mortal_store(path)
    with store:
        yield Desk(store, presence, path)
    presence.die()


def test_a_round_sends_each_mail_once_and_ends_when_nothing_is_due(desk: Desk) -> None:
    desk.put(5)
    relay = Answers()
    done = desk.round(relay)
    assert done.end is End.EMPTY
    assert done.states[State.SENT] == 5
    assert relay.seen == [mail_of(dispatch(number)).to for number in range(5)]
    assert desk.round(relay).states[State.SENT] == 0


def test_the_pace_is_the_one_of_the_settings(desk: Desk) -> None:
    desk.put(6)
    begun = desk.clock.now
    desk.round(Answers(), per_minute=30)
    assert desk.clock.now - begun == timedelta(seconds=2) * 6


def test_one_mail_that_is_put_off_or_refused_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.put(4)
    done = desk.round(Answers([Deferred(451, "plus tard"), Rejected(550, "inconnu"), InDoubt("coupé"), OK]))
    assert done.end is End.EMPTY
    wanted = {State.WAITING: 1, State.REJECTED: 1, State.DOUBTFUL: 1, State.SENT: 1}
    assert {state: count for state, count in done.states.items() if count} == wanted


def test_a_relay_that_cannot_be_used_is_tried_again_and_then_left_alone(desk: Desk) -> None:
    desk.put(3)
    relay = Answers([Unusable(0, "injoignable")])
    done = desk.round(relay)
    assert (done.end, done.trouble) == (End.RELAY, Unusable(0, "injoignable"))
    assert len(relay.seen) == len(RELAY_PAUSES) + 1
    assert [pause for pause in desk.slept if pause > 1] == list(RELAY_PAUSES)
    assert desk.outbox.counts()[State.WAITING] == 3
    assert desk.round(Answers()).states[State.SENT] == 3


def test_a_relay_that_comes_back_is_used_at_once(desk: Desk) -> None:
    desk.put(3)
    done = desk.round(Answers([Unusable(0, "injoignable"), Unusable(0, "injoignable"), OK]))
    assert (done.end, done.states[State.SENT]) == (End.EMPTY, 3)


def test_a_relay_that_puts_everything_off_ends_the_round(desk: Desk) -> None:
    desk.put(MAX_PUT_OFF + 5)
    relay = Answers([Deferred(452, "disque plein")])
    done = desk.round(relay)
    assert (done.end, done.trouble) == (End.RELAY, Deferred(452, "disque plein"))
    assert len(relay.seen) == MAX_PUT_OFF


def test_a_stop_ends_the_round_after_the_mail_under_way(desk: Desk) -> None:
    desk.put(3)
    done = desk.round(Answers(before=desk.stop.set))
    assert (done.end, done.states[State.SENT]) == (End.STOPPED, 1)
    assert desk.outbox.counts()[State.WAITING] == 2


def test_a_stop_during_a_pause_takes_no_further_mail(desk: Desk) -> None:
    desk.put(3)
    desk.on_sleep = desk.stop.set
    relay = Answers()
    assert desk.round(relay).end is End.STOPPED
    assert relay.seen == []


def test_a_store_that_is_locked_for_a_while_holds_the_round_up_and_no_more(desk: Desk) -> None:
    desk.put(3)
    locks = [desk.lock()]
    desk.on_sleep = lambda: locks.pop().close() if locks and len(desk.slept) > 3 else None
    done = desk.round(Answers())
    assert (done.end, done.states[State.SENT]) == (End.EMPTY, 3)


def test_a_store_that_stays_locked_ends_the_round_with_nothing_in_doubt(desk: Desk) -> None:
    desk.put(3)
    lock = desk.lock()
    relay = Answers()
    done = desk.round(relay)
    lock.close()
    assert done.end is End.STORE
    assert isinstance(done.trouble, StoreBusy)
    assert done.trouble.trouble is Trouble.LOCKED
    assert STORE_PATIENCE <= sum(desk.slept) < 2 * STORE_PATIENCE
    assert relay.seen == []
    assert desk.outbox.counts()[State.WAITING] == 3


def test_an_answer_is_written_down_as_soon_as_the_store_can_even_after_a_stop(desk: Desk) -> None:
    desk.put(1)
    locks: list[sqlite3.Connection] = []

    def fail() -> None:
        locks.append(desk.lock())
        desk.stop.set()

    desk.on_sleep = lambda: locks.pop().close() if locks and len(desk.slept) > 5 else None
    done = desk.round(Answers(before=fail))
    assert done.states[State.SENT] == 1
    assert desk.outbox.counts()[State.SENT] == 1


def test_an_answer_that_could_not_be_written_down_is_told(desk: Desk) -> None:
    desk.put(1)
    locks: list[sqlite3.Connection] = []
    with pytest.raises(Unrecorded) as told:
        desk.round(Answers(before=lambda: locks.append(desk.lock())))
    locks.pop().close()
    assert told.value.result == OK
    assert sum(desk.slept) >= RECORD_PATIENCE
    desk.presence.die()
    assert desk.outbox.sweep() == 1  # in doubt, as long as nobody says what was told


def test_a_claim_that_grew_old_before_it_was_used_is_given_back(desk: Desk) -> None:
    desk.put(1)

    class Slept(Outbox):
        """The machine sleeps right after the first claim."""

        def claim(self, token: str):  # type: ignore[no-untyped-def]  # as its base
            claim = super().claim(token)
            if claim is not None and not relay.seen and desk.clock.now < begun + STALE:
                desk.clock.now += STALE * 2
            return claim

    begun, relay = desk.clock.now, Answers()
    desk.outbox = Slept(desk.store, clock=desk.clock)
    done = desk.round(relay)
    assert done.states[State.SENT] == 1
    assert len(relay.seen) == 1
