"""The store: its file, its schema up and down, its transactions, and what it says when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from scanner.store import engine as engine_module
from scanner.store.engine import open_store
from scanner.store.errors import StoreBusy, StoreError, Trouble
from scanner.store.migration import HEAD, NOTHING, VERSION_TABLE, move_to
from scanner.store.tables import metadata, outbox
from tests.store.stores import NewAddress

ROW = {
    "campaign": "2026-11", "authority": "saint-exemple.fr", "recipient": "mairie@saint-exemple.fr", "documents": "letter",
    "message_id": "<1@exemple.fr>", "sender": "audit@exemple.fr", "subject": "s", "content": b"x", "digest": "0" * 64,
    "state": "waiting", "attempts": 0, "created": datetime(2026, 11, 24, tzinfo=UTC), "due": datetime(2026, 11, 24, tzinfo=UTC),
}  # fmt: skip


def test_the_file_and_its_companions_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store, store.write() as connection:
            connection.execute(insert(outbox).values(ROW))
            names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert names == {"beffroi.db": 0o600, "beffroi.db-wal": 0o600, "beffroi.db-shm": 0o600}


def test_what_is_committed_is_on_the_disk_before_anything_else_happens(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store, store.read() as connection:
        told = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_store_opened_again_has_kept_its_rows(new_address: NewAddress) -> None:
    address = new_address()
    with open_store(address) as store, store.write() as connection:
        connection.execute(insert(outbox).values(ROW))
    with open_store(address) as store, store.read() as connection:
        row = connection.execute(select(outbox)).one()
    assert {name: getattr(row, name) for name in ROW} == ROW


def test_a_block_that_fails_has_not_taken_place(new_address: NewAddress) -> None:
    def write_and_fail() -> None:
        with store.write() as connection:
            connection.execute(insert(outbox).values(ROW))
            raise ZeroDivisionError

    with open_store(new_address()) as store:
        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        with store.read() as connection:
            assert connection.execute(select(outbox)).all() == []


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite does not tell of these; the next test asks it
def test_the_migrations_make_the_tables_that_the_program_knows(new_address: NewAddress) -> None:
    with open_store(new_address()) as store, store.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    "other",
    [{"campaign": "2026-12"}, {"message_id": "<2@exemple.fr>", "recipient": "Mairie@saint-exemple.fr"}],
    ids=["the same Message-ID", "the same dispatch, spelt differently"],
)
def test_no_mail_is_there_twice(new_address: NewAddress, other: dict[str, str]) -> None:
    with open_store(new_address()) as store:
        with store.write() as connection:
            connection.execute(insert(outbox).values(ROW))
        with pytest.raises(IntegrityError), store.write() as connection:
            connection.execute(insert(outbox).values(ROW | other))


def test_the_schema_goes_down_to_nothing_and_up_again(new_address: NewAddress) -> None:
    with open_store(new_address()) as store:
        with store.write() as connection:
            move_to(connection, NOTHING)
            assert "outbox" not in inspect(connection).get_table_names()
        with store.write() as connection:
            move_to(connection, HEAD)
            connection.execute(insert(outbox).values(ROW))
        with store.read() as connection:
            assert len(connection.execute(select(outbox)).all()) == 1


def test_a_store_of_a_newer_version_is_left_as_it_is(new_address: NewAddress) -> None:
    address = new_address()
    with open_store(address) as store, store.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError) as refused:
        open_store(address)
    assert (refused.value.trouble, refused.value.detail) == (Trouble.NEWER, "9999")


def test_several_processes_may_open_a_new_store_at_once(new_address: NewAddress) -> None:
    address, failed = new_address(), []

    def open_it() -> None:
        try:
            open_store(address).close()
        except Exception as error:  # a thread's exception would be lost
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_somebody_elses_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as refused:
        open_store(f"sqlite:///{path}")
    assert refused.value.trouble is Trouble.FOREIGN
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("", Trouble.BAD_URL), ("beffroi.db", Trouble.BAD_URL), ("sqlite://", Trouble.BAD_URL),
        ("sqlite:///:memory:", Trouble.BAD_URL), ("nothing://x", Trouble.BAD_URL),
        ("mysql://u:secret@localhost/x", Trouble.BAD_URL),
        ("sqlite:////nulle/part/beffroi.db", Trouble.NO_FOLDER),
        ("postgresql://u:secret@127.0.0.1:1/x", Trouble.LOST),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_opened_says_why_and_keeps_the_password(address: str, trouble: Trouble) -> None:
    if address.startswith("postgresql"):
        pytest.importorskip("psycopg", reason="psycopg is not installed (extra `cluster`)")
    with pytest.raises(StoreError) as refused:
        open_store(address)
    assert refused.value.trouble is trouble
    assert "secret" not in str(refused.value)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "beffroi.db"
    path.write_text("ceci n’est pas une base" * 100, "utf-8")
    with pytest.raises(StoreError) as refused:
        open_store(f"sqlite:///{path}")
    assert refused.value.trouble is Trouble.FOREIGN


def test_a_lock_of_another_process_is_busy_and_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.05)
    path = tmp_path / "beffroi.db"
    with open_store(f"sqlite:///{path}") as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy) as busy, store.write() as connection:
            connection.execute(insert(outbox).values(ROW))
        other.execute("ROLLBACK")
        other.close()
        assert busy.value.trouble is Trouble.LOCKED
        with store.write() as connection:
            connection.execute(insert(outbox).values(ROW))


def test_a_full_disk_is_busy_and_nothing_is_half_written(tmp_path: Path) -> None:
    def fill() -> None:
        with store.write() as connection:
            pages = connection.scalar(text("PRAGMA page_count"))
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")  # how SQLite itself plays a full disk
            connection.execute(insert(outbox).values(ROW | {"content": bytes(100_000)}))

    with open_store(f"sqlite:///{tmp_path / 'beffroi.db'}") as store:
        with pytest.raises(StoreBusy) as busy:
            fill()
        assert busy.value.trouble is Trouble.FULL
        with store.read() as connection:
            assert connection.execute(select(outbox)).all() == []


def test_a_moment_without_a_zone_is_refused(new_address: NewAddress) -> None:
    with open_store(new_address()) as store, pytest.raises(Exception, match="time zone"), store.write() as connection:
        connection.execute(insert(outbox).values(ROW | {"due": datetime(2026, 11, 24)}))


def test_a_connection_that_the_server_ends_is_busy_and_the_next_call_has_another(postgresql: NewAddress) -> None:
    def lose() -> None:
        with store.write() as connection:
            connection.execute(insert(outbox).values(ROW))
            with open_store(address) as other, other.write() as killing:
                number = connection.scalar(text("SELECT pg_backend_pid()"))
                killing.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
            connection.execute(select(outbox))

    address = postgresql()
    with open_store(address) as store:
        with pytest.raises(StoreBusy) as busy:
            lose()
        assert busy.value.trouble is Trouble.LOST
        with store.write() as connection:
            connection.execute(insert(outbox).values(ROW))
