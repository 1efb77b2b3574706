"""What may happen to a campaign: each fault strikes, is over, and says its name."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from scanner.cluster.turns import conninfo
from tests.campaign.resolver import Manner
from tests.faults.campaign_bench import Bench
from tests.store.postgresql import CannotServe, Server

Fault = Callable[[Bench], str]
OUTAGE = 3.0  # seconds; several beats of the canary of the bench
MINUTE = 60.0
LOCKED = 2.0
BALLAST = "ballast"


def kill_the_runner(bench: Bench) -> str:
    """kill -9 at whatever it is doing."""
    bench.processes[0].kill()
    bench.processes[0].wait()
    return "kill -9 of the runner"


def kill_a_worker(bench: Bench) -> str:
    """One of them."""
    process = bench.chance.choice(bench.processes[1:])
    process.kill()
    process.wait()
    return "kill -9 of a worker"


def kill_everybody(bench: Bench) -> str:
    """As a power cut does to one machine; the database is on another."""
    for process in bench.processes:
        process.kill()
    for process in bench.processes:
        process.wait()
    return "kill -9 of all processes"


def resolver_silent(bench: Bench) -> str:
    """No answer at all."""
    return _resolver(bench, Manner.SILENT, "resolver silent")


def resolver_failing(bench: Bench) -> str:
    """It lives, and answers SERVFAIL to everything."""
    return _resolver(bench, Manner.SERVFAIL, "resolver failing")


def resolver_down_for_a_minute(bench: Bench) -> str:
    """As long as a router takes to start anew; once a runner is enough."""
    return _resolver(bench, Manner.SILENT, "resolver silent for a minute", MINUTE)


def _resolver(bench: Bench, manner: Manner, name: str, seconds: float = OUTAGE) -> str:
    bench.tap.manner = manner
    time.sleep(seconds)
    bench.tap.manner = Manner.WELL
    return name


def sqlite_locked(bench: Bench) -> str:
    """Another process holds the file."""
    with contextlib.closing(sqlite3.connect(bench.folder / "beffroi.db", timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCKED)
        other.execute("ROLLBACK")
    return "database locked"


def postgresql_locked(bench: Bench) -> str:
    """Another session holds the members."""
    with psycopg.connect(conninfo(bench.url)) as other:
        other.execute("LOCK TABLE campaign_members IN ACCESS EXCLUSIVE MODE")
        time.sleep(LOCKED)
    return "database locked"


def disk_full(folder: Path, server: Server | None = None) -> Fault:
    """Not a byte is left on the file system of the store, for a moment."""

    def fault(bench: Bench) -> str:
        fill(folder / BALLAST)
        time.sleep(LOCKED)
        (folder / BALLAST).unlink()
        if server is not None:
            _revive(server)
        return "disk full"

    return fault


def fill(path: Path) -> None:
    """Until the file system refuses."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for size in (1 << 20, 4_096):
            with contextlib.suppress(OSError):
                while True:
                    os.write(descriptor, b"\0" * size)
    finally:
        os.close(descriptor)


def restart(server: Server, mode: str) -> Fault:
    """`fast` is an upgrade of the package, `immediate` a crash."""

    def fault(bench: Bench) -> str:
        server.stop(mode)
        time.sleep(bench.chance.uniform(0.0, 1.0))
        server.start()
        return f"PostgreSQL restarted ({mode})"

    return fault


def _revive(server: Server) -> None:
    """It may have given up on a disk that was full; a service manager starts it again."""
    for _ in range(20):
        try:
            psycopg.connect(conninfo(server.address), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            with contextlib.suppress(CannotServe):  # it may be coming back by itself
                server.start()
