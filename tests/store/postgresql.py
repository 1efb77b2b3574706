"""A PostgreSQL server of its own for the tests: Debian's, in a temporary folder, on a socket in it, never as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: `address` names an empty database as the settings take it."""

    folder: Path
    programs: Path
    prefix: tuple[str, ...]

    @property
    def address(self) -> str:
        """Over the socket in its folder."""
        return f"postgresql://{USER}@/postgres?host={self.folder}"

    def run(self, *command: str | Path) -> None:
        """As the server's user. Raises CannotServe."""
        done = subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise CannotServe(f"{command[0]}: {(done.stderr or done.stdout)[-500:].strip()}")

    def start(self) -> None:
        """Until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        data, log = self.folder / "data", self.folder / "log"
        self.run(self.programs / "pg_ctl", "--pgdata", data, "--log", log, "--options", options, "--wait", "start")

    def stop(self, mode: str) -> None:
        """`fast` closes every connection in good order, `immediate` is a crash."""
        self.run(self.programs / "pg_ctl", "--pgdata", self.folder / "data", "--mode", mode, "--wait", "stop")


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """One that may be stopped and started again. Raises CannotServe."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-pg-"))  # short: the path of a socket may not be long
    try:
        made = Server(folder, _programs(), _as_server())
        if made.prefix:
            shutil.chown(folder, USER, USER)
        initdb = (made.programs / "initdb", "--pgdata", folder / "data", "--username", USER, "--auth", "trust")
        made.run(*initdb, "--no-sync", "--encoding", "UTF8")
        made.start()
        try:
            yield made
        finally:
            made.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The address of an empty database, as the settings take it. Raises CannotServe."""
    with server() as made:
        yield made.address
