"""Starts the daemons of the laboratory and waits until they answer."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.lab.real.model import Daemon

START_SECONDS = 45.0
SIDE_BY_SIDE = 4


class StartFailed(Exception):
    """A daemon that does not answer; the message ends with its last words."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A daemon with its folder, and the words that stand for paths."""

    daemon: Daemon
    folder: Path
    words: Mapping[str, str]
    prefix: tuple[str, ...] = ()  # enters another namespace

    def put(self, text: str) -> str:
        for word, value in self.words.items():
            text = text.replace(word, value)
        return text


class Daemons:
    """Every daemon of one laboratory, each in `folder`/NAME. They die with the process tree, nobody stops them."""

    def __init__(self, folder: Path, pki: Path) -> None:
        self._folder = folder
        self._pki = pki
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, daemons: Iterable[Daemon], *, prefix: tuple[str, ...] = ()) -> dict[str, str]:
        """Start all, wait for all; what failed by name, with its last words. A name that runs already is left alone."""
        fresh = {daemon.name: daemon for daemon in daemons if daemon.name not in self._running}
        placed = [self._place(daemon, prefix) for daemon in fresh.values()]
        failed = self._all(self._begin, placed)
        return failed | self._all(self._complete, [one for one in placed if one.daemon.name not in failed])

    def _all(self, work: Callable[[Placed], None], placed: Sequence[Placed]) -> dict[str, str]:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            ended = threads.map(lambda one: self._attempt(work, one), placed)
        return {one.daemon.name: why for one, why in zip(placed, ended, strict=True) if why}

    def _place(self, daemon: Daemon, prefix: tuple[str, ...]) -> Placed:
        folder = self._folder / daemon.name
        folder.mkdir()
        if daemon.user and daemon.root is None:
            entry = pwd.getpwnam(daemon.user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        return Placed(daemon, folder, {"{dir}": str(folder), "{pki}": str(self._pki)}, prefix)

    @staticmethod
    def _attempt(work: Callable[[Placed], None], placed: Placed) -> str:
        """Why it failed, empty where it did not."""
        try:
            work(placed)
        except (StartFailed, OSError, subprocess.SubprocessError, ValueError, TimeoutError, LookupError) as error:
            output = getattr(error, "stderr", None) or b""
            return f"{type(error).__name__}: {error} {output[-1000:].decode(errors='replace')}".strip()
        return ""

    def _begin(self, placed: Placed) -> None:
        daemon, folder = placed.daemon, placed.folder
        for name, content in daemon.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else placed.put(content).encode())
            if daemon.user and daemon.root is None:
                shutil.chown(target, daemon.user)
        if daemon.root is not None:
            _mount_root(daemon.root, folder)
        if daemon.prepare is not None:
            daemon.prepare(folder)
        env = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "TMPDIR": "/run/lab/tmp",
        }
        env |= {name: placed.put(value) for name, value in daemon.env.items()}
        with (folder / "log").open("ab") as log:
            self._running[daemon.name] = subprocess.Popen(
                (*placed.prefix, *_as_user(daemon, folder), *(placed.put(word) for word in daemon.argv)),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, cwd=folder, start_new_session=True,
            )  # fmt: skip

    def _complete(self, placed: Placed) -> None:
        process = self._running[placed.daemon.name]
        deadline = time.monotonic() + START_SECONDS
        for address, port in placed.daemon.wait:
            while not _accepts(address, port):
                if process.poll() not in (None, 0):
                    raise StartFailed(f"ended with code {process.returncode}: {last_words(placed.folder)}")
                if time.monotonic() > deadline:
                    raise StartFailed(f"{address} port {port} does not answer: {last_words(placed.folder)}")
                time.sleep(0.1)
        if placed.daemon.finish is not None:
            placed.daemon.finish(placed.folder)


def last_words(folder: Path) -> str:
    """The end of a daemon's log, at most 1,500 characters."""
    return (folder / "log").read_bytes()[-1500:].decode(errors="replace").strip()


def _as_user(daemon: Daemon, folder: Path) -> tuple[str, ...]:
    if daemon.root is not None:
        user = (f"--userspec={daemon.user}",) if daemon.user else ()
        return ("chroot", *user, str(folder / "root"))
    if daemon.user:
        entry = pwd.getpwnam(daemon.user)
        return ("setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--init-groups")
    return ()


def _mount_root(root: Path, folder: Path) -> None:
    """A throw-away overlay of the chroot; /run is the laboratory's own, so that its paths are the same inside."""
    merged, upper, work = (folder / name for name in ("root", "upper", "work"))
    for made in (merged, upper, work):
        made.mkdir()
    _mount("-t", "overlay", "overlay", "-o", f"lowerdir={root},upperdir={upper},workdir={work}", str(merged))
    for name, how in (("run", "--bind"), ("proc", "--rbind"), ("dev", "--rbind")):
        (merged / name).mkdir(exist_ok=True)
        _mount(how, f"/{name}", str(merged / name))


def _mount(*arguments: str) -> None:
    subprocess.run(("mount", *arguments), check=True, capture_output=True)


def _accepts(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1.0):
            return True
    except OSError:
        return False
