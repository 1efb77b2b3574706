"""Other Debian suites beside the machine's own, by mmdebstrap, kept between runs in a cache outside the repository.

`python -m tests.lab.real.chroots` builds them all, about a minute each.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.real.install import archive

CACHE = Path(os.environ.get("BEFFROI_LAB_CACHE", "/var/cache/beffroi-lab"))
TOOLS = ("mmdebstrap", "debian-archive-keyring")


class CannotBuild(Exception):
    """mmdebstrap failed; the message ends with its last words."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A Debian suite with the packages that towns run from it. Its folder changes with them."""

    name: str
    packages: tuple[str, ...]
    security: bool = True

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        digest = hashlib.sha256(" ".join((self.name, *sorted(self.packages))).encode()).hexdigest()[:10]
        return CACHE / f"{self.name}-{digest}"

    @property
    def sources(self) -> tuple[str, ...]:
        """What mmdebstrap reads packages from."""
        main = f"deb {archive()} {self.name} main"
        return (main, f"deb {archive('Debian-Security')} {self.name}-security main") if self.security else (main,)


_PHP = ("php-fpm", "php-mysql", "php-sqlite3", "php-xml")

BOOKWORM = Suite(
    "bookworm",
    (
        *_PHP, "nginx-light", "wordpress", "wordpress-theme-twentytwentythree", "phpmyadmin", "roundcube-core",
        "roundcube-sqlite3", "dokuwiki", "mediawiki",
    ),
)  # fmt: skip
TRIXIE = Suite("trixie", (*_PHP, "nginx", "wordpress", "wordpress-theme-twentytwentyfive", "spip", "matomo"))
#: Its security suite no longer has all of its files.
BULLSEYE = Suite(
    "bullseye",
    (*_PHP, "nginx-light", "wordpress", "wordpress-theme-twentytwentyone", "spip", "mediawiki"),
    security=False,
)
SUITES = (BOOKWORM, TRIXIE, BULLSEYE)


def ensure(folders: Iterable[Path]) -> tuple[str, ...]:
    """Build what is missing of these chroots; the names of those built. Raises CannotBuild."""
    wanted = set(folders)
    return tuple(suite.name for suite in SUITES if suite.folder in wanted and _build(suite))


def _build(suite: Suite) -> bool:
    """Beside its place, then moved there in one step: an interrupted build leaves no half chroot."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{suite.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if suite.folder.is_dir():
            return False
        unfinished = suite.folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = (
            "mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={','.join(suite.packages)}",
            "--aptopt=Acquire::Check-Valid-Until \"false\"", "--aptopt=Acquire::Retries \"3\"",
            suite.name, str(unfinished), *suite.sources,
        )  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotBuild(f"{suite.name}: {done.stderr[-1500:].strip()}")
        for old in CACHE.glob(f"{suite.name}-*"):
            if old != unfinished:
                shutil.rmtree(old)
        unfinished.rename(suite.folder)
    return True


if __name__ == "__main__":
    for one in SUITES:
        print(one.name, one.folder, "built" if _build(one) else "kept", flush=True)
