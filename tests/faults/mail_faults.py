"""The faults of delivery, each against a sender of its own that starts when the fault does."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable

from tests.faults.destinations import RealPostfix
from tests.faults.mail_bench import Bench, Fault
from tests.faults.processes import SECONDS
from tests.faults.proxy import Cut, Trap
from tests.faults.sender import Instant

KILLED = -9
BALLAST = "ballast"


def dies_at(instant: Instant) -> Callable[[Bench, int], None]:
    """The sender kills itself there."""

    def strike(bench: Bench, nth: int) -> None:
        assert bench.sender(instant, nth).end() == KILLED

    return strike


def dies_anywhere(bench: Bench, nth: int) -> None:
    """kill -9 after a random time."""
    sender = bench.sender()
    sender.wait_for(started=True)
    time.sleep(bench.random.uniform(0, 0.15))
    sender.kill()


def dies_in_conversation(cut: Cut) -> Callable[[Bench, int], None]:
    """kill -9 when the nth mail has come that far."""

    def strike(bench: Bench, nth: int) -> None:
        trap = Trap(cut, nth)
        bench.proxy.set(trap)
        sender = bench.sender()
        trap.on_spring = sender.kill
        assert trap.sprung.wait(SECONDS)
        assert sender.end() == KILLED

    return strike


def cut(where: Cut) -> Callable[[Bench, int], None]:
    """The connection is reset there; the sender lives on."""

    def strike(bench: Bench, nth: int) -> None:
        trap = Trap(where, nth)
        bench.proxy.set(trap)
        sender = bench.sender()
        assert trap.sprung.wait(SECONDS)
        sender.stop()

    return strike


def relay_down(bench: Bench, nth: int) -> None:
    """Postfix is stopped under a sender at work, which tries again, gives up, and leaves the rest waiting."""
    assert isinstance(bench.destination, RealPostfix)
    bench.proxy.set(None)
    sender = bench.sender()
    assert bench.proxy.wait_for(nth, SECONDS)
    bench.destination.stop()
    sender.wait_for(end="relay")
    assert sender.end() == 0
    bench.destination.start()


def put_off(bench: Bench, nth: int) -> None:
    """The relay answers 451 to every recipient for a while."""
    bench.destination.put_off(True)
    sender = bench.sender()
    for _ in range(nth):
        sender.wait_for(result="Deferred")
    bench.destination.put_off(False)
    sender.wait_for(result="Delivered")
    sender.stop()


def disk_full(bench: Bench, nth: int) -> None:
    """No byte is left on the file system of the store, until the sender has noticed."""
    bench.proxy.set(None)
    sender = bench.sender()
    assert bench.proxy.wait_for(nth, SECONDS)
    ballast = bench.folder / BALLAST
    other = sqlite3.connect(bench.path, timeout=5)
    with ballast.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(1_048_576))
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))
        # What the journal still holds as room of its own is given back, and filled as well.
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))
    sender.wait_for(busy="full")
    ballast.unlink()
    sender.wait_for(result="Delivered")
    sender.stop()


def locked(bench: Bench, nth: int) -> None:
    """Another process keeps the store to itself, until the sender has noticed."""
    bench.proxy.set(None)
    sender = bench.sender()
    assert bench.proxy.wait_for(nth, SECONDS)
    other = sqlite3.connect(bench.path, timeout=5, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    sender.wait_for(busy="locked")
    other.execute("ROLLBACK")
    other.close()
    sender.wait_for(result="Delivered")
    sender.stop()


def _dies(instant: Instant) -> Fault:
    return Fault(f"kill -9 {instant}", instant is not Instant.BEFORE_SENDING, dies_at(instant))


#: Those that need neither root nor a program.
ANYWHERE = (
    Fault("kill -9 at random", True, dies_anywhere),
    *map(_dies, Instant),
    Fault("kill -9 during DATA", True, dies_in_conversation(Cut.IN_DATA)),
    Fault("kill -9 after the final dot, before the reply", True, dies_in_conversation(Cut.AFTER_DOT)),
    Fault("451 to every recipient", False, put_off),
    Fault("connection cut at DATA", False, cut(Cut.AT_DATA)),
    Fault("connection cut, the content is on its way", False, cut(Cut.IN_DATA)),
    Fault("connection cut, the final dot is lost", False, cut(Cut.AT_DOT)),
    Fault("connection cut, the reply to the final dot is lost", False, cut(Cut.AFTER_DOT)),
    Fault("store locked by another process", False, locked),
)
#: Those of the whole bench: Postfix itself is stopped, and the store's file system is small.
EVERYTHING = (
    *ANYWHERE,
    Fault("relay down (Postfix stopped)", False, relay_down),
    Fault("disk of the store full", False, disk_full),
)
