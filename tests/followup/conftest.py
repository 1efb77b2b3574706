"""A stage on each database that the settings may name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.catalogue import Catalogue
from scanner.store.engine import open_store
from tests.followup.stage import Stage
from tests.store.stores import NewAddress, new_address, postgresql

__all__ = ["new_address", "postgresql"]


@pytest.fixture
def stage(new_address: NewAddress, catalogue: Catalogue) -> Iterator[Stage]:
    with open_store(new_address()) as store:
        yield Stage(store, catalogue)
