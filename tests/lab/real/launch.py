"""How a command of the laboratory begins: may this machine hold it, what must be there, and the tree that dies with it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType

from tests.lab.real import borrowed, chroots, install, world
from tests.lab.real.lab import CannotStart, RealLab, wait_for_resolver
from tests.lab.real.model import RealTown

REPOSITORY = Path(__file__).resolve().parents[3]
CANNOT = 2  # the exit code of whoever refuses
NOT_PROVIDED = (install.CannotInstall, chroots.CannotBuild, borrowed.CannotFetch)
NOT_STARTED = (CannotStart, subprocess.CalledProcessError)


def refusal(subject: str, command: str) -> str:
    """Why this machine cannot hold `subject`, in one sentence that names the command to use; empty where it can."""
    if not world.may_build():
        return f"{subject} makes network namespaces and needs root: sudo {command}"
    absent = [tool for tool in ("apt-get", "unshare", "setpriv", "mount") if shutil.which(tool) is None]
    if absent:
        return f"{subject} needs Debian's {' and '.join(absent)}"
    return f"{subject} needs namespaces of its own, and this machine gives none ({why})" if (why := world.forbidden()) else ""


def refuse(reason: str | Exception) -> int:
    """Say why, on standard error; the exit code."""
    if isinstance(reason, subprocess.CalledProcessError):
        reason = f"{' '.join(map(str, reason.cmd))}: {(reason.stderr or b'')!r}"
    print(reason, file=sys.stderr)
    return CANNOT


def provide(chosen: Iterable[RealTown], packages: Iterable[str] = (), fetch: Callable[[], tuple[str, ...]] = tuple) -> None:
    """Install what the daemons of these towns need, `packages` beside it, and what `fetch` brings. Raises NOT_PROVIDED."""
    daemons = [daemon for town in chosen for daemon in town.daemons]
    roots = {daemon.root for daemon in daemons if daemon.root is not None}
    own = {name for daemon in daemons if daemon.root is None for name in daemon.packages}
    if added := install.install({*install.CORE, *own, *packages, *(chroots.TOOLS if roots else ())}):
        print(f"installed: {' '.join(added)}", flush=True)
    if kept := (*chroots.ensure(roots), *borrowed.ensure(daemon.argv[0] for daemon in daemons), *fetch()):
        print(f"kept for the next runs in {chroots.CACHE}: {' '.join(kept)}", flush=True)


def tree(module: str, arguments: Iterable[str]) -> subprocess.Popen[bytes]:
    """The module inside a process tree of its own, which dies with this process, however that ends."""
    started = subprocess.Popen((*world.UNSHARE, sys.executable, "-m", module, *arguments), cwd=REPOSITORY)

    def end(number: int, frame: FrameType | None) -> None:
        started.kill()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    return started


def start(lab: RealLab) -> float:
    """Start the laboratory, inside the tree, and say so; the seconds that it took. Raises NOT_STARTED."""
    began = time.monotonic()
    lab.start()
    wait_for_resolver()
    seconds = time.monotonic() - began
    print(f"{len(lab.towns)} towns, ready after {seconds:.1f} s", flush=True)
    return seconds


def name_broken(lab: RealLab) -> None:
    """Say which towns could not be built, and why."""
    for name, why in lab.broken.items():
        print(f"{name}: not built: {why}", file=sys.stderr, flush=True)
