"""The limiters, and the database that one of them needs."""

from tests.net.limiters import making
from tests.store.stores import postgresql

__all__ = ["making", "postgresql"]
