"""Every released schema goes up to today's and comes down again, on both databases, and what it held is still there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select
from sqlalchemy import types as sql

from scanner.store.engine import Store, open_store
from scanner.store.migration import HEAD, NOTHING, VERSION_TABLE, move_to, revisions
from scanner.store.schema import metadata
from tests.store.stores import NewAddress

pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index")
REVISIONS = revisions()
MOMENT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
Rows = dict[str, list[tuple[object, ...]]]


def tables(connection: Connection) -> tuple[Table, ...]:
    """Those of the schema as it is now, each after the ones that it refers to."""
    found = MetaData()
    found.reflect(connection)
    return tuple(table for table in found.sorted_tables if table.name != VERSION_TABLE)


def fill(connection: Connection) -> Rows:
    """Two rows in every table, each value told from the others; what stands there then."""
    for table in tables(connection):
        for number in (1, 2):
            connection.execute(
                insert(table).values({column.name: _value(_meant(column), column.type, number) for column in table.c})
            )
    return content(connection)


def _meant(column: Column[object]) -> str:
    """The column that this one refers to, else itself."""
    return next((key.column.name for key in column.foreign_keys), column.name)


def _value(name: str, kind: sql.TypeEngine[object], number: int) -> object:
    """Numbers refer to the rows of the same number."""
    match kind:
        case sql.Boolean():
            return number == 1
        case sql.Integer():
            return number
        case sql.DateTime():
            return MOMENT.replace(minute=number)
        case sql.Date():
            return date(2026, 11, number)
        case sql.LargeBinary():
            return bytes((number, 0, 255))
        case sql.String():
            return f"{name}-é-{number}"[: kind.length or 40] if (kind.length or 40) > 1 else str(number)
    raise AssertionError(f"{name}: {kind!r}")


def content(connection: Connection) -> Rows:
    """Every row of every table."""
    return {table.name: sorted(tuple(row) for row in connection.execute(select(table)).all()) for table in tables(connection)}


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address()) as opened:
        yield opened


def at(store: Store, revision: str) -> None:
    with store.write() as connection:
        move_to(connection, revision)


def test_there_is_a_revision_for_each_step() -> None:
    assert REVISIONS[0] == "0001"
    assert list(REVISIONS) == sorted(REVISIONS)


@pytest.mark.parametrize("released", REVISIONS)
def test_what_a_released_schema_held_is_there_after_the_way_to_todays(store: Store, released: str) -> None:
    at(store, NOTHING)
    at(store, released)
    with store.write() as connection:
        held = fill(connection)
    assert held["outbox"]
    at(store, HEAD)
    with store.read() as connection:
        now = content(connection)
        assert {name: now[name] for name in held} == held
        assert {name for name, rows in now.items() if rows} == set(held)


@pytest.mark.parametrize("released", REVISIONS)
def test_every_way_leads_to_the_schema_that_the_program_knows(store: Store, released: str) -> None:
    at(store, released)
    at(store, HEAD)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(("below", "above"), list(pairwise(REVISIONS)))
def test_a_step_down_takes_its_own_tables_and_leaves_the_rows_of_the_others(store: Store, below: str, above: str) -> None:
    at(store, above)
    with store.write() as connection:
        held = fill(connection)
    at(store, below)
    with store.read() as connection:
        now = content(connection)
    assert now == {name: held[name] for name in now}
    assert set(now) < set(held)
    at(store, above)
    with store.read() as connection:
        assert set(content(connection)) == set(held)


@pytest.mark.parametrize("released", REVISIONS)
def test_nothing_of_ours_is_left_at_the_bottom(store: Store, released: str) -> None:
    at(store, released)
    at(store, NOTHING)
    with store.read() as connection:
        assert inspect(connection).get_table_names() in ([VERSION_TABLE], [])
