"""Why the store cannot be used, typed where the driver says it."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError


class Trouble(StrEnum):
    """A key of the messages (`cli.store.<trouble>`)."""

    BAD_URL = "bad_url"
    NO_DRIVER = "no_driver"
    NO_FOLDER = "no_folder"
    NOT_WRITABLE = "not_writable"
    FOREIGN = "foreign"
    NEWER = "newer"
    LOCKED = "locked"
    FULL = "full"
    LOST = "lost"


class StoreError(Exception):
    """The store cannot be used; `place` names it without its password."""

    def __init__(self, trouble: Trouble, place: str = "", detail: str = "") -> None:
        super().__init__(f"{trouble}: {place} {detail}".strip())
        self.trouble = trouble
        self.place = place
        self.detail = detail


class StoreBusy(StoreError):
    """Not now: locked, full or out of reach. Nothing was written, or it cannot be told; the same call may be made again."""


def system_code(error: OSError) -> str:
    """The name of the system's code, `ENOSPC`; "" where it gave none."""
    return errno.errorcode.get(error.errno or 0, "")


#: Primary result codes of SQLite (sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_IOERR: Trouble.FULL,  # also a limit on file sizes, or the shared memory file on a full disk
    sqlite3.SQLITE_NOTADB: Trouble.FOREIGN,
    sqlite3.SQLITE_CANTOPEN: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_READONLY: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_PERM: Trouble.NOT_WRITABLE,
}
#: SQLSTATE classes and codes of PostgreSQL, the longest prefix first.
_POSTGRESQL = (
    ("53100", Trouble.FULL),
    ("55P03", Trouble.LOCKED),
    ("40", Trouble.LOCKED),  # deadlock, serialisation
    ("08", Trouble.LOST),
    ("57P", Trouble.LOST),  # shut down by its administrator, starting up
    ("53", Trouble.LOST),  # too many connections, out of memory
    ("42501", Trouble.NOT_WRITABLE),
    ("25006", Trouble.NOT_WRITABLE),
)
_PASSING = frozenset({Trouble.LOCKED, Trouble.FULL, Trouble.LOST})


def store_error(error: DBAPIError, place: str) -> StoreError | None:
    """What the driver's error means; None where the fault is in our statement, not in the store."""
    trouble = _trouble(error)
    if trouble is None:
        return None
    return (StoreBusy if trouble in _PASSING else StoreError)(trouble, place)


def _trouble(error: DBAPIError) -> Trouble | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no answer of the server at all
        return Trouble.LOST if error.connection_invalidated or type(cause).__name__ == "OperationalError" else None
    return next((trouble for prefix, trouble in _POSTGRESQL if state.startswith(prefix)), None)
