"""The syndicate of tests/campaign over PostgreSQL, its members looked at by workers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence

import pytest

from scanner.campaign.campaigns import Campaigns
from scanner.campaign.job import Workplace
from scanner.campaign.runner import Tell
from scanner.catalogue import Catalogue
from scanner.cluster.jobs import Jobs
from scanner.cluster.runner import ClusterRunner
from scanner.cluster.worker import Times, Worker
from scanner.settings import NetworkSettings
from scanner.store.engine import open_store
from tests.campaign.conftest import VILLAGES, country, network
from tests.campaign.syndicate import MakeRunner, Syndicate
from tests.lab.model import Town
from tests.store.stores import NewAddress, postgresql

__all__ = ["country", "network", "postgresql"]

QUICK = Times(lease=4.0, beat=1.0, grace=0.5, again=0.2, longest=1.0, patience=2.0)


class WithWorkers:
    """The runner of a cluster, and two workers that live as long as it runs."""

    def __init__(self, address: str, place: Workplace, side_by_side: int) -> None:
        self._address = address
        self._place = place
        self._side_by_side = side_by_side

    async def run(self, campaign: int, tell: Tell) -> None:
        async with contextlib.AsyncExitStack() as stack:
            working = [await stack.enter_async_context(Jobs(self._address)) for _ in range(2)]
            halves = (self._side_by_side // 2, self._side_by_side - self._side_by_side // 2)
            workers = [Worker(jobs, lambda number: self._place, half, QUICK) for jobs, half in zip(working, halves, strict=True)]
            tasks = [asyncio.create_task(worker.run()) for worker in workers]
            try:
                await ClusterRunner(self._place, Jobs(self._address), seconds=0.1).run(campaign, tell)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def address(postgresql: NewAddress) -> str:
    return postgresql()


@pytest.fixture
def make_runner(address: str) -> MakeRunner:
    return lambda place, side_by_side: WithWorkers(address, place, side_by_side)


@pytest.fixture
def syndicate(address: str, network: NetworkSettings, catalogue: Catalogue) -> Iterator[Callable[..., Syndicate]]:
    """Makes a syndicate whose members are these towns."""
    with open_store(address) as store:
        made: list[Syndicate] = []

        def make(towns: Sequence[Town] = VILLAGES, **changes: object) -> Syndicate:
            made.append(Syndicate(store, network.model_copy(update=changes), catalogue, towns))
            made[-1].campaigns = Campaigns(store, clock=made[-1].clock, lease=QUICK.term)
            made[-1].enrol()
            return made[-1]

        yield make
        for each in made:
            each.close()
