"""The seconds that one probe may spend on the network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scanner.model import Reason
from scanner.net.types import NetFailure


class Budget:
    """A probe's seconds; they count only inside `spend()`, that is while a slot is held or an answer awaited."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._running = 0
        self._since = 0.0

    @property
    def left(self) -> float:
        """Seconds that remain."""
        running = time.monotonic() - self._since if self._running else 0.0
        return self._left - running

    @asynccontextmanager
    async def spend(self, at_most: float | None = None) -> AsyncIterator[None]:
        """Count the time inside; raise NetFailure(TIMEOUT) when it, or `at_most` seconds, is over."""
        limit = self.left if at_most is None else min(self.left, at_most)
        if limit <= 0:
            raise NetFailure(Reason.TIMEOUT, "the time for this probe was used up")
        self._enter()
        try:
            async with asyncio.timeout(limit):
                yield
        except TimeoutError as error:
            raise NetFailure(Reason.TIMEOUT, f"no complete answer within {limit:.0f} s") from error
        finally:
            self._leave()

    def _enter(self) -> None:
        if self._running == 0:
            self._since = time.monotonic()
        self._running += 1

    def _leave(self) -> None:
        self._running -= 1
        if self._running == 0:
            self._left -= time.monotonic() - self._since
