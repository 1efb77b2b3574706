"""The embedded towns, started once for the whole run, and each town scanned once; golden files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scanner.catalogue import Catalogue, load_catalogue
from scanner.model import Domain
from scanner.net.door import Premises
from scanner.net.mandate import Mandate
from scanner.result import ScanResult
from scanner.scan import Order, scan
from scanner.settings import load_settings
from tests.golden import OPTION, Golden
from tests.lab.lab import Lab
from tests.lab.model import Town
from tests.lab.towns import TOWNS

#: No test may fail because a machine is busy: a deadline an example, or a slow start, is wall-clock time.
settings.register_profile("beffroi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("beffroi")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, action="store_true", help="write the golden files anew instead of comparing with them")


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Golden:
    return Golden(pytestconfig)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    with Lab(TOWNS) as served:
        yield served


@dataclass
class Visits:
    """Scans of the towns of one laboratory."""

    config: Path
    catalogue: Catalogue

    def scan(self, *towns: Town) -> dict[str, ScanResult]:
        """Scan towns side by side, each under a mandate that names its dedicated addresses."""
        premises = Premises(load_settings(self.config).network)

        async def all_of_them() -> list[ScanResult]:
            return await asyncio.gather(*(scan(order(town), self.catalogue, premises) for town in towns))

        try:
            results = asyncio.run(all_of_them())
        finally:
            premises.close()
        return {town.domain: result for town, result in zip(towns, results, strict=True)}


def order(town: Town) -> Order:
    """A scan of this town with the mandate that it would sign."""
    mandate = Mandate("", "Laboratoire", (town.domain,), dedicated=tuple(town.dedicated), text="Laboratoire, essai")
    return Order(Domain(town.domain), mandate)


@pytest.fixture(scope="session")
def visits(lab: Lab, catalogue: Catalogue) -> Visits:
    return Visits(lab.config_path, catalogue)


@pytest.fixture(scope="session")
def scanned(visits: Visits) -> dict[str, ScanResult]:
    """Every town, scanned once, side by side."""
    return visits.scan(*TOWNS)
