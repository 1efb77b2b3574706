"""What a real town is made of. Data only: nothing is started here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import fnmatchcase
from pathlib import Path

from tests.lab.model import Zone


class ZoneFault(Enum):
    """What is wrong with a signed zone. Lame and silent delegations are NS records, see `dns.py`."""

    NONE = auto()
    BOGUS = auto()  # every signature but those of the keys is altered
    ADDRESS_BOGUS = auto()  # the signatures over A and AAAA alone are altered
    EXPIRED = auto()  # the signatures ended ten days ago
    WRONG_DS = auto()  # the parent names another key
    UNKNOWN_ALGORITHM = auto()  # the parent names an algorithm that no resolver knows: as good as unsigned (RFC 4035 5.2)
    NO_DS = auto()  # signed, and the parent says nothing of it


class Denial(Enum):
    """How a signed zone proves that a name is not there. All but the first are signed by the name server, without fault."""

    NSEC = auto()
    NSEC3 = auto()  # without salt and further iterations (RFC 9276)
    NSEC3_OPT_OUT = auto()  # the same, with nothing said of the unsigned zones below (RFC 5155 6)
    BLACK_LIES = auto()  # NOERROR for every name, signed at each answer (RFC 9824)


@dataclass(frozen=True, slots=True)
class RealZone(Zone):
    """A zone of the embedded towns' form, where `misbehaving` counts for nothing; `fault` and `denial` do, where it is signed."""

    fault: ZoneFault = ZoneFault.NONE
    denial: Denial = Denial.NSEC


@dataclass(frozen=True)
class Daemon:
    """One server of Debian's packages, or of PyPI or npm.

    `{dir}` in `argv`, `files` and `env` stands for the daemon's own folder, a private tmpfs; `{pki}` for the
    folder of the certificates (`root.pem`, and `STEM.crt` with `STEM.key`). `files` are relative to `{dir}` and
    written before the start. Two towns may share a daemon: it is started once a name. `wait` are the (address,
    port) that must accept TCP before the laboratory counts as started. `user` is whom it runs as (setpriv), root
    where empty. `packages` are Debian packages to be installed. `prepare` runs before the start, `finish` once
    `wait` answers; both get the folder. `root` is the folder of a chroot (see chroots.py), None for the machine's
    own packages: `argv` then runs in a throw-away overlay of it, mounted at `{dir}/root` before `prepare`, with
    /proc, /dev and the /run of the laboratory, so that `{dir}` and `{pki}` are the same paths inside.
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

    `zones` without NS records stand at the laboratory's DNS hoster. `firewall` are nft rules, one a line, for
    packets that reach the world from outside, such as `ip daddr 198.18.1.9 tcp dport 443 drop`. `missed` are
    findings that ought to be made and are not yet: (check id, subject key), each named in the table as work to
    do. `note` says in one line what this town is for.
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
