"""A register on each database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from scanner.registry import Register
from scanner.store.engine import Store, open_store
from tests.store.stores import NewAddress, new_address, postgresql

__all__ = ["new_address", "postgresql"]

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address()) as opened:
        yield opened


@pytest.fixture
def register(store: Store) -> Register:
    return Register(store, clock=lambda: NOW, who="agent")
