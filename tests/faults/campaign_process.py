"""The processes that the campaign bench kills: a runner alone, a runner with workers, a worker. Quick where days are long."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from pathlib import Path

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.canary import Pace
from scanner.campaign.job import Workplace, open_workplace
from scanner.campaign.runner import InProcessRunner, Runner, run_campaign
from scanner.cli.desk import Desk, at_the_desk
from scanner.cluster.jobs import Jobs
from scanner.cluster.limiter import PostgresLimiter
from scanner.cluster.runner import ClusterRunner
from scanner.cluster.turns import Rules
from scanner.cluster.worker import Times, Worker
from scanner.history import History
from scanner.net.door import Premises

PACE = Pace(beat=0.3, look=0.5, patience=2.0)
TIMES = Times(lease=4.0, beat=1.0, grace=2.0, again=0.3, longest=2.0, patience=3.0)
SIDE_BY_SIDE = 6


async def work(desk: Desk) -> None:
    """Until killed."""
    url, network = desk.settings.store.url, desk.settings.network
    rules = Rules(network.connections_per_address, network.starts_per_second, lease=TIMES.lease)
    async with PostgresLimiter(url, rules) as limiter, Jobs(url) as jobs:
        premises = Premises(network)
        premises.limiter = limiter
        await Worker(jobs, lambda number: _place(desk, number, premises), SIDE_BY_SIDE, TIMES).run()


async def run(desk: Desk, campaign: int, with_workers: bool) -> None:
    """Until the campaign can be read."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    place = _place(desk, campaign, Premises(desk.settings.network))
    runner: Runner = InProcessRunner(place, SIDE_BY_SIDE)
    if with_workers:
        runner = ClusterRunner(place, Jobs(desk.settings.store.url), seconds=0.3)
    await run_campaign(campaign, runner, place.campaigns)


def _place(desk: Desk, campaign: int, premises: Premises) -> Workplace:
    campaigns = Campaigns(desk.store, clock=desk.register.clock, lease=TIMES.term)
    return open_workplace(campaign, campaigns, History(desk.store), desk.register, premises, "essai", PACE)


def main() -> None:
    """`worker CONFIG`, or `alone CONFIG CAMPAIGN`, or `cluster CONFIG CAMPAIGN`."""
    logging.basicConfig(level=logging.WARNING)
    what, config, *rest = sys.argv[1:]
    with at_the_desk(Path(config), "en") as desk, contextlib.suppress(asyncio.CancelledError):
        if what == "worker":
            asyncio.run(work(desk))
        else:
            asyncio.run(run(desk, int(rest[0]), what == "cluster"))


if __name__ == "__main__":
    main()
