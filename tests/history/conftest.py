"""A history on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.catalogue import Catalogue
from scanner.history import History
from scanner.store.engine import Store, open_store
from tests.store.stores import NewAddress, new_address, postgresql

__all__ = ["new_address", "postgresql"]


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address()) as opened:
        yield opened


@pytest.fixture
def history(store: Store, catalogue: Catalogue) -> History:
    return History(store, catalogue)
