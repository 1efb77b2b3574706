"""Politeness towards one IP address, for the whole installation (DESIGN 5, "Politeness").

`Limiter` is the protocol; `MemoryLimiter` serves the one scanning process of the embedded default.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from scanner.model import Reason
from scanner.net.types import NetFailure

MAX_STRIKES = 3  # throttling answers after which an address is left alone
MAX_SILENCES = 2  # connect time-outs after which an (address, port) is left alone
FORGET_AFTER = 600.0  # seconds after which strikes and silences no longer count
FIRST_PAUSE = 1.0  # seconds; doubled at each further strike


class Slot(Protocol):
    """The right to hold one connection to one address."""

    def idle(self, evict: Callable[[], None]) -> None:
        """Keep the connection unused; `evict` closes it when somebody else needs the slot."""
        ...

    def resume(self) -> bool:
        """Use the kept connection again; False when it was evicted meanwhile."""
        ...

    def release(self) -> None:
        """Give the slot back; harmless when repeated."""
        ...


class Limiter(Protocol):
    """Who may connect where, and when."""

    async def acquire(self, address: str, port: int) -> Slot:
        """Wait for a slot and a start. Raises NetFailure(THROTTLED or SILENT) where the address is left alone."""
        ...

    async def start(self, address: str) -> None:
        """Wait for a start of a port scan, which has a pace of its own and holds no slot."""
        ...

    def strike(self, address: str) -> None:
        """The address asked us to slow down (421, 429, 503, a reset of an established connection)."""
        ...

    def silence(self, address: str, port: int) -> None:
        """A connect got no answer in time."""
        ...

    def pardon(self) -> None:
        """It was we who were cut off: no silence of these last minutes says anything about anybody."""
        ...


@dataclass(eq=False)
class _MemorySlot:
    host: _Host
    busy: bool = True
    open: bool = True
    evict: Callable[[], None] | None = None
    holder: asyncio.Task[object] | None = None

    def idle(self, evict: Callable[[], None]) -> None:
        self.busy, self.evict, self.holder = False, evict, None
        if self.host.waiting:
            self.give_way()

    def resume(self) -> bool:
        if not self.open:
            return False
        self.busy, self.evict, self.holder = True, None, asyncio.current_task()
        return True

    def release(self) -> None:
        if self.open:
            self.open = False
            self.host.slots.remove(self)
            self.host.wake()

    def give_way(self) -> None:
        evict, self.evict = self.evict, None
        if evict is not None:
            evict()
        self.release()


@dataclass(eq=False)
class _Pace:
    """A token bucket: `rate` starts a second, `burst` at once."""

    rate: float
    burst: float
    tokens: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.tokens = self.burst

    async def wait(self) -> None:
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        self.tokens -= 1
        if self.tokens < 0:
            await asyncio.sleep(-self.tokens / self.rate)


@dataclass(eq=False)
class _Host:
    pace: _Pace
    scan_pace: _Pace
    slots: list[_MemorySlot] = field(default_factory=list)
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    strikes: int = 0
    paused_until: float = 0.0
    struck_at: float = 0.0
    silences: dict[int, tuple[int, float]] = field(default_factory=dict)

    def wake(self) -> None:
        while self.waiting:
            future = self.waiting.popleft()
            if not future.done():
                future.set_result(None)
                return


class MemoryLimiter:
    """The limiter of one process; safe for many scans on one event loop, not across threads."""

    def __init__(self, connections: int = 2, starts: float = 10.0, burst: int = 20, scan_starts: float = 50.0) -> None:
        self._connections = connections
        self._paces = ((starts, burst), (scan_starts, 16))
        self._hosts: dict[str, _Host] = {}
        self.worst: dict[str, int] = {}  # most connections held at once, by address

    async def acquire(self, address: str, port: int) -> Slot:
        host = self._host(address)
        task = asyncio.current_task()
        if any(slot.busy and slot.holder is task for other in self._hosts.values() for slot in other.slots):
            raise RuntimeError("a probe asked for a second connection while it holds one")
        while True:
            try:
                self._refuse_where_left_alone(host, address, port)
            except NetFailure:
                host.wake()  # whoever waits behind us must hear it too, not wait for a slot that nobody gives back
                raise
            if len(host.slots) < self._connections or self._make_room(host):
                break
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            host.waiting.append(future)
            try:
                await future
            except asyncio.CancelledError:
                if future.done() and not future.cancelled():
                    host.wake()  # our turn had come: hand it on
                raise
        slot = _MemorySlot(host, holder=task)
        host.slots.append(slot)
        self.worst[address] = max(self.worst.get(address, 0), len(host.slots))
        try:
            await asyncio.sleep(max(0.0, host.paused_until - time.monotonic()))
            await host.pace.wait()
            self._refuse_where_left_alone(host, address, port)
        except BaseException:
            slot.release()
            raise
        return slot

    async def start(self, address: str) -> None:
        await self._host(address).scan_pace.wait()

    def strike(self, address: str) -> None:
        host = self._host(address)
        now = time.monotonic()
        host.strikes = 1 if now - host.struck_at > FORGET_AFTER else host.strikes + 1
        host.struck_at = now
        host.paused_until = now + FIRST_PAUSE * 2 ** (host.strikes - 1)

    def silence(self, address: str, port: int) -> None:
        count, _ = self._host(address).silences.get(port, (0, 0.0))
        self._host(address).silences[port] = (count + 1, time.monotonic())

    def pardon(self) -> None:
        for host in self._hosts.values():
            host.silences.clear()

    def _host(self, address: str) -> _Host:
        if address not in self._hosts:
            starts, scan_starts = self._paces
            self._hosts[address] = _Host(_Pace(*starts), _Pace(*scan_starts))
        return self._hosts[address]

    def _refuse_where_left_alone(self, host: _Host, address: str, port: int) -> None:
        now = time.monotonic()
        if host.strikes >= MAX_STRIKES and now - host.struck_at < FORGET_AFTER:
            raise NetFailure(Reason.THROTTLED, f"{address} asked us {host.strikes} times to slow down; we left it alone")
        count, at = host.silences.get(port, (0, 0.0))
        if count >= MAX_SILENCES and now - at < FORGET_AFTER:
            raise NetFailure(Reason.SILENT, f"{address} port {port} did not answer {count} connection attempts")

    @staticmethod
    def _make_room(host: _Host) -> bool:
        """Close an idle kept connection, the oldest first."""
        for slot in host.slots:
            if not slot.busy:
                slot.give_way()
                return True
        return False
