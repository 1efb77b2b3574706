"""Politeness towards one address over all the workers of one PostgreSQL (DESIGN 5).

Scans ask on their event loop; one task, the clerk, carries what all of them say to the database, many at a time. A slot
is a lease: a worker that died gives it back when nobody has renewed it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from itertools import count

from scanner.cluster.slots import Leased, Pending, Starts
from scanner.cluster.turns import Asked, Given, OutOfReach, Rules, Turns
from scanner.model import Reason
from scanner.net.limits import Slot
from scanner.net.types import NetFailure

GATHER = 0.002  # seconds in which those who ask at about the same time join one turn
POLL = 0.05  # seconds between turns while somebody waits, or keeps what somebody else may want
RETRY = 0.5  # seconds between attempts to reach a database that is gone
LAST_TURN = 5.0  # seconds that the end waits for the database
PATIENCE = 300.0  # seconds without a database after which whoever waits is told that the fault is ours
SCAN_BLOCK = 16  # starts of a port scan that are asked for at once
STALE = 0.1  # seconds after which such a start has lapsed: unused ones do not add up to a rush


class PostgresLimiter:
    """The limiter of one worker among several: `async with PostgresLimiter(address) as limiter`, on one event loop."""

    def __init__(self, address: str, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()
        self._turns = Turns(address, self._rules)
        self._worker = uuid.uuid4().hex[:16]
        self._numbers = count(1)
        self._slots: dict[str, Leased] = {}
        self._starts: dict[str, Starts] = {}
        self._pending = Pending()
        self._ready = asyncio.Event()
        self._renewed = float("-inf")
        self._heard = time.monotonic()
        self._clerk: asyncio.Task[None] | None = None
        self._closing = False

    async def __aenter__(self) -> PostgresLimiter:
        """Connected. Raises OutOfReach, psycopg.Error."""
        await self._turns.open()
        self._heard = time.monotonic()
        self._clerk = asyncio.create_task(self._serve(), name="limiter")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Every slot is given back, if the database is there to take it."""
        for slot in tuple(self._slots.values()):
            slot.give_way()
        self._closing = True
        self.wake()
        if self._clerk is not None:
            await asyncio.wait([self._clerk], timeout=LAST_TURN)
            self._clerk.cancel()
            await asyncio.wait([self._clerk])
        await self._turns.close()

    async def acquire(self, address: str, port: int) -> Slot:
        """See `Limiter`. Raises NetFailure(OURS) too, where the database was out of reach for long."""
        task = asyncio.current_task()
        if any(slot.busy and slot.holder is task for slot in self._slots.values()):
            raise RuntimeError("a probe asked for a second connection while it holds one")
        key = f"{self._worker}/{next(self._numbers)}"
        told: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        slot = self._slots[key] = Leased(self, key, address, port, told, task)
        self._pending.new.append(key)
        self.wake()
        try:
            delay = await told
            if delay > 0:
                await asyncio.sleep(delay)
                await self._ask_again(key)
        except BaseException:
            slot.release()
            raise
        return slot

    async def start(self, address: str) -> None:
        """See `Limiter`."""
        starts = self._starts.setdefault(address, Starts())
        async with starts.turn:
            starts.given = [at for at in starts.given if at > time.monotonic() - STALE]
            if not starts.given:
                future = self._pending.scans[address] = asyncio.get_running_loop().create_future()
                self.wake()
                first = time.monotonic() + await future
                starts.given = [first + number / self._rules.scan_rate for number in range(SCAN_BLOCK)]
            at = starts.given.pop(0)
        await asyncio.sleep(max(0.0, at - time.monotonic()))

    def strike(self, address: str) -> None:
        """See `Limiter`; the others hear of it at our next turn."""
        self._pending.strikes.append(address)
        self.wake()

    def silence(self, address: str, port: int) -> None:
        """See `Limiter`; the others hear of it at our next turn."""
        self._pending.silences.append((address, port))
        self.wake()

    def pardon(self) -> None:
        """See `Limiter`; what was said before it no longer counts."""
        self._pending.silences.clear()
        self._pending.pardon = True
        self.wake()

    def forget(self, key: str) -> None:
        """A slot is given back, or not waited for any more."""
        del self._slots[key]
        self._pending.release.append(key)
        self.wake()

    def wake(self) -> None:
        """There is something to say."""
        self._ready.set()

    async def _ask_again(self, key: str) -> None:
        """Whether the address may still be asked, after a pause."""
        future = self._pending.again[key] = asyncio.get_running_loop().create_future()
        self.wake()
        await future

    async def _serve(self) -> None:
        closing = False
        while not closing:
            await self._something_to_say()
            closing = self._closing
            everything = time.monotonic() - self._renewed > self._rules.lease / 3
            asked, was = self._asked(everything), self._pending
            self._pending = Pending()
            try:
                given = await self._turns.take(asked)
            except OutOfReach as error:
                closing = False
                self._put_back(was)
                self._bear_without(error)
                await asyncio.sleep(RETRY)
            except Exception as error:  # a fault of ours: whoever waits shall hear of it
                self._fail(was, error)
            else:
                self._heard = time.monotonic()
                self._renewed = self._heard if everything else self._renewed
                self._apply(given, was)

    async def _something_to_say(self) -> None:
        lively = any(not slot.held or not slot.busy for slot in self._slots.values())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL if lively else self._rules.lease / 3):
                await self._ready.wait()
        await asyncio.sleep(GATHER)
        self._ready.clear()

    def _asked(self, everything: bool) -> Asked:
        pending, slots = self._pending, self._slots
        said = slots if everything else [key for key in pending.new if key in slots]
        return Asked(
            pardon=pending.pardon,
            release=tuple(pending.release),
            strikes=tuple(pending.strikes),
            silences=tuple(pending.silences),
            mine=tuple((key, slots[key].address, slots[key].port, slots[key].held) for key in said),
            all=everything,
            waiting=tuple(key for key, slot in slots.items() if not slot.held),
            again=tuple((key, slots[key].address, slots[key].port) for key in pending.again if key in slots),
            idle=tuple({slot.address for slot in slots.values() if not slot.busy}),
            scans=tuple((address, SCAN_BLOCK) for address in pending.scans),
        )

    def _apply(self, given: Given, was: Pending) -> None:
        for key, delay in given.granted.items():
            slot = self._slots.get(key)
            if slot is not None and not slot.told.done():
                slot.held = True
                slot.told.set_result(delay)
        for key, (reason, times) in given.refused.items():
            if (slot := self._slots.get(key)) is not None:
                _settle(slot.told if not slot.held else was.again.get(key), _refusal(slot, reason, times))
        for future in was.again.values():
            if not future.done():
                future.set_result(None)
        for address, first in given.scans.items():
            if not was.scans[address].done():
                was.scans[address].set_result(first)
        for address, number in given.wanted.items():
            kept = [slot for slot in self._slots.values() if slot.address == address and not slot.busy]
            for slot in kept[:number]:
                slot.give_way()

    def _put_back(self, was: Pending) -> None:
        """What may not have been heard is said again, before what came since."""
        now, self._pending = self._pending, was
        was.release += now.release
        was.strikes += now.strikes
        was.silences += now.silences
        was.new += now.new
        was.again |= now.again
        was.scans |= now.scans
        was.pardon |= now.pardon
        self._renewed = float("-inf")  # a server that comes back may have forgotten everything
        self.wake()

    def _bear_without(self, error: OutOfReach) -> None:
        """Our leases may end before the database is back: what is kept idle is given up, and patience has an end."""
        gone = time.monotonic() - self._heard
        if gone > self._rules.lease / 2:
            for slot in [slot for slot in self._slots.values() if not slot.busy]:
                slot.give_way()
        if gone > PATIENCE:
            failure = NetFailure(Reason.OURS, f"our database was out of reach for {gone:.0f} s")
            failure.__cause__ = error
            self._fail(self._pending, failure)
            self._pending.again.clear()
            self._pending.scans.clear()

    def _fail(self, was: Pending, error: Exception) -> None:
        for slot in self._slots.values():
            _settle(slot.told, error)
        for again in was.again.values():
            _settle(again, error)
        for scan in was.scans.values():
            _settle(scan, error)


def _settle(future: asyncio.Future[float] | asyncio.Future[None] | None, error: Exception) -> None:
    if future is not None and not future.done():
        future.set_exception(error)


def _refusal(slot: Leased, reason: Reason, times: int) -> NetFailure:
    if reason is Reason.THROTTLED:
        return NetFailure(reason, f"{slot.address} asked us {times} times to slow down; we left it alone")
    return NetFailure(reason, f"{slot.address} port {slot.port} did not answer {times} connection attempts")
