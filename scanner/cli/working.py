"""`beffroi worker`: one of several processes that look at the members of campaigns, on one PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scanner.cli.messages import default_language, say

if TYPE_CHECKING:
    from scanner.campaign.campaigns import Campaigns
    from scanner.campaign.model import Campaign
    from scanner.campaign.runner import Runner
    from scanner.cli.desk import Desk
    from scanner.net.door import Premises

ALIVE_SECONDS = 10.0


def _help(key: str) -> str:
    return say(default_language(), f"worker.help.{key}")


def worker_command(
    side_by_side: Annotated[int | None, typer.Option("--side-by-side", help=_help("side_by_side"), min=1, max=64)] = None,
    alive: Annotated[Path | None, typer.Option("--alive", help=_help("alive"), metavar="FILE")] = None,
    config: Annotated[Path | None, typer.Option("--config", help=_help("config"), metavar="FILE")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help=_help("lang"), metavar="fr|en")] = None,
) -> None:
    """Until SIGTERM or Ctrl-C, which end what is nearly done and put the rest back."""
    from scanner.cli.campaign_desk import settings_of
    from scanner.cli.desk import at_the_desk

    with at_the_desk(config, lang) as desk:
        need_cluster(desk)
        typer.echo(say(desk.lang, "worker.ready"))
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_work(desk, side_by_side or settings_of(desk).side_by_side, alive))
        typer.echo(say(desk.lang, "worker.stopped"))


def cluster_runner(desk: Desk, campaign: Campaign, premises: Premises, campaigns: Campaigns) -> Runner:
    """The runner that leaves the members to workers. Raises UsageError."""
    need_cluster(desk)
    from scanner.campaign.job import open_workplace
    from scanner.cluster.jobs import Jobs
    from scanner.cluster.runner import ClusterRunner
    from scanner.history import History

    place = open_workplace(campaign.id, campaigns, History(desk.store), desk.register, premises, desk.register.who)
    return ClusterRunner(place, Jobs(desk.settings.store.url))


def need_cluster(desk: Desk) -> None:
    """Raises UsageError where the store is no PostgreSQL, or the extra `cluster` is not installed."""
    from scanner.cli.request import UsageError

    if not desk.settings.store.url.startswith("postgresql"):
        raise UsageError(say(desk.lang, "worker.needs_postgresql"))
    try:
        import scanner.cluster.worker  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageError(say(desk.lang, "worker.no_extra", module=error.name or "")) from error


async def _work(desk: Desk, side_by_side: int, alive: Path | None) -> None:
    from scanner.campaign.campaigns import Campaigns
    from scanner.campaign.job import Workplace, open_workplace
    from scanner.cluster.jobs import Jobs
    from scanner.cluster.worker import Times, Worker
    from scanner.history import History

    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    times = Times()
    campaigns = Campaigns(desk.store, clock=desk.register.clock, lease=times.term)
    history = History(desk.store)
    async with _premises(desk) as premises, Jobs(desk.settings.store.url) as jobs:

        def place(number: int) -> Workplace:
            return open_workplace(number, campaigns, history, desk.register, premises, desk.register.who)

        beating = asyncio.create_task(_keep_alive(alive))
        try:
            await Worker(jobs, place, side_by_side, times).run()
        finally:
            beating.cancel()


@contextlib.asynccontextmanager
async def _premises(desk: Desk) -> AsyncIterator[Premises]:
    """With the limiter that all workers share."""
    from scanner.cluster.limiter import PostgresLimiter
    from scanner.cluster.turns import Rules
    from scanner.net.door import Premises

    network = desk.settings.network
    rules = Rules(connections=network.connections_per_address, rate=network.starts_per_second)
    async with PostgresLimiter(desk.settings.store.url, rules) as limiter:
        premises = Premises(network)
        premises.limiter = limiter
        try:
            yield premises
        finally:
            premises.close()


async def _keep_alive(alive: Path | None) -> None:
    """A file whose date says that this loop turns, for whoever watches over a container."""
    while alive is not None:
        await asyncio.to_thread(alive.touch)
        await asyncio.sleep(ALIVE_SECONDS)
