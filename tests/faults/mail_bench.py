"""Mails in an outbox, a relay, and one fault after the other; then every mailbox is counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scanner.delivery.mail import Mail
from scanner.delivery.outbox import Outbox
from scanner.delivery.rows import Dispatch, Entry
from scanner.delivery.states import State
from scanner.store.engine import open_store
from tests.faults.destinations import Destination
from tests.faults.processes import Sender
from tests.faults.proxy import Proxy
from tests.faults.sender import Instant

UNDISTURBED = "(no fault any more)"
MOST_ROUNDS = 20


def box(number: int) -> str:
    """The mailbox of one authority."""
    return f"mairie-{number:03}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, which strikes at the nth mail. `kills`: the sender dies of it, and may leave one mail in doubt."""

    name: str
    kills: bool
    strike: Callable[[Bench, int], None]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of the mails that were last under way during one kind of fault."""

    kind: str
    faults: int
    mails: int
    once: int
    doubled: int
    lost: int
    doubtful: int
    right: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The lines after the last fault, and the same count when what was in doubt has been settled."""

    lines: tuple[Line, ...]
    settled: Line

    @property
    def right(self) -> bool:
        """Nothing lost, nothing doubled, nothing in doubt where it must not be, everything delivered in the end."""
        return all(line.right for line in self.lines) and self.settled.right


class Bench:
    """The outbox under test, on a store in `folder`, before a proxy to the destination."""

    def __init__(self, folder: Path, destination: Destination, mails: int, seed: int) -> None:
        self.folder = folder
        self.path = folder / "beffroi.db"
        self.url = f"sqlite:///{self.path}"
        self.destination = destination
        self.random = random.Random(seed)
        self.proxy = Proxy(destination.port)
        self.store = open_store(self.url)
        self.outbox = Outbox(self.store)
        self._kinds: dict[int, str] = {}  # number of a mail -> during which fault it was last under way
        self._struck: Counter[str] = Counter()
        self._mails = mails
        for number in range(mails):
            sent = Dispatch("2026-11", f"ville-{number:03}.fr", f"{box(number)}@saint-exemple.fr", ("letter",))
            self.outbox.enqueue(sent, self._mail(sent))

    def close(self) -> None:
        """Nothing is left running."""
        self.proxy.close()
        self.store.close()

    def sender(self, instant: Instant | None = None, nth: int = 0) -> Sender:
        """A process that sends what is due."""
        return Sender(self.url, self.proxy.port, instant, nth)

    def run(self, faults: Iterable[Fault], nth: int) -> Report:
        """Each fault at the first to `nth` mail of a sender's life, then senders without a fault until nothing waits."""
        kinds = {}
        for fault in faults:
            kinds[fault.name] = fault.kills
            self._during(fault.name, partial(fault.strike, self, self.random.randint(1, nth)))
            self._struck[fault.name] += 1
        self._during(UNDISTURBED, self._drain)
        arrived = self.destination.arrived()
        entries = self.outbox.entries(State)
        lines = tuple(self._line(name, entries, arrived, kills) for name, kills in (*kinds.items(), (UNDISTURBED, False)))
        return Report(lines, self._settled())

    def _during(self, name: str, work: Callable[[], None]) -> None:
        before = {entry.id: entry.claimed for entry in self.outbox.entries(State)}
        work()
        for entry in self.outbox.entries(State):
            if entry.claimed != before[entry.id]:
                self._kinds[entry.id] = name

    def _drain(self) -> None:
        for _ in range(MOST_ROUNDS):
            assert self.sender().end() == 0
            if not self.outbox.counts()[State.WAITING]:
                return

    def _line(self, name: str, entries: tuple[Entry, ...], arrived: Counter[str], kills: bool) -> Line:
        mine = [entry for entry in entries if self._kinds.get(entry.id) == name]
        doubtful = [entry for entry in mine if entry.state is State.DOUBTFUL]
        once, doubled, lost = _counted([entry for entry in mine if entry not in doubtful], arrived)
        doubled += sum(arrived[entry.message_id] > 1 for entry in doubtful)
        # The sender was killed with it in its hands, or its content had begun to leave and no reply came back.
        rightly = len(doubtful) <= self._struck[name] and (
            kills or all(entry.message_id in self.proxy.limbo for entry in doubtful)
        )
        right = rightly and not doubled and not lost
        return Line(name, self._struck[name], len(mine), once, doubled, lost, len(doubtful), right)

    def _settled(self) -> Line:
        """Everything, once a person has settled what was in doubt."""
        for _ in range(3):
            self.destination.settle(self.outbox)
            self._drain()
        entries = self.outbox.entries(State)
        once, doubled, lost = _counted(entries, self.destination.arrived())
        doubtful = self.outbox.counts()[State.DOUBTFUL]
        right = once == len(entries) == self._mails and not doubled and not lost and not doubtful
        return Line("after reconciliation", self._struck.total(), len(entries), once, doubled, lost, doubtful, right)

    def _mail(self, sent: Dispatch) -> Mail:
        """Of the size of a mail with a letter in it, more or less."""
        identity = f"<{sent.authority}.{self.random.getrandbits(64):016x}@syndicat-exemple.fr>"
        head = f"From: audit@syndicat-exemple.fr\r\nTo: {sent.recipient}\r\nSubject: essai\r\nMessage-ID: {identity}\r\n\r\n"
        body = f"{'x' * 76}\r\n" * self.random.randint(50, 800)
        return Mail(identity, "audit@syndicat-exemple.fr", sent.recipient, "essai", (head + body).encode())


def _counted(entries: Iterable[Entry], arrived: Counter[str]) -> tuple[int, int, int]:
    """How many were delivered once, several times, not at all."""
    counts = Counter(min(arrived[entry.message_id], 2) for entry in entries)
    return counts[1], counts[2], counts[0]
