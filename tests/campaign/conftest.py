"""A laboratory of small towns for all of these tests, and syndicates over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from scanner.campaign.runner import InProcessRunner
from scanner.catalogue import Catalogue
from scanner.settings import NetworkSettings, load_settings
from scanner.store.engine import Store, open_store
from tests.campaign.syndicate import MakeRunner, Syndicate
from tests.campaign.villages import SILENT, villages
from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.towns import EXEMPLAIRE, MUETTE, NEGLIGEE
from tests.store.stores import NewAddress, new_address, postgresql

__all__ = ["new_address", "postgresql"]

VILLAGES = villages(10)
#: Every runner keeps the same contract; add yours here.
RUNNERS: dict[str, MakeRunner] = {"in-process": InProcessRunner}


@pytest.fixture(scope="session")
def country() -> Iterator[Lab]:
    """Ten villages on two machines, a model town, a neglected one, and two that answer little or nothing."""
    with Lab((*VILLAGES, EXEMPLAIRE, NEGLIGEE, MUETTE, SILENT)) as served:
        yield served


@pytest.fixture
def network(country: Lab) -> NetworkSettings:
    return load_settings(country.config_path).network


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address()) as opened:
        yield opened


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as opened:
        yield opened


@pytest.fixture(params=RUNNERS)
def make_runner(request: pytest.FixtureRequest) -> MakeRunner:
    return RUNNERS[request.param]


@pytest.fixture
def syndicate(file_store: Store, network: NetworkSettings, catalogue: Catalogue) -> Iterator[Callable[..., Syndicate]]:
    """Makes a syndicate whose members are these towns."""
    made: list[Syndicate] = []

    def make(towns: Sequence[Town] = VILLAGES, **changes: object) -> Syndicate:
        made.append(Syndicate(file_store, network.model_copy(update=changes), catalogue, towns))
        made[-1].enrol()
        return made[-1]

    yield make
    for each in made:
        each.close()
