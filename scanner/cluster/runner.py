"""The runner that looks at nobody itself: it calls workers to the members that wait, until none does."""

from __future__ import annotations

import asyncio
import contextlib

from procrastinate.exceptions import ConnectorException

from scanner.campaign.job import Workplace
from scanner.campaign.model import Counts, MemberState, Pause
from scanner.campaign.runner import Progress, Tell
from scanner.cluster.jobs import Jobs

AT_HAND = 500  # jobs that wait for a worker: enough for a minute of many, few enough to be listed each second
ROUND = 1.0  # seconds
CALLED_OFF = 60.0  # seconds within which the workers have let go of what they were asked to stop


class ClusterRunner:
    """Keeps the queue of one campaign filled; opens `jobs` while it runs. `place` is ours: its canary says why nothing moves."""

    def __init__(self, place: Workplace, jobs: Jobs, seconds: float = ROUND) -> None:
        self._place = place
        self._jobs = jobs
        self._round = seconds
        self._last = Counts()

    async def run(self, campaign: int, tell: Tell) -> None:
        """See `scanner.campaign.runner.Runner`. Raises psycopg.Error where there is no queue to be had."""
        async with self._jobs:
            try:
                while True:
                    if await self._done(campaign, tell):
                        return
                    await asyncio.sleep(self._round)
            except asyncio.CancelledError:
                await self._call_off(campaign)
                raise

    async def _done(self, campaign: int, tell: Tell) -> bool:
        """One round; whether it was the last."""
        call, campaigns = self._place.patience.call, self._place.campaigns
        await call(campaigns.sweep, campaign)
        counts = await call(campaigns.counts, campaign)
        pause = await self._pause(counts)
        tell(Progress(counts, pause))
        self._last = counts
        if counts.settled == counts.total:
            return True
        with contextlib.suppress(ConnectorException):  # the next round may reach it
            await self._fill(campaign)
        return False

    async def _fill(self, campaign: int) -> None:
        queued = await self._jobs.queued(campaign)
        if len(queued.waiting) > AT_HAND // 2:
            return
        waiting = await self._place.patience.call(self._place.campaigns.members, campaign, (MemberState.WAITING,))
        free = [each for each in waiting if each.domain not in queued.waiting | queued.begun]
        free.sort(key=lambda each: each.attempts)  # who was begun most often comes last
        await self._jobs.ask_for(campaign, [each.domain for each in free[: AT_HAND - len(queued.waiting)]])

    async def _pause(self, counts: Counts) -> Pause | None:
        """Why nobody is looked at, where nothing has moved since the last round."""
        if counts.running or counts.settled == counts.total or counts != self._last:
            return None
        return await self._place.canary.look()

    async def _call_off(self, campaign: int) -> None:
        """Until no worker has one of our members in its hands; one that is dead is found by its lease."""
        with contextlib.suppress(TimeoutError, ConnectorException):
            async with asyncio.timeout(CALLED_OFF):
                while True:
                    if not await self._jobs.call_off(campaign):
                        return
                    await asyncio.sleep(self._round / 4)
