"""One running laboratory for all of its own tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.lab import Lab
from tests.lab.towns import TOWNS, TRAPS


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """All towns and traps."""
    with Lab((*TOWNS, *TRAPS)) as running:
        yield running
