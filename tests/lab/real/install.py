"""Debian packages of the daemons. Nothing is started by their installation."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

CORE = ("iproute2", "knot", "nftables", "openssl", "procps", "unbound", "util-linux")
POLICY = Path("/usr/sbin/policy-rc.d")
_KEPT = POLICY.with_name("policy-rc.d.before-lab")
_LOCK = Path("/run/lock/beffroi-lab-install")
_NOBODY_STARTS = "#!/bin/sh\n# Written by the laboratory of Beffroi while it installs; taken away afterwards.\nexit 101\n"


class CannotInstall(Exception):
    """apt could not; the message ends with its last words."""


def archive(label: str = "Debian") -> str:
    """Where this machine's own apt fetches Debian from (label `Debian`, or `Debian-Security`). Raises CannotInstall."""
    fields = "$(LABEL) $(REPO_URI)"
    shown = subprocess.run(
        ("apt-get", "indextargets", "--format", fields, "Created-By: Packages"), capture_output=True, text=True, check=False
    ).stdout
    for line in shown.splitlines():
        found, _, address = line.partition(" ")
        if found == label and address:
            return address.rstrip("/")
    raise CannotInstall(f"apt of this machine has no source labelled {label}; run apt-get update, or add one")


def missing(packages: Iterable[str]) -> tuple[str, ...]:
    """Those that are not installed, sorted."""
    wanted = sorted(set(packages))
    shown = subprocess.run(
        ("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted), capture_output=True, text=True, check=False
    ).stdout
    there = {line.split()[0] for line in shown.splitlines() if line.endswith(" installed")}
    return tuple(name for name in wanted if name not in there)


def install(packages: Iterable[str]) -> tuple[str, ...]:
    """Install what is missing; what was. Raises CannotInstall."""
    with _alone():
        wanted = missing(packages)
        if wanted:
            with _nothing_starts():
                with contextlib.suppress(CannotInstall):  # a mirror that is out of reach may still be in the cache
                    _apt("update")
                _apt("install", "--no-install-recommends", *wanted)
    return wanted


def restore() -> None:
    """Put back what an interrupted installation left behind."""
    if _KEPT.exists():
        _KEPT.replace(POLICY)
    elif POLICY.exists() and POLICY.read_text() == _NOBODY_STARTS:
        POLICY.unlink()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    _LOCK.parent.mkdir(parents=True, exist_ok=True)
    with _LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _nothing_starts() -> Iterator[None]:
    restore()
    if POLICY.exists():
        POLICY.rename(_KEPT)
    POLICY.write_text(_NOBODY_STARTS)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        restore()


def _apt(*arguments: str) -> None:
    command = ("apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=600", *arguments)
    done = subprocess.run(
        command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotInstall(f"{' '.join(command)}: {(done.stderr or done.stdout)[-1500:].strip()}")
