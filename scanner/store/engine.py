"""Opens the store: the file or the server, its schema brought up to date, its transactions."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from scanner.store.errors import StoreError, Trouble, store_error, system_code
from scanner.store.migration import bring_up_to_date
from scanner.store.presence import LockedFiles, Presence, Unseen

BUSY_SECONDS = 5.0  # how long one statement waits for another process
_WRITES = "beffroi_writes"


class Store:
    """Transactions on one database. Raises StoreBusy where the same call may be made again, StoreError where not.

    `presence` tells the living processes of this store from the dead ones.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.place = engine.url.render_as_string(hide_password=True)
        is_file = engine.dialect.name == "sqlite"
        self.presence: Presence = LockedFiles(Path(engine.url.database or "")) if is_file else Unseen()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that writes nothing, and that no writer holds up."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on the disk when the block ends, or has not taken place."""
        with self._transaction(writes=True) as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection.execution_options(**{_WRITES: writes})
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            trouble = store_error(error, self.place)
            if trouble is None:
                raise
            raise trouble from error

    def leave_no_trace(self) -> None:
        """What was deleted leaves SQLite's journal too, as far as no reader needs it still; a server cleans up by itself."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")  # a checkpoint stands outside a transaction
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        """The store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closed."""
        self.close()


def open_store(address: str) -> Store:
    """The store of an SQLAlchemy address, made where it is missing, its schema of today.

    Raises StoreError: a bad address, no driver, a folder that is missing, a store of a newer version.
    """
    url = _read(address)
    if url.get_backend_name() == "sqlite":
        _make_private(Path(url.database or ""))
    try:
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        raise StoreError(Trouble.NO_DRIVER, url.render_as_string(hide_password=True), error.name or "") from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    store = Store(engine)
    try:
        bring_up_to_date(store)
    except BaseException:
        store.close()
        raise
    return store


def _read(address: str) -> URL:
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StoreError(Trouble.BAD_URL) from error
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreError(Trouble.BAD_URL, url.render_as_string(hide_password=True))
    return url


def _make_private(path: Path) -> None:
    """The file exists, for its owner's eyes alone, before it holds a word; SQLite gives its companions the same rights."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except FileNotFoundError as error:
        raise StoreError(Trouble.NO_FOLDER, str(path.parent)) from error
    except OSError as error:
        raise StoreError(Trouble.NOT_WRITABLE, str(path), system_code(error)) from error


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        if connection.execute("PRAGMA page_count").fetchone() == (0,):  # ours, and new; the file keeps the mode
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a state that was committed survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only forgotten

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A writer takes the lock at once: two that read first and write later would refuse each other.
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
