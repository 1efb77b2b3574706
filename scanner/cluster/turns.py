"""The limiter's turns at the database: one call each, on one connection that is made anew when it is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files

import psycopg
from sqlalchemy import make_url

from scanner.model import Reason
from scanner.net.limits import FIRST_PAUSE, FORGET_AFTER, MAX_SILENCES, MAX_STRIKES

CONNECT_SECONDS = 5
_TURN = "SELECT pg_temp.beffroi_turn(%s::jsonb, %s::jsonb)::text"


class OutOfReach(Exception):
    """The database does not answer now; whether the turn took place cannot be told."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What every worker of one installation must agree on; times in seconds, rates in starts a second."""

    connections: int = 2
    rate: float = 10.0
    burst: int = 20
    scan_rate: float = 50.0
    scan_burst: int = 16
    lease: float = 30.0
    forget: float = FORGET_AFTER
    pause: float = FIRST_PAUSE
    max_strikes: int = MAX_STRIKES
    max_silences: int = MAX_SILENCES


@dataclass(frozen=True, slots=True)
class Asked:
    """What a worker says in one turn; limiter_turn.sql explains each word."""

    pardon: bool
    release: tuple[str, ...]
    strikes: tuple[str, ...]
    silences: tuple[tuple[str, int], ...]
    mine: tuple[tuple[str, str, int, bool], ...]
    all: bool
    waiting: tuple[str, ...]
    again: tuple[tuple[str, str, int], ...]
    idle: tuple[str, ...]
    scans: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What it is told: seconds to wait by slot, refusals by slot, and how many wait for an address that it keeps idle."""

    granted: Mapping[str, float]
    refused: Mapping[str, tuple[Reason, int]]
    wanted: Mapping[str, int]
    scans: Mapping[str, float]


class Turns:
    """The connection of one worker."""

    def __init__(self, address: str, rules: Rules) -> None:
        self._conninfo = conninfo(address)
        self._rules = json.dumps(asdict(rules))
        self._connection: psycopg.AsyncConnection[tuple[str]] | None = None

    async def open(self) -> None:
        """Connect, unless connected. Raises OutOfReach; psycopg.Error where the database forbids what we need."""
        await self._connected()

    async def take(self, asked: Asked) -> Given:
        """One turn. Raises OutOfReach."""
        connection = await self._connected()
        try:
            cursor = await connection.execute(_TURN, (json.dumps(asdict(asked)), self._rules))
            row = await cursor.fetchone()
        except BaseException as error:
            await self.close()  # where it was cut short, its answer may not be read as the next one's
            if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
                raise OutOfReach from error
            raise
        told = json.loads(row[0] if row else "{}")
        refused = {key: (Reason(word), times) for key, (word, times) in told["refused"].items()}
        return Given(told["granted"], refused, told["wanted"], told["scans"])

    async def close(self) -> None:
        """The next turn connects again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> psycopg.AsyncConnection[tuple[str]]:
        if self._connection is not None:
            return self._connection
        try:
            made = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS)
        except psycopg.OperationalError as error:
            raise OutOfReach from error
        try:
            for name in ("limiter_tables.sql", "limiter_turn.sql"):
                await made.execute(files(__package__).joinpath(name).read_bytes())
            await made.execute("SET synchronous_commit = off")  # nothing of it needs the disk
        except BaseException as error:
            await made.close()
            if isinstance(error, psycopg.OperationalError):
                raise OutOfReach from error
            raise
        self._connection = made
        return made


def conninfo(address: str) -> str:
    """As libpq reads it, from the address of the store."""
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
