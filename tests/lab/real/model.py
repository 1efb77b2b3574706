"""What a real town is made of. Data only: nothing is started here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from tests.lab.model import Zone


@dataclass(frozen=True)
class Daemon:
    """One server of Debian's packages, or of PyPI or npm.

    `{dir}` in `argv`, `files` and `env` stands for the daemon's own folder, a private tmpfs. `files` are
    relative to it and written before the start. `wait` are the (address, port) that must accept TCP before
    the laboratory counts as started. `user` is whom it runs as (setpriv), root where empty. `packages` are
    Debian packages to be installed. `prepare` runs before the start, `finish` once `wait` answers; both get
    the folder. `root` is the folder of a chroot (see chroots.py), None for the machine's own packages.
    """

    name: str
    argv: tuple[str, ...]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    wait: tuple[tuple[str, int], ...] = ()
    user: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    prepare: Callable[[Path], None] | None = None
    finish: Callable[[Path], None] | None = None
    root: Path | None = None


@dataclass(frozen=True)
class RealTown:
    """A town of real servers and the truth about it, in the terms of `tests.lab.model.Town`.

    `certificates` are what its daemons need: (file stem, common name and SANs, kind), see pki.py.
    `missed` are findings that ought to be made and are not yet: (check id, subject key), each named in the
    table as work to do. `note` says in one line what this town is for.
    """

    name: str
    domain: str
    zones: tuple[Zone, ...]
    daemons: tuple[Daemon, ...] = ()
    dedicated: tuple[str, ...] = ()
    must: frozenset[tuple[str, str]] = frozenset()
    may_fail: frozenset[str] = frozenset()
    may_be_unknown: frozenset[str] = frozenset()
    missed: frozenset[tuple[str, str]] = frozenset()
    firewall: str = ""
    note: str = ""

    def allows(self, check: str) -> bool:
        """Whether a finding of this check that `must` does not name is accepted (it is not what this town is about)."""
        return any(fnmatchcase(check, pattern) for pattern in self.may_fail)

    def tolerates_unknown(self, check: str) -> bool:
        """Whether this check may stay unanswered."""
        return any(fnmatchcase(check, pattern) for pattern in self.may_be_unknown)
