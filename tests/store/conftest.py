"""The databases of the store's tests."""

from tests.store.stores import new_address, postgresql

__all__ = ["new_address", "postgresql"]
