"""One worker: takes jobs from the queue and looks at members, exactly as the runner of one process does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from procrastinate.exceptions import ConnectorException

from scanner.campaign.job import Ending, Workplace, look_at
from scanner.campaign.model import Claim, MemberState
from scanner.cluster.jobs import QUEUE, TASK, Jobs
from scanner.model import Reason

log = logging.getLogger(__name__)
CLAIM_SECONDS = 5.0  # until we no longer wait for a claim that we do not want any more
MAX_BEGUN = 25  # a member that was begun so often and never settled has killed its workers


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: of a claim that nobody renews, between signs of life, of grace at the end, and of waits when things are ill."""

    lease: float = 60.0
    beat: float = 10.0
    grace: float = 20.0
    again: float = 2.0
    longest: float = 60.0
    patience: float = 30.0

    @property
    def term(self) -> timedelta:
        """The lease, as `Campaigns` takes it."""
        return timedelta(seconds=self.lease)


@dataclass(eq=False)
class _Post:
    """One campaign in this worker. Nobody is looked at before our side was seen to be well, nor while it is ill."""

    place: Workplace
    well: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class Worker:
    """Works until it is cancelled; then ends what is nearly done and puts the rest back.

    `make_place` opens a campaign; its `Campaigns` must have been made with the lease of `times`.
    """

    def __init__(self, jobs: Jobs, make_place: Callable[[int], Workplace], side_by_side: int, times: Times = Times()) -> None:
        self._jobs = jobs
        self._make_place = make_place
        self._side_by_side = side_by_side
        self._times = times
        self._posts: dict[int, _Post] = {}
        jobs.app.task(queue=QUEUE, name=TASK)(self._look)

    async def run(self) -> None:
        """A database that goes away is waited for."""
        background = [asyncio.create_task(work) for work in (self._renew(), self._rescue())]
        try:
            while True:
                try:
                    await self._serve()
                except (ConnectorException, OSError) as error:
                    log.warning("the queue is out of reach: %s", error)
                await asyncio.sleep(self._times.again)
        finally:
            tasks = (*background, *(task for post in self._posts.values() for task in post.tasks))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self) -> None:
        """Until cancelled, or until the connection breaks."""
        await self._jobs.app.run_worker_async(
            queues=[QUEUE],
            concurrency=self._side_by_side,
            install_signal_handlers=False,
            shutdown_graceful_timeout=self._times.grace,
            delete_jobs="always",
            update_heartbeat_interval=self._times.beat,
            stalled_worker_timeout=3 * self._times.beat,
        )

    async def _look(self, campaign: int, domain: str) -> None:
        """The job. May be called again at any time: what is settled, or in another's hands, is left alone."""
        post = self._post(campaign)
        try:
            async with asyncio.timeout(self._times.patience):
                await post.well.wait()
        except TimeoutError:
            return  # the member waits still, and another worker may be well
        place = post.place
        claim = await _claim(place, campaign, domain)
        if claim is None:
            return
        if claim.attempts > MAX_BEGUN:
            detail = f"its process died {claim.attempts - 1} times"
            await place.patience.call(place.campaigns.settle, claim, MemberState.FAILED, Reason.BUG.value, detail)
            return
        if await look_at(claim, place) is Ending.OURS and post.well.is_set():
            post.well.clear()
            post.tasks.append(asyncio.create_task(self._recover(post)))

    def _post(self, campaign: int) -> _Post:
        if campaign not in self._posts:
            post = self._posts[campaign] = _Post(self._make_place(campaign))
            post.tasks += [asyncio.create_task(post.place.canary.keep_beating()), asyncio.create_task(self._recover(post))]
        return self._posts[campaign]

    async def _recover(self, post: _Post) -> None:
        """Grade nobody until our side is well."""
        place, seconds = post.place, post.place.canary.pace.look
        while await place.canary.look() is not None:
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, self._times.longest)
            place.premises.limiter.pardon()
            place.premises.shared.forget()
        post.well.set()

    async def _renew(self) -> None:
        """Our members stay ours while we live."""
        while True:
            await asyncio.sleep(self._times.lease / 4)
            for post in tuple(self._posts.values())[:1]:  # one store: one call renews all that this process holds
                await post.place.patience.call(post.place.campaigns.renew)

    async def _rescue(self) -> None:
        """The jobs of dead workers are done again, by whichever worker comes first."""
        while True:
            await asyncio.sleep(self._times.beat)
            with contextlib.suppress(ConnectorException):
                await self._jobs.rescue(3 * self._times.beat)


async def _claim(place: Workplace, campaign: int, domain: str) -> Claim | None:
    """The member, ours alone; one that we get although we were told to stop meanwhile is put back."""
    claiming = asyncio.create_task(place.patience.call(place.campaigns.claim, campaign, place.campaigns.token(), domain))
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        await asyncio.wait([claiming], timeout=CLAIM_SECONDS)
        if claiming.done() and (claim := claiming.result()) is not None:
            await asyncio.to_thread(place.campaigns.put_back, claim, attempts=claim.attempts - 1)
        claiming.cancel()
        raise
