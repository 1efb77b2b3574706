"""Brings the schema to the version of this program, by Alembic, inside one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from scanner.store.errors import StoreError, Trouble

if TYPE_CHECKING:
    from alembic.config import Config

    from scanner.store.engine import Store

VERSION_TABLE = "beffroi_version"
HEAD = "head"
NOTHING = "base"
#: Any number that no other program on the same server uses: two of ours migrate one after the other.
_LOCK = 0x62656666


def bring_up_to_date(store: Store) -> None:
    """Apply what is missing. Raises StoreError where the store is somebody else's, or of a newer version."""
    with store.read() as connection:
        if _is_of_today(connection, store.place):
            return
    with store.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not _is_of_today(connection, store.place):
            move_to(connection, HEAD)


def move_to(connection: Connection, revision: str) -> None:
    """Up to a later revision, or down to an earlier one, in the transaction of this connection."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    current = _current(connection)
    down = revision == NOTHING or (current is not None and revision in _ancestors(current))
    (command.downgrade if down else command.upgrade)(config, revision)


def revisions() -> tuple[str, ...]:
    """Every schema that was ever released, the oldest first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    return tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def _is_of_today(connection: Connection, place: str) -> bool:
    current = _current(connection)
    if current is None:
        if connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
            raise StoreError(Trouble.FOREIGN, place)
        return False
    known = revisions()
    if current not in known:
        raise StoreError(Trouble.NEWER, place, current)
    return current == known[-1]


def _current(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


def _ancestors(revision: str) -> set[str]:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    return {script.revision for script in scripts.iterate_revisions(revision, NOTHING)} - {revision}


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
