"""One portfolio of fifty domains for all tests that only read it, and the databases for those that write."""

from __future__ import annotations

import pytest

from scanner.catalogue import Catalogue
from scanner.portfolio import Portfolio
from scanner.result import ScanResult
from tests.portfolio.parks import Parks
from tests.store.stores import new_address, postgresql

__all__ = ["new_address", "postgresql"]


@pytest.fixture(scope="session")
def parks(scanned: dict[str, ScanResult], catalogue: Catalogue) -> Parks:
    return Parks(scanned, catalogue)


@pytest.fixture(scope="session")
def portfolio(parks: Parks) -> Portfolio:
    return parks.portfolio(50)
