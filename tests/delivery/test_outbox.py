"""The outbox, one transaction at a time, on SQLite and on PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.delivery.mail import Deferred, Delivered, InDoubt, Rejected, Result, Unusable
from scanner.delivery.outbox import LEASE, MAX_CONTENT, NoSuchMail, NotNow, Outbox, TooLarge
from scanner.delivery.rows import Claim, Entry
from scanner.delivery.states import MAX_ANSWER, MAX_ATTEMPTS, Choice, Settler, State
from scanner.store.engine import open_store
from scanner.store.presence import Unseen
from tests.delivery.boxes import Clock, dispatch, mail_of, mortal_store
from tests.store.stores import NewAddress, new_address, postgresql

__all__ = ["new_address", "postgresql"]
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Box:
    """An outbox, its clock, and where its store is."""

    outbox: Outbox
    clock: Clock
    address: str

    def put(self, number: int = 1) -> int:
        return self.outbox.enqueue(dispatch(number), mail_of(dispatch(number))).id

    def take(self) -> Claim:
        claim = self.outbox.claim(self.outbox.token())
        assert claim is not None
        return claim

    def entry(self, number: int = 1) -> Entry:
        found = self.outbox.find(dispatch(number))
        assert found is not None
        return found

    def in_doubt(self) -> int:
        self.put()
        self.outbox.settle(self.take(), InDoubt("coupé"))
        return self.entry().id


@pytest.fixture
def box(new_address: NewAddress) -> Iterator[Box]:
    address, clock = new_address(), Clock()
    with open_store(address) as store:
        yield Box(Outbox(store, clock=clock), clock, address)


def test_the_same_dispatch_is_kept_once_and_its_first_content_stays(box: Box) -> None:
    first = box.outbox.enqueue(dispatch(), mail_of(dispatch()))
    other = replace(mail_of(dispatch()), content=b"Subject: autre\r\n\r\nautre\r\n")
    again = box.outbox.enqueue(replace(dispatch(), recipient="MAIRIE@ville-1.fr"), other)
    assert (first.fresh, again.fresh, again.id) == (True, False, first.id)
    assert box.take().mail == mail_of(dispatch())


def test_the_order_of_the_documents_makes_no_other_mail(box: Box) -> None:
    one, other = dispatch(documents=("letter", "technical")), dispatch(documents=("technical", "letter"))
    assert box.outbox.enqueue(one, mail_of(one)).id == box.outbox.enqueue(other, mail_of(other)).id


def test_one_person_of_two_authorities_and_two_campaigns_gets_each(box: Box) -> None:
    agent = "agent@syndicat-exemple.fr"
    sent = [replace(dispatch(n, month), recipient=agent) for n in (1, 2) for month in ("2026-10", "2026-11")]
    assert all(box.outbox.enqueue(each, mail_of(each)).fresh for each in sent)


def test_a_mail_that_no_relay_would_take_is_refused_at_once(box: Box) -> None:
    lines = (b"x" * 76 + b"\r\n") * (MAX_CONTENT // 78 + 1)
    with pytest.raises(TooLarge):
        box.outbox.enqueue(dispatch(), replace(mail_of(dispatch()), content=lines))
    assert box.outbox.find(dispatch()) is None


def test_a_mail_is_claimed_once_and_is_sending_before_anybody_connects(box: Box) -> None:
    box.put()
    claim = box.take()
    assert box.entry().state is State.SENDING
    assert box.outbox.claim(box.outbox.token()) is None
    assert claim.lease - claim.claimed == LEASE


def test_a_claim_whose_end_was_not_seen_may_be_repeated(box: Box) -> None:
    for number in (1, 2, 3):
        box.put(number)
    token = box.outbox.token()
    first = box.outbox.claim(token)
    box.clock.pass_by(seconds=3)
    again = box.outbox.claim(token)
    assert first is not None
    assert again is not None
    assert (again.id, again.mail) == (first.id, first.mail)
    assert [entry.state for entry in box.outbox.entries(State)].count(State.SENDING) == 1


def test_who_waited_longest_goes_first(box: Box) -> None:
    ids = [box.put(number) for number in (3, 1, 2)]
    assert [box.take().id for _ in ids] == ids


@pytest.mark.parametrize(
    ("result", "state", "code", "answer", "kept"),
    [
        (Delivered("250 Ok"), State.SENT, None, "250 Ok", False),
        (Deferred(451, "plus tard"), State.WAITING, 451, "plus tard", True),
        (Deferred(0, "coupé"), State.WAITING, 0, "coupé", True),
        (Unusable(0, "injoignable"), State.WAITING, 0, "injoignable", True),
        (Rejected(550, "inconnu"), State.REJECTED, 550, "inconnu", True),
        (InDoubt("coupé"), State.DOUBTFUL, None, "coupé", True),
        (Rejected(554, "é" * 9_999), State.REJECTED, 554, "é" * MAX_ANSWER, True),
    ],
)
def test_the_answer_of_the_relay_decides_the_state(
    box: Box, result: Result, state: State, code: int | None, answer: str, kept: bool
) -> None:
    box.put()
    assert box.outbox.settle(box.take(), result) is state
    entry = box.entry()
    assert (entry.state, entry.code, entry.answer) == (state, code, answer)
    with open_store(box.address) as store, store.read() as connection:
        content = connection.exec_driver_sql("SELECT content FROM outbox").scalar_one()
    assert (content is not None) is kept


def test_a_mail_put_off_waits_longer_each_time_and_is_given_up_after_thirty_tries(box: Box) -> None:
    box.put()
    waits = []
    for _ in range(MAX_ATTEMPTS - 1):
        assert box.outbox.settle(box.take(), Deferred(451, "plus tard")) is State.WAITING
        assert box.outbox.claim(box.outbox.token()) is None
        waits.append(box.entry().due - box.clock.now)
        box.clock.now = box.entry().due
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert box.outbox.settle(box.take(), Deferred(451, "plus tard")) is State.REJECTED
    assert box.entry().code == 451


def test_a_mail_put_off_for_five_days_is_given_up_and_a_person_may_start_again(box: Box) -> None:
    number = box.put()
    box.outbox.settle(box.take(), Deferred(450, "liste grise"))
    box.clock.pass_by(days=5)
    assert box.outbox.settle(box.take(), Deferred(450, "liste grise")) is State.REJECTED
    box.outbox.resolve(number, Choice.RESEND)
    assert box.outbox.settle(box.take(), Deferred(450, "liste grise")) is State.WAITING


def test_the_relays_own_trouble_costs_the_mail_nothing(box: Box) -> None:
    box.put()
    for _ in range(MAX_ATTEMPTS + 5):
        box.clock.pass_by(days=1)
        assert box.outbox.settle(box.take(), Unusable(0, "injoignable")) is State.WAITING
    assert box.entry().attempts == 0


def test_a_dead_senders_mail_is_in_doubt_and_leaves_no_more_by_itself(box: Box) -> None:
    box.put()
    box.take()
    box.outbox.leave()  # without having settled it, so that the lease alone is left
    box.clock.pass_by(minutes=31)
    assert box.outbox.sweep() == 1
    assert box.entry().state is State.DOUBTFUL
    assert box.outbox.claim(box.outbox.token()) is None


def test_a_living_senders_mail_is_never_called_in_doubt_before_its_lease_ends(box: Box) -> None:
    box.put()
    box.take()
    box.clock.now += LEASE
    assert box.outbox.sweep() == 0


def test_where_the_kernel_says_that_a_sender_lives_no_lease_ends_it(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "beffroi.db"
    store, presence = mortal_store(path)
    with store, open_store(f"sqlite:///{path}") as other:
        sender = Outbox(store, clock=clock)
        sender.enqueue(dispatch(), mail_of(dispatch()))
        sender.claim(sender.token())
        clock.pass_by(days=3)  # a machine that slept, with its mail still under way
        assert Outbox(other, clock=clock).sweep() == 0
        presence.die()
        assert Outbox(other, clock=clock).sweep() == 1
        assert [each.name for each in tmp_path.iterdir() if "sender" in each.name] == []


def test_where_processes_are_not_seen_the_lease_decides_and_a_late_answer_still_counts(new_address: NewAddress) -> None:
    clock = Clock()
    with open_store(new_address()) as store:
        store.presence = Unseen()
        outbox = Outbox(store, clock=clock)
        outbox.enqueue(dispatch(), mail_of(dispatch()))
        claim = outbox.claim(outbox.token())
        assert claim is not None
        clock.now += LEASE + timedelta(seconds=1)
        assert outbox.sweep() == 1
        assert outbox.settle(claim, Deferred(451, "plus tard")) is State.WAITING


@pytest.mark.parametrize("choice", list(Choice))
def test_what_the_relay_has_taken_is_sent_whatever_was_decided_meanwhile(box: Box, choice: Choice) -> None:
    number = box.put()
    claim = box.take()
    box.outbox.settle(claim, InDoubt("coupé"))
    box.outbox.resolve(number, choice)
    assert box.outbox.settle(claim, Delivered("250 Ok")) is State.SENT
    assert box.entry().state is State.SENT


def test_an_older_claim_says_nothing_about_a_newer_one(box: Box) -> None:
    number = box.put()
    older = box.take()
    box.outbox.settle(older, InDoubt("coupé"))
    box.outbox.resolve(number, Choice.RESEND)
    newer = box.take()
    assert box.outbox.settle(older, Delivered("250 Ok")) is None
    assert box.outbox.settle(newer, Delivered("250 Ok")) is State.SENT


@pytest.mark.parametrize(
    ("choice", "state"),
    [(Choice.RESEND, State.WAITING), (Choice.MARK_SENT, State.SENT), (Choice.DROP, State.DROPPED)],
)
def test_a_person_settles_what_is_in_doubt(box: Box, choice: Choice, state: State) -> None:
    number = box.in_doubt()
    box.outbox.resolve(number, choice)
    entry = box.entry()
    assert entry.state is state
    assert entry.settled_by is (None if choice is Choice.RESEND else Settler.PERSON)
    assert (box.outbox.claim(box.outbox.token()) is not None) is (choice is Choice.RESEND)


@pytest.mark.parametrize("choice", list(Choice))
def test_nobody_decides_about_a_mail_that_is_under_way(box: Box, choice: Choice) -> None:
    number = box.put()
    box.take()
    with pytest.raises(NotNow) as refused:
        box.outbox.resolve(number, choice)
    assert refused.value.state is State.SENDING


@pytest.mark.parametrize("choice", list(Choice))
def test_what_was_sent_is_not_sent_again(box: Box, choice: Choice) -> None:
    number = box.put()
    box.outbox.settle(box.take(), Delivered("250 Ok"))
    with pytest.raises(NotNow):
        box.outbox.resolve(number, choice)
    assert not box.outbox.enqueue(dispatch(), mail_of(dispatch())).fresh
    with pytest.raises(NoSuchMail):
        box.outbox.resolve(number + 1, choice)


def test_a_mail_that_came_back_had_been_taken(box: Box) -> None:
    number = box.in_doubt()
    assert box.outbox.record_return(mail_of(dispatch()).message_id, "5.1.1", "adresse inconnue") == number
    entry = box.entry()
    assert (entry.state, entry.settled_by) == (State.SENT, Settler.LOG)
    assert entry.returned is not None
    assert (entry.returned.status, entry.returned.text) == ("5.1.1", "adresse inconnue")
    assert box.outbox.record_return("<autre@exemple.fr>", "5.1.1", "") is None


def test_the_counts_are_of_all_states(box: Box) -> None:
    for number in (1, 2, 3):
        box.put(number)
    box.outbox.settle(box.take(), Delivered("250 Ok"))
    assert box.outbox.counts() == dict.fromkeys(State, 0) | {State.SENT: 1, State.WAITING: 2}


RACE = """
import sys, time
from scanner.delivery.outbox import Outbox
from scanner.store.engine import open_store
from scanner.store.errors import StoreBusy
with open_store(sys.argv[1]) as store:
    outbox = Outbox(store)
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        try:
            claim = outbox.claim(outbox.token())
        except StoreBusy:
            continue
        if claim is None:
            break
        print(claim.id, flush=True)
"""


def test_processes_that_race_for_the_mails_never_take_the_same_one(box: Box) -> None:
    box.clock.pass_by(days=-7)  # due already for the clock of the machine
    ids = {box.put(number) for number in range(40)}
    command = [sys.executable, "-c", RACE, box.address]
    racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(3)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    taken = [number for racer in racers for number in map(int, racer.communicate("go\n", timeout=60)[0].split())]
    assert sorted(taken) == sorted(ids)
