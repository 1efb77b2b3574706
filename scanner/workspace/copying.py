"""A copy of a store that is in use, and whether a copy is whole (SQLite's own means)."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from sqlalchemy.exc import DBAPIError

from scanner.store.engine import BUSY_SECONDS
from scanner.store.errors import StoreBusy, StoreError, Trouble, store_error
from scanner.store.migration import VERSION_TABLE
from scanner.store.schema import metadata
from scanner.workspace.problems import WorkspaceError

PATIENCE = 60.0  # seconds of waiting for a store that another process holds


def copy_store(store: Path, copy: Path) -> None:
    """Everything that is committed at one moment; writers go on meanwhile. Raises StoreError, WorkspaceError (damaged)."""
    begun = monotonic()

    def wait(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and monotonic() - begun > PATIENCE:
            raise StoreBusy(Trouble.LOCKED, str(store))

    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with _connected(store) as source, _connected(copy) as target:
            source.backup(target, progress=wait)
    except sqlite3.Error as error:
        raise _typed(error, store) from error
    check_whole(copy, store)


def holds_nothing(store: Path) -> bool:
    """Whether a file was never written, or is a store of ours without a row."""
    if store.is_symlink() or not store.is_file():
        return False
    if store.stat().st_size == 0:
        return True
    try:
        with _connected(store) as opened:
            named = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            mine = named & set(metadata.tables)
            return VERSION_TABLE in named and not any(_has_rows(opened, name) for name in mine)
    except sqlite3.Error:
        return False


def _has_rows(opened: sqlite3.Connection, table: str) -> bool:
    return opened.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() is not None  # noqa: S608 - one of our own names


def check_whole(copy: Path, origin: Path) -> None:
    """Raises WorkspaceError (damaged) about the origin where SQLite finds a fault in its copy."""
    try:
        with _connected(copy) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        found = [str(error)]
    if found != ["ok"]:
        raise WorkspaceError("damaged", origin, found[0] if found else "")


def close_for_all(store: Path) -> None:
    """Everything into the one file, which nobody else has open. Raises StoreBusy where somebody has.

    Leaving the WAL mode wants the store for itself: SQLite refuses it while another connection is open. A file that is
    damaged has nothing more to bring home.
    """
    try:
        with _connected(store) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise _typed(error, store) from error
    except sqlite3.DatabaseError:
        return


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        yield connection


def _typed(error: sqlite3.Error, store: Path) -> StoreError:
    return store_error(DBAPIError("", None, error), str(store)) or StoreError(Trouble.NOT_WRITABLE, str(store), str(error))
