"""A PostgreSQL server of its own for the tests: Debian's, in a temporary folder, on a socket in it, never as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

USER = "postgres"


class CannotServe(Exception):
    """No server can be started here; the message says why."""


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise CannotServe("PostgreSQL is not installed (apt-get install postgresql)")
    return found[-1].parent


def _as_server() -> tuple[str, ...]:
    """PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return ()
    try:
        pwd.getpwnam(USER)
    except KeyError as error:
        raise CannotServe("this machine has no user postgres") from error
    return ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The address of an empty database, as the settings take it. Raises CannotServe."""
    programs, prefix = _programs(), _as_server()
    folder = Path(tempfile.mkdtemp(prefix="beffroi-pg-"))  # short: the path of a socket may not be long
    data = folder / "data"

    def run(*command: str | Path) -> None:
        done = subprocess.run([*prefix, *map(str, command)], capture_output=True, text=True, cwd=folder, check=False)
        if done.returncode:
            raise CannotServe(f"{command[0]}: {(done.stderr or done.stdout)[-500:].strip()}")

    try:
        if prefix:
            shutil.chown(folder, USER, USER)
        run(programs / "initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--no-sync", "--encoding", "UTF8")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run(programs / "pg_ctl", "--pgdata", data, "--log", folder / "log", "--options", options, "--wait", "start")
        try:
            yield f"postgresql://{USER}@/postgres?host={folder}"
        finally:
            run(programs / "pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
