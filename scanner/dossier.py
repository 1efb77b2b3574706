"""What the documents of one authority are made from: its result, the one before, and who writes to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scanner.result import ScanResult
from scanner.scoring import Score


class Role(StrEnum):
    """What a supplier does for an authority. Each role may be held by another company."""

    WEB_HOST = "web_host"
    MAIL_HOST = "mail_host"
    DNS_HOST = "dns_host"
    CMS_MAINTAINER = "cms_maintainer"
    NETWORK = "network"  # telephone and Internet access at the town hall


@dataclass(frozen=True, slots=True)
class Town:
    """The authority as a letter addresses it. "" stands for what nobody told us.

    `departement` is its number (`49`, `2A`, `974`). `suppliers` are the confirmed ones: (role, supplier id, name
    or alias of suppliers.toml, or a plain name).
    """

    name: str = ""
    salutation: str = ""
    departement: str = ""
    suppliers: tuple[tuple[Role, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who answers for the document; printed at its foot."""

    name: str = ""
    phone: str = ""
    email: str = ""


class WaiverKind(StrEnum):
    """Two things that are never mixed."""

    ACCEPTED_RISK = "accepted_risk"  # the finding is true, and the authority has signed that it lives with it
    DISPUTE = "dispute"  # somebody says that the finding is not true


@dataclass(frozen=True, slots=True)
class WaivedFinding:
    """A finding on one subject (by `name`) that somebody accepted or disputed until a day, which is included.

    `lifted` is false where it costs as before: a critical one always does. `returned`: that day has passed, it counts again.
    """

    check: str
    name: str
    kind: WaiverKind
    reason: str
    author: str
    until: date
    lifted: bool = False
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Waivers:
    """`score` leaves out what is accepted or disputed; the result's own score counts everything. `findings` has one at least."""

    score: Score
    findings: tuple[WaivedFinding, ...]

    def of(self, check: str, names: tuple[str, ...]) -> tuple[WaivedFinding, ...]:
        """Those of one finding, each waiver once."""
        mine = (each for each in self.findings if each.check == check and each.name in names)
        return tuple({(each.kind, each.reason, each.author, each.until, each.returned): each for each in mine}.values())

    def lift(self, check: str, names: tuple[str, ...]) -> bool:
        """Whether a finding is accepted or disputed today on every subject that it names, so that nobody is asked for it."""
        lifted = {each.name for each in self.findings if each.check == check and each.lifted and not each.returned}
        return lifted.issuperset(names)

    def count(self, kind: WaiverKind) -> int:
        """Checks that one kind covers today."""
        return len({each.check for each in self.findings if each.kind is kind and not each.returned})

    @property
    def returned(self) -> int:
        """Checks whose waiver has ended."""
        return len({each.check for each in self.findings if each.returned})


@dataclass(frozen=True, slots=True)
class Visitor:
    """How a host knows our connections: the User-Agent, the page that explains it, the public addresses they come from."""

    agent: str = ""
    page: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """One authority's documents come from this and from nothing else. `previous` is an earlier result to compare with;
    `declared` says which declared criteria of the RPNT are met: (id, met); `waivers` is None where none concerns a finding."""

    result: ScanResult
    previous: ScanResult | None = None
    town: Town = Town()
    sender: Sender = Sender()
    declared: tuple[tuple[str, bool], ...] = ()
    visitor: Visitor = Visitor()
    waivers: Waivers | None = None
