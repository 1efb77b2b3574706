"""Mail servers and hosts that towns share are looked at once, whoever comes first (DESIGN 2, rule 5).

What is known of them rests on nothing above them (DESIGN 4), so it is as true for the next town. The mandate was asked
for before, by each town for itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from scanner.landscape import Sight
from scanner.model import Absent, Host, MailServer, Observation, Subject

SHARED_SECONDS = 6 * 3600.0  # a night of scans; the next campaign looks again
MAX_KEPT = 1_000  # those that were asked for least recently are forgotten first

Look = Callable[[], Awaitable[Sight]]
_Key = tuple[Subject, type[Observation]]


@dataclass(eq=False)
class _Entry:
    """`done` gives None where whoever looked was interrupted."""

    at: float
    done: asyncio.Future[Sight | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class SharedSights:
    """The memory of one installation's process; `reused` counts the looks that it spared.

    What was seen, or positively absent, is kept. What could not be seen is only shared with those who waited for it.
    """

    def __init__(self, seconds: float = SHARED_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._entries: dict[_Key, _Entry] = {}
        self.reused = 0

    async def sight(self, subject: Subject, kind: type[Observation], look: Look) -> Sight:
        """What this kind of look shows of this subject: now, at this moment for somebody else, or a while ago."""
        if not isinstance(subject, MailServer | Host):
            return await look()
        key = subject, kind
        while (entry := self._entries.get(key)) is not None and self._clock() - entry.at < self._seconds:
            sight = await asyncio.shield(entry.done)
            if sight is not None:
                self.reused += 1
                if key in self._entries:
                    self._entries[key] = self._entries.pop(key)
                return sight
        return await self._look(key, look)

    def forget(self) -> None:
        """Look at everything again: what was seen while we were half cut off may not be what is there."""
        self._entries.clear()

    async def _look(self, key: _Key, look: Look) -> Sight:
        entry = self._entries[key] = _Entry(self._clock())
        sight: Sight | None = None
        try:
            sight = await look()
        finally:
            if not isinstance(sight, Observation | Absent) and self._entries.get(key) is entry:
                del self._entries[key]
            entry.done.set_result(sight)
        self._forget_the_oldest()
        return sight

    def _forget_the_oldest(self) -> None:
        if len(self._entries) <= MAX_KEPT:
            return
        finished = [key for key, entry in self._entries.items() if entry.done.done()]
        for key in finished[: max(0, len(finished) - MAX_KEPT)]:
            del self._entries[key]
