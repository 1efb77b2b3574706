"""Whether it is our own side that is ill: then nobody is graded (DESIGN 5, "Ours or theirs").

The commonest way to slander three hundred towns at once is to scan them through a network that is down. So our
resolvers are asked every few seconds, and a result counts only where they answered from its first to its last moment;
one that shows nothing at all counts only after a machine outside has answered too.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from scanner.campaign.model import Pause
from scanner.model import Domain, Level, Reason
from scanner.net.door import Door, Premises
from scanner.net.types import Net, NetFailure

MAX_STAND_INS = 5  # members that are asked in place of a named canary; fewer prove nothing by their silence
#: Whoever fails so has not been reached; every other failure is somebody's answer.
_UNREACHED = frozenset({Reason.SILENT, Reason.TIMEOUT, Reason.OURS, Reason.DNS_FAILURE, Reason.BLOCKED})


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two questions to our resolvers, between two looks outside, and of patience with one answer."""

    beat: float = 5.0
    look: float = 10.0
    patience: float = 8.0


USUAL = Pace()


class Canary:
    """One process's watch over its own side. `named` is a domain of ours; without one, members stand in for it."""

    def __init__(
        self,
        premises: Premises,
        named: str,
        stand_ins: Callable[[], Awaitable[Sequence[str]]],
        pace: Pace = USUAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._premises = premises
        self._named = named
        self._stand_ins = stand_ins
        self.pace = pace
        self.clock = clock
        self._ill: tuple[float, Pause] | None = None
        self._looking = asyncio.Lock()
        self._looked: tuple[float, Pause | None] = (float("-inf"), None)

    async def vouch(self, since: float, *, blind: bool) -> Pause | None:
        """None where our side was well from `since` until now, as far as anybody saw; `blind`: a scan that shows nothing."""
        asked = self.clock()
        now = await (self._look_after(asked) if blind else self.beat())
        if now is not None:
            return now
        return self._ill[1] if self._ill is not None and self._ill[0] >= since else None

    async def beat(self) -> Pause | None:
        """Whether our resolvers answer for the root."""
        return self._noted(None if await self._answers("", "NS") else Pause.RESOLVER)

    async def look(self) -> Pause | None:
        """Whether our resolvers answer, and whether a machine outside can be reached; the first that can is enough."""
        began = self.clock()
        pause = await self.beat()
        if pause is None and not await self._outside():
            pause = self._noted(Pause.NETWORK)
        self._looked = (began, pause)
        return pause

    async def keep_beating(self) -> None:
        """Until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(self.pace.beat)

    async def _look_after(self, asked: float) -> Pause | None:
        """The look that several ask for at once is one look; looks are kept apart, since somebody answers them."""
        async with self._looking:
            if self._looked[0] < asked:
                await asyncio.sleep(self._looked[0] + self.pace.look - self.clock())
                await self.look()
            return self._looked[1]

    async def _outside(self) -> bool:
        names = (self._named,) if self._named else tuple(await self._stand_ins())[:MAX_STAND_INS]
        for name in names:
            # No cache can hold the answer to a name that nobody has asked for before.
            if await self._answers(f"beffroi-{secrets.token_hex(4)}.{name}", "A") and await self._reached(name):
                return True
        return not self._named and len(names) < MAX_STAND_INS

    async def _answers(self, name: str, rdtype: str) -> bool:
        async def ask(net: Net) -> None:
            await net.dns.lookup(name, rdtype)

        return await self._done(name, ask) is None

    async def _reached(self, name: str) -> bool:
        async def ask(net: Net) -> None:
            await net.http.get(f"https://{name}/", follow=False, max_body=1_024)

        failure = await self._done(name, ask)
        return failure is None or failure.reason not in _UNREACHED

    async def _done(self, name: str, ask: Callable[[Net], Awaitable[None]]) -> NetFailure | None:
        """Through a door of its own, which remembers nothing."""
        domain = Domain(name or ".")
        door = Door(self._premises, domain)
        try:
            await ask(door.net(Level.PASSIVE, domain, self.pace.patience))
        except NetFailure as failure:
            return failure
        finally:
            await door.close()
        return None

    def _noted(self, pause: Pause | None) -> Pause | None:
        if pause is not None:
            self._ill = (self.clock(), pause)
        return pause
