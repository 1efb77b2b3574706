"""What one worker holds, waits for and has to say: the state between two turns of its limiter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Clerk(Protocol):
    """Who carries it to the database."""

    def wake(self) -> None:
        """There is something to say."""

    def forget(self, key: str) -> None:
        """A slot is given back, or not waited for any more."""


@dataclass(eq=False)
class Leased:
    """One slot of this worker, from the moment somebody asks for it."""

    clerk: Clerk
    key: str
    address: str
    port: int
    told: asyncio.Future[float]
    holder: asyncio.Task[object] | None
    held: bool = False
    busy: bool = True
    open: bool = True
    evict: Callable[[], None] | None = None

    def idle(self, evict: Callable[[], None]) -> None:
        self.busy, self.evict, self.holder = False, evict, None
        self.clerk.wake()

    def resume(self) -> bool:
        if not self.open:
            return False
        self.busy, self.evict, self.holder = True, None, asyncio.current_task()
        return True

    def release(self) -> None:
        if self.open:
            self.open = False
            self.clerk.forget(self.key)

    def give_way(self) -> None:
        evict, self.evict = self.evict, None
        if evict is not None:
            evict()
        self.release()


@dataclass(eq=False)
class Starts:
    """The starts of port scans of one address that were given and not used yet, on the monotonic clock."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    given: list[float] = field(default_factory=list)


@dataclass(eq=False)
class Pending:
    """What the next turn will say."""

    release: list[str] = field(default_factory=list)
    strikes: list[str] = field(default_factory=list)
    silences: list[tuple[str, int]] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    again: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    scans: dict[str, asyncio.Future[float]] = field(default_factory=dict)
    pardon: bool = False
