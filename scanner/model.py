"""The words of the house: subjects, observations, verdicts, outcomes. No I/O, no third-party import."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import ClassVar

from scanner.because import Because


class Severity(IntEnum):
    """How urgent a finding is; ordered, so that `max()` gives the worst."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """Lower-case name, as written in JSON and in `--fail-on`."""
        return self.name.lower()


class Status(StrEnum):
    """What a check concluded about one subject."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Level(IntEnum):
    """How far a probe goes; what it needs is said in DESIGN 5."""

    PASSIVE = 0
    ACTIVE = 1
    INTRUSIVE = 2


class Reason(StrEnum):
    """Why something was not seen. The French and English labels are in the locale files."""

    TIMEOUT = "timeout"
    SILENT = "silent"  # connect attempts got no answer at all
    RESET = "reset"  # an established connection was cut
    REFUSED = "refused"
    THROTTLED = "throttled"  # 421, 429, 503: the host asks us to slow down
    CHALLENGED = "challenged"  # a shield answered instead of the site (401, 403, captcha)
    DNS_FAILURE = "dns_failure"  # SERVFAIL, REFUSED, time-out of a resolver
    DNSSEC_BOGUS = "dnssec_bogus"  # the resolver rejects the signatures
    TLS_FAILURE = "tls_failure"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    BLOCKED = "blocked"  # the address policy refuses the address
    NO_MANDATE = "no_mandate"
    SHARED_ADDRESS = "shared_address"
    OUT_OF_SCOPE = "out_of_scope"
    OPTED_OUT = "opted_out"
    UNDETERMINED = "undetermined"  # an answer came, and it proves nothing either way
    OURS = "ours"  # this machine cannot see it (port 25 closed, no IPv6, an old OpenSSL...)
    INTERRUPTED = "interrupted"
    NOT_OBSERVED = "not_observed"  # an older scan did not record it, or not in this form
    NEWER_THAN_DATA = "newer_than_data"
    BUG = "bug"


class Proof(StrEnum):
    """How an absence was positively observed."""

    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    NOT_FOUND = "not_found"  # HTTP 404 or 410
    REFUSED = "refused"  # a TCP reset in answer to our connect, or ICMP port unreachable to our datagram
    NOT_OFFERED = "not_offered"  # a protocol's own "no" (TLS alert, EHLO without STARTTLS...)
    NULL_MX = "null_mx"  # RFC 7505
    NONE = "none"  # looked for in what was received, and not there


class Actor(StrEnum):
    """Who usually acts on a finding."""

    TOWN = "town"
    WEB_HOST = "web_host"
    MAIL_HOST = "mail_host"
    DNS_HOST = "dns_host"
    CMS_MAINTAINER = "cms_maintainer"


class Effort(StrEnum):
    """How long the correction usually takes."""

    MINUTES = "minutes"
    HOURS = "hours"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Reference:
    """A norm or guide that a check rests on: `id` as printed, `title`, and a public address."""

    id: str
    title: str
    url: str = ""


# --- subjects -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that is looked at. `name` is an A-label in lower case without final dot, or an IP literal."""

    name: str
    kind: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """Stable identity across scans, such as `site:www.mairie.fr`."""
        return f"{self.kind}:{self.name}"

    @property
    def parent(self) -> Subject | None:
        """Where a fact is sought next when this subject has none."""
        return None


@dataclass(frozen=True, slots=True)
class Domain(Subject):
    """The registered name of the town."""

    kind: ClassVar[str] = "domain"


@dataclass(frozen=True, slots=True)
class Site(Subject):
    """A host name that browsers are sent to: the domain itself, or its `www`."""

    domain: Domain
    kind: ClassVar[str] = "site"

    @property
    def parent(self) -> Subject | None:
        return self.domain


@dataclass(frozen=True, slots=True)
class MailServer(Subject):
    """The name of one MX; shared between towns, so its facts never look upward."""

    kind: ClassVar[str] = "mail_server"


@dataclass(frozen=True, slots=True)
class Host(Subject):
    """One IP address that the town's own names lead to; shared, so its facts never look upward."""

    kind: ClassVar[str] = "host"


SUBJECT_KINDS: dict[str, type[Subject]] = {kind.kind: kind for kind in (Domain, Site, MailServer, Host)}


# --- what was seen --------------------------------------------------------------------------------


class TraceKind(StrEnum):
    """Where the name of a third party stands; the values are the pattern tables of scanner/suppliers/suppliers.toml."""

    MX = "mx"
    GREETING = "greeting"  # of a mail server, raw
    SPF = "spf"  # the target of an include or redirect in the domain's own record
    NS = "ns"
    CNAME = "cname"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Trace:
    """The name of a third party that a fact mentions, as it was received."""

    kind: TraceKind
    name: str


class EndingKind(StrEnum):
    """What may end by itself one day."""

    CERTIFICATE = "certificate"
    SUPPORT = "support"  # nobody publishes security fixes any more


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that a fact says will end: `what` names it as it was received (`SPIP 4.4.5`), "" for the subject itself."""

    kind: EndingKind
    on: datetime
    what: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A frozen fact that a probe brought back. Raise `OBSERVATION_VERSION` when the meaning of a field changes."""

    OBSERVATION_VERSION: ClassVar[int] = 1

    def traces(self) -> tuple[Trace, ...]:
        """The third parties that this fact mentions; scanner/suppliers/recognise.py says who they are."""
        return ()

    def runs(self) -> tuple[str, ...]:
        """The products that this fact shows at work there, in the words of scanner/products.py; they pick the advice."""
        return ()

    def endings(self, now: datetime) -> tuple[Ending, ...]:
        """What this fact says will end, or has ended, as far as it is known at that moment."""
        return ()


@dataclass(frozen=True, slots=True)
class Absent:
    """Positively not there. `detail` is the raw evidence, bounded."""

    proof: Proof
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unobserved:
    """Not seen, hence neither good nor bad. `because` and `detail` are for the technician; see Unknown."""

    reason: Reason
    detail: str = ""
    because: Because | None = None


# --- what is concluded ----------------------------------------------------------------------------

Fact = str | int | float | bool | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something to correct.

    `facts` fill the text of the finding; `evidence` is what the host sent, raw and bounded;
    `severity` replaces the check's own; `variant` picks a text of its own (`check-id.variant`).
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    severity: Severity | None = None
    evidence: tuple[str, ...] = ()
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The check could not conclude. `because` has its words in every language; `detail` is what was seen, in its own."""

    reason: Reason
    detail: str = ""
    because: Because | None = None


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The question does not arise; `detail` says why, for the technician."""

    detail: str = ""


Verdict = Flaw | Unknown | NotApplicable


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw that was found, with the severity that counts."""

    severity: Severity
    facts: dict[str, Fact]
    evidence: tuple[str, ...] = ()
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check says of one subject. `findings` only where FAIL; `reason` only where UNKNOWN."""

    check: str
    subject: Subject
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: Reason | None = None
    detail: str = ""
    missing: tuple[str, ...] = ()
    because: Because | None = None

    @property
    def family(self) -> str:
        """The part of the check id before the dot."""
        return self.check.partition(".")[0]

    @property
    def severity(self) -> Severity | None:
        """The worst of its findings, None where there is none."""
        return max((finding.severity for finding in self.findings), default=None)
