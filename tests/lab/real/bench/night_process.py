"""Runs in the scanner’s namespace, as a real night does: `alone CONFIG CAMPAIGN`, `cluster CONFIG CAMPAIGN`, `worker CONFIG`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.job import open_workplace
from scanner.campaign.runner import InProcessRunner, Runner, run_campaign
from scanner.cli.desk import Desk, at_the_desk
from scanner.cli.working import cluster_runner, worker_command
from scanner.history import History
from scanner.net.door import Premises


async def run(desk: Desk, number: int, with_workers: bool) -> None:
    """Until the campaign can be read."""
    campaigns, premises = Campaigns(desk.store), Premises(desk.settings.network)
    if with_workers:
        runner: Runner = cluster_runner(desk, campaigns.get(number), premises, campaigns)
    else:
        place = open_workplace(number, campaigns, History(desk.store), desk.register, premises, "banc")
        runner = InProcessRunner(place, desk.settings.campaign.side_by_side)
    await run_campaign(number, runner, campaigns)
    premises.close()


def main() -> None:
    """What the first argument says."""
    what, config, *rest = sys.argv[1:]
    if what == "worker":
        worker_command(side_by_side=None, alive=None, config=Path(config), lang="en")
        return
    with at_the_desk(Path(config), "en") as desk, contextlib.suppress(asyncio.CancelledError):
        asyncio.run(run(desk, int(rest[0]), what == "cluster"))


if __name__ == "__main__":
    main()
