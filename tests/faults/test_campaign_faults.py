"""A small fault bench of campaigns for every machine; the whole one is `python -m tests.faults campaign` (root)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from tests.campaign.resolver import Tap
from tests.campaign.villages import villages
from tests.faults import campaign_faults as fault
from tests.faults.campaign import render
from tests.faults.campaign_bench import Bench, Concluded, Tally
from tests.lab.lab import Lab
from tests.store.postgresql import CannotServe, Server, server

pytestmark = pytest.mark.lab
TOWNS = villages(8)


@pytest.fixture(scope="module")
def hamlets() -> Iterator[Lab]:
    with Lab(TOWNS) as served:
        yield served


@pytest.fixture(scope="module")
def postgresql_server() -> Iterator[Server]:
    try:
        with server() as made:
            yield made
    except CannotServe as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def undisturbed(hamlets: Lab, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Concluded:
    folder = tmp_path_factory.mktemp("calm")
    return tried(hamlets, catalogue, folder, f"sqlite:///{folder / 'beffroi.db'}", 0, [], None)[1]


def tried(
    lab: Lab, catalogue: Catalogue, folder: Path, url: str, workers: int, faults: list[fault.Fault], known: Concluded | None
) -> tuple[Tally, Concluded]:
    tally = Tally("cluster" if workers else "in-process")
    with Tap(lab.resolver) as tap:
        bench = Bench(lab, tap, TOWNS, catalogue, folder, folder / "log", url, workers, random.Random(3))
        bench.enrol()
        try:
            return tally, bench.run(tally, faults, known)
        finally:
            bench.close()


def test_no_fault_loses_doubles_or_slanders_a_member_of_one_process(
    hamlets: Lab, catalogue: Catalogue, tmp_path: Path, undisturbed: Concluded
) -> None:
    faults: list[fault.Fault] = [fault.kill_the_runner, fault.resolver_failing, fault.sqlite_locked, fault.kill_the_runner]
    url = f"sqlite:///{tmp_path / 'beffroi.db'}"
    tally, _ = tried(hamlets, catalogue, tmp_path, url, 0, faults, undisturbed)
    assert tally.right, render((tally,))
    assert tally.at_work  # the faults did strike


def test_no_fault_loses_doubles_or_slanders_a_member_of_a_cluster(
    hamlets: Lab, catalogue: Catalogue, tmp_path: Path, undisturbed: Concluded, postgresql_server: Server
) -> None:
    faults: list[fault.Fault] = [
        fault.kill_a_worker,
        fault.restart(postgresql_server, "immediate"),
        fault.resolver_silent,
        fault.kill_the_runner,
    ]
    tally, _ = tried(hamlets, catalogue, tmp_path, postgresql_server.address, 2, faults, undisturbed)
    assert tally.right, render((tally,))
    assert tally.at_work
