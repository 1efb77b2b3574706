"""Whatever happens in whatever order: no mail is delivered twice, none is lost, and none is said to be sent that was not."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scanner.delivery.mail import Deferred, Delivered, InDoubt, Rejected, Result, Unusable
from scanner.delivery.outbox import Outbox
from scanner.delivery.rows import Claim
from scanner.delivery.states import Choice, State
from scanner.store.engine import Store
from tests.delivery.boxes import Clock, Mortal, dispatch, mail_of, mortal_store


@dataclass
class Process:
    """A sender: at most one mail in its hands, and perhaps an answer that it has not written down yet."""

    store: Store
    presence: Mortal
    outbox: Outbox
    claim: Claim | None = None
    result: Result | None = None


#: What may happen between a sender and a relay: did the relay take the mail, and what does the sender hear?
EXCHANGES: dict[str, tuple[bool, Result]] = {
    "taken": (True, Delivered("250 Ok")),
    "taken, then cut": (True, InDoubt("coupé")),
    "lost after the dot": (False, InDoubt("coupé")),
    "put off": (False, Deferred(451, "plus tard")),
    "cut before the dot": (False, Deferred(0, "coupé")),
    "relay down": (False, Unusable(0, "injoignable")),
    "refused": (False, Rejected(550, "inconnu")),
}


SLOTS = st.integers(0, 1)


class Post(RuleBasedStateMachine):
    """Two senders that come and go on one store, a relay that counts what it takes, and people who look first."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "beffroi.db"
        self.clock = Clock()
        self.relay: Counter[str] = Counter()  # Message-ID -> how often it was taken
        self.asked: set[int] = set()
        self.senders: dict[int, Process] = {}
        self.desk = self._started()

    def _started(self) -> Process:
        store, presence = mortal_store(self.path)
        return Process(store, presence, Outbox(store, clock=self.clock))

    @rule(number=st.integers(1, 3))
    def enqueue(self, number: int) -> None:
        fresh = self.desk.outbox.enqueue(dispatch(number), mail_of(dispatch(number))).fresh
        assert fresh is (number not in self.asked)
        self.asked.add(number)

    @rule(slot=SLOTS)
    def claim(self, slot: int) -> None:
        process = self.senders.get(slot) or self.senders.setdefault(slot, self._started())
        if process.claim is None:
            process.claim = process.outbox.claim(process.outbox.token())

    @rule(slot=SLOTS, exchange=st.sampled_from(sorted(EXCHANGES)))
    def hand_over(self, slot: int, exchange: str) -> None:
        process = self.senders.get(slot)
        if process is not None and process.claim is not None and process.result is None:
            taken, process.result = EXCHANGES[exchange]
            self.relay[process.claim.mail.message_id] += taken

    @rule(slot=SLOTS, exchange=st.sampled_from(sorted(EXCHANGES)))
    def claim_and_hand_over(self, slot: int, exchange: str) -> None:
        self.claim(slot)
        self.hand_over(slot, exchange)

    @rule(slot=SLOTS)
    def settle(self, slot: int) -> None:
        process = self.senders.get(slot)
        if process is not None and process.claim is not None and process.result is not None:
            assert process.outbox.settle(process.claim, process.result) is not None
            process.claim = process.result = None

    @rule(slot=SLOTS)
    def kill(self, slot: int) -> None:
        if process := self.senders.pop(slot, None):
            process.presence.die()
            process.store.close()

    @rule(days=st.sampled_from([0.005, 0.02, 0.5, 3]))
    def wait(self, days: float) -> None:
        self.clock.pass_by(days=days)

    @rule()
    def sweep(self) -> None:
        self.desk.outbox.sweep()

    @rule(give_up=st.booleans())
    def decide(self, give_up: bool) -> None:
        """A person looks at the outbox, then into the relay's log, and is right."""
        self.sweep()
        for entry in self.desk.outbox.entries((State.DOUBTFUL,)):
            if self.relay[entry.message_id]:
                self.desk.outbox.resolve(entry.id, Choice.MARK_SENT)
            else:
                self.desk.outbox.resolve(entry.id, Choice.DROP if give_up else Choice.RESEND)

    @invariant()
    def nothing_is_doubled_lost_or_claimed_falsely(self) -> None:
        if not hasattr(self, "desk"):
            return
        entries = self.desk.outbox.entries(State)
        assert len(entries) == len(self.asked)
        assert all(count <= 1 for count in self.relay.values())
        for entry in entries:
            taken = self.relay[entry.message_id]
            if entry.state is State.SENT:
                assert taken == 1
            if entry.state in (State.WAITING, State.REJECTED, State.DROPPED):
                assert taken == 0

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        try:
            self._come_to_an_end()
        finally:
            self.desk.store.close()
            self.folder.cleanup()

    def _come_to_an_end(self) -> None:
        """Everybody dies, a person decides, and one last sender empties the outbox."""
        for slot in tuple(self.senders):
            self.kill(slot)
        self.decide(give_up=False)
        self.clock.pass_by(days=1)
        while (claim := self.desk.outbox.claim(self.desk.outbox.token())) is not None:
            self.relay[claim.mail.message_id] += 1
            self.desk.outbox.settle(claim, Delivered("250 Ok"))
        self.nothing_is_doubled_lost_or_claimed_falsely()
        ended = (State.SENT, State.REJECTED, State.DROPPED)
        assert all(entry.state in ended for entry in self.desk.outbox.entries(State))
        self.desk.outbox.leave()
        self.desk.store.close()
        assert [path.name for path in self.path.parent.iterdir()] == ["beffroi.db"]


TestPost = Post.TestCase
TestPost.settings = settings(max_examples=50, stateful_step_count=30)
