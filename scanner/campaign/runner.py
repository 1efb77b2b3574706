"""Runs a campaign to its end: the protocol that every runner keeps, and the one that lives in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from scanner.campaign.campaigns import LEASE, Campaigns
from scanner.campaign.job import Ending, Workplace, claim_next, look_at
from scanner.campaign.model import Campaign, CampaignState, Counts, Pause
from scanner.campaign.patience import Patience
from scanner.store.errors import StoreError

SIDE_BY_SIDE = 16  # members looked at at once
TELL_SECONDS = 1.0
OTHERS_SECONDS = 5.0  # until we ask again whether another process has died on its members
LONGEST_PAUSE = 60.0  # seconds between two looks at whether our side is well again


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the campaign is; `pause` says why nobody is looked at just now."""

    counts: Counts
    pause: Pause | None = None


Tell = Callable[[Progress], None]


class AlreadyAtWork(Exception):
    """Another process of this installation looks at members: two would press one address twice as hard."""


class Runner(Protocol):
    """Whoever settles the members of a campaign."""

    async def run(self, campaign: int, tell: Tell) -> None:
        """Until every member is settled, whatever was settled before. When cancelled, what was begun waits again.

        Raises AlreadyAtWork, and StoreError where the store cannot be used at all.
        """
        ...


async def run_campaign(campaign: int, runner: Runner, campaigns: Campaigns, tell: Tell = lambda progress: None) -> Campaign:
    """Begin a campaign, or go on with it, until it can be reviewed. Stopped by a cancellation it is PAUSED, and can go on."""
    patience = Patience()
    await patience.call(campaigns.move, campaign, CampaignState.RUNNING)
    try:
        await runner.run(campaign, tell)
    except asyncio.CancelledError:
        with contextlib.suppress(StoreError):  # whoever resumes needs no word of ours
            await asyncio.to_thread(campaigns.move, campaign, CampaignState.PAUSED, Pause.STOPPED)
        raise
    return await patience.call(campaigns.move, campaign, CampaignState.TO_REVIEW)


class InProcessRunner:
    """So many members side by side on one event loop, under the limits of one installation."""

    def __init__(self, place: Workplace, side_by_side: int = SIDE_BY_SIDE) -> None:
        self._place = place
        self._side_by_side = side_by_side
        self._under_way: set[asyncio.Task[Ending]] = set()
        self._counts = Counts()
        self._pause: Pause | None = None

    async def run(self, campaign: int, tell: Tell) -> None:
        """See `Runner`."""
        if not await self._call(self._place.campaigns.enter, campaign):
            raise AlreadyAtWork
        await self._call(self._place.campaigns.sweep, campaign)
        watches = (self._place.canary.keep_beating(), self._renew(), self._keep_telling(campaign, tell))
        background = tuple(map(asyncio.create_task, watches))
        try:
            if (pause := await self._place.canary.look()) is not None:
                await self._wait_until_well(campaign, pause)
            await self._work(campaign)
        finally:
            await _end((*self._under_way, *background))
            with contextlib.suppress(StoreError):
                await asyncio.to_thread(self._place.campaigns.leave)
        tell(Progress(self._counts))

    async def _work(self, campaign: int) -> None:
        while True:
            await self._take(campaign)
            if not self._under_way:
                self._counts = await self._call(self._place.campaigns.counts, campaign)
                if self._counts.settled == self._counts.total:
                    return
                await asyncio.sleep(OTHERS_SECONDS)
                await self._call(self._place.campaigns.sweep, campaign)
                continue
            ended, self._under_way = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            if Ending.OURS in [task.result() for task in ended] and (pause := await self._place.canary.look()) is not None:
                await self._wait_until_well(campaign, pause)

    async def _take(self, campaign: int) -> None:
        """Claim members until enough are under way, or none waits."""
        while len(self._under_way) < self._side_by_side:
            claim = await claim_next(campaign, self._place)
            if claim is None:
                return
            self._under_way.add(asyncio.create_task(look_at(claim, self._place)))

    async def _wait_until_well(self, campaign: int, pause: Pause) -> None:
        """Grade nobody until our side is well again; then look at everything as if we had never been cut off."""
        seconds = self._place.canary.pace.look
        self._pause = pause
        while self._pause is not None:
            await self._call(self._place.campaigns.move, campaign, CampaignState.PAUSED, self._pause)
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, LONGEST_PAUSE)
            self._place.premises.limiter.pardon()
            self._pause = await self._place.canary.look()
        self._place.premises.shared.forget()
        await self._call(self._place.campaigns.move, campaign, CampaignState.RUNNING)

    async def _renew(self) -> None:
        """Our members stay ours while we live."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 5)
            await self._call(self._place.campaigns.renew)

    async def _keep_telling(self, campaign: int, tell: Tell) -> None:
        """Each second, also while the store makes everybody else wait."""
        counting: asyncio.Task[Counts] | None = None
        while True:
            if counting is None:
                counting = asyncio.create_task(self._call(self._place.campaigns.counts, campaign))
            await asyncio.wait((counting,), timeout=TELL_SECONDS)
            if counting.done():
                self._counts, counting = counting.result(), None
            tell(Progress(self._counts, self._pause or (Pause.STORE if self._place.patience.busy else None)))
            await asyncio.sleep(TELL_SECONDS)

    @property
    def _call(self) -> Callable[..., Any]:
        return self._place.patience.call


async def _end(tasks: tuple[asyncio.Task[Any], ...]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
