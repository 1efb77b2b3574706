"""Every limiter, made the same way: what is promised of one is promised of all."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from scanner.cluster.limiter import PostgresLimiter
from scanner.cluster.turns import Rules
from scanner.net.limits import Limiter, MemoryLimiter
from tests.store.stores import NewAddress

#: Makes one with these rules, on one event loop.
Making = Callable[[Rules], AbstractAsyncContextManager[Limiter]]


@contextlib.asynccontextmanager
async def in_memory(rules: Rules) -> AsyncIterator[Limiter]:
    yield MemoryLimiter(rules.connections, rules.rate, rules.burst, rules.scan_rate)


@pytest.fixture(params=["memory", "postgresql"])
def making(request: pytest.FixtureRequest) -> Making:
    """Each limiter in turn."""
    if request.param == "memory":
        return in_memory
    new_address: NewAddress = request.getfixturevalue("postgresql")
    return lambda rules: PostgresLimiter(new_address(), rules)
