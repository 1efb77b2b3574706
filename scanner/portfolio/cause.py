"""What several domains depend on together, and what each would gain if it were put right. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scanner.dossier import Role
from scanner.model import Fact, Severity
from scanner.portfolio.model import Grade, Row, Serving


class CauseKind(StrEnum):
    """What several domains may depend on together."""

    SUPPLIER = "supplier"
    ADDRESS = "address"
    MAIL_SERVER = "mail_server"
    NAME_SERVERS = "name_servers"
    SOFTWARE = "software"


@dataclass(frozen=True, slots=True)
class CauseKey:
    """Which one: `id` is a supplier's key, an address, a server's name, the names of the servers, or `SPIP 3.2`.

    `role` only for a supplier, None there for all that it does at once.
    """

    kind: CauseKind
    id: str
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding without its facts."""

    check: str
    variant: str
    severity: Severity


#: By check and variant, the facts that are the same for every finding it speaks of.
Facts = Mapping[tuple[str, str], Mapping[str, Fact]]


@dataclass(frozen=True, slots=True)
class Tie:
    """What one domain owes to one cause: `faults` is () where all is in order there.

    `agent` is who would act. `won` counts the points of the overall value if these faults alone were corrected, None where
    there is no grade or the score is of another version; `after` is the grade then. `facts` are those of its findings;
    where many ties are kept, their cause has what is common to them, and they have none.
    """

    cause: CauseKey
    agent: Serving | None
    faults: tuple[Fault, ...] = ()
    won: int | None = None
    after: Grade | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """One tie with faults, and the row that it belongs to."""

    row: Row
    tie: Tie


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to correct that several domains would gain from, those that gain most first.

    `clients` counts all that depend on it, also where nothing is wrong. `own` says that the syndicate itself would act.
    """

    key: CauseKey
    name: str
    own: bool
    agent: Serving | None
    shares: tuple[Share, ...]
    clients: int
    facts: Facts = field(default_factory=dict)

    @property
    def won(self) -> int:
        """Points of all graded domains together."""
        return sum(share.tie.won or 0 for share in self.shares)

    @property
    def counted(self) -> int:
        """How many of the domains concerned have points to win or not; the others have no grade."""
        return sum(share.tie.won is not None for share in self.shares)

    @property
    def gaining(self) -> int:
        """How many of them would win a point at least."""
        return sum((share.tie.won or 0) > 0 for share in self.shares)

    @property
    def lifted(self) -> int:
        """How many would get a better letter."""
        return sum(_letter(share.tie.after) != _letter(share.row.grade) for share in self.shares if share.tie.won is not None)

    @property
    def severity(self) -> Severity:
        """The worst of its findings."""
        return max(fault.severity for share in self.shares for fault in share.tie.faults)

    @property
    def worst(self) -> int:
        """How many domains have a finding of that severity because of it."""
        severity = self.severity
        return sum(any(fault.severity is severity for fault in share.tie.faults) for share in self.shares)

    def checks(self) -> tuple[tuple[str, int, Severity], ...]:
        """(check, how many domains fail it because of this, its worst severity), what concerns most domains first."""
        domains: dict[str, int] = {}
        severities: dict[str, Severity] = {}
        for share in self.shares:
            for check in {fault.check for fault in share.tie.faults}:
                domains[check] = domains.get(check, 0) + 1
            for fault in share.tie.faults:
                severities[fault.check] = max(severities.get(fault.check, Severity.INFO), fault.severity)
        order = sorted(domains, key=lambda check: (-domains[check], -severities[check], check))
        return tuple((check, domains[check], severities[check]) for check in order)


def shared_facts(one: Mapping[str, Fact], other: Mapping[str, Fact]) -> dict[str, Fact]:
    """Those that both have, with the same value."""
    return {name: value for name, value in one.items() if name in other and other[name] == value}


def _letter(grade: Grade | None) -> str:
    return grade.letter if grade else ""
