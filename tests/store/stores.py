"""Fresh stores on each database that the settings may name: the same tests hold for both."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.store.postgresql import CannotServe, serving

#: Makes the address of a store that does not exist yet.
NewAddress = Callable[[], str]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[NewAddress]:
    """Each call makes another empty database on one server."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (extra `cluster`)")
    try:
        with serving() as address:
            counter = itertools.count(1)

            def new() -> str:
                url = make_url(address)
                engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
                name = f"beffroi_{next(counter)}"
                with engine.connect() as connection:
                    connection.execute(text(f"CREATE DATABASE {name}"))
                engine.dispose()
                return url.set(database=name).render_as_string(hide_password=False)

            yield new
    except CannotServe as why:
        pytest.skip(str(why))


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> NewAddress:
    """On each database in turn."""
    if request.param == "postgresql":
        made: NewAddress = request.getfixturevalue("postgresql")
        return made
    counter = itertools.count(1)
    return lambda: f"sqlite:///{tmp_path / f'beffroi-{next(counter)}.db'}"
