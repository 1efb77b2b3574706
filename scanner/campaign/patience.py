"""Calls to the store from an event loop: in a thread, and again while the store is locked, full or out of reach."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from scanner.store.errors import StoreBusy

P = ParamSpec("P")
T = TypeVar("T")
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds


class Patience:
    """`busy` says since how many tries the store has refused; 0 where it works."""

    def __init__(self) -> None:
        self.busy = 0

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the call gives, however long it takes. Raises whatever it raises, but for StoreBusy."""
        while True:
            try:
                done = await asyncio.to_thread(work, *args, **kwargs)
            except StoreBusy:
                self.busy += 1
                await asyncio.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.busy, 10)))
            else:
                self.busy = 0
                return done
