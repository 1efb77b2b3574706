"""What a town of the laboratory is made of. Data only: nothing is opened here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import Protocol

Headers = tuple[tuple[str, str], ...]


class Peer(Protocol):
    """One accepted connection, as a service sees it."""

    def send(self, data: bytes) -> None:
        """Send everything; raises OSError where the client left."""
        ...

    def receive(self) -> bytes:
        """Whatever comes next, b"" at the end."""
        ...

    def line(self) -> bytes:
        """The next line without its end, cut at 64 kB; b"" at the end."""
        ...

    def pause(self, seconds: float) -> bool:
        """Wait; true where the laboratory is closing."""
        ...

    def reset(self) -> None:
        """Cut the connection with a TCP reset."""
        ...


Handler = Callable[[Peer], None]


class Answering(Enum):
    """How the resolver answers for a name that misbehaves."""

    SERVFAIL = auto()
    DROP = auto()  # no answer at all
    BOGUS = auto()  # SERVFAIL with an extended error (RFC 8914); the data where CD is set
    UNREACHABLE = auto()  # the same with the error "No Reachable Authority", of an authority that comes back
    RECOVERING = auto()  # SERVFAIL to the first question without CD, the data to any other


@dataclass(frozen=True, slots=True)
class Zone:
    """`records`: master file lines relative to `domain`, without SOA. `misbehaving`: "name TYPE", "name" or "*",
    names relative as in the records ("@" is the domain)."""

    domain: str
    records: str
    signed: bool = False
    misbehaving: Mapping[str, Answering] = field(default_factory=dict)


class Certificate(Enum):
    """What a server presents."""

    GOOD = auto()  # 90 days, 60 left, with its intermediate
    EXPIRED = auto()
    EXPIRING = auto()  # 3 days left
    NOT_YET_VALID = auto()
    SELF_SIGNED = auto()
    WRONG_NAME = auto()
    INCOMPLETE = auto()  # the intermediate is not sent
    RSA_1024 = auto()


@dataclass(frozen=True, slots=True)
class Tls:
    """Lowest and highest protocol version as (1, minor): 0 for TLS 1.0 to 3 for TLS 1.3; `ciphers` in OpenSSL's words."""

    lowest: int = 2
    highest: int = 3
    ciphers: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One HTTP answer. `{path}` in a Location stands for the path asked for.

    `raw` replaces everything: the bytes of the whole answer, one piece every `pace` seconds, without end
    where the iterator has none.
    """

    status: int = 200
    headers: Headers = ()
    body: bytes = b""
    raw: Callable[[], Iterator[bytes]] | None = None
    pace: float = 0.0


@dataclass(frozen=True, slots=True)
class VirtualHost:
    """What one or several names show. Path "*" answers for every other path; without it, 404.

    `headers` are added to every answer that is not `raw`. An empty `secure` or `plain` is 404 throughout.
    """

    names: tuple[str, ...]
    secure: Mapping[str, Page] = field(default_factory=dict)
    plain: Mapping[str, Page] = field(default_factory=dict)
    headers: Headers = ()
    certificate: Certificate = Certificate.GOOD


@dataclass(frozen=True, slots=True)
class WebServer:
    """Listens on one address; the first virtual host is the default. TLS versions belong to the listening
    socket, as with nginx."""

    address: str
    hosts: tuple[VirtualHost, ...]
    tls: Tls = Tls()
    http_port: int | None = 80
    https_port: int | None = 443


class MailManner(Enum):
    """How an SMTP server behaves."""

    GOOD = auto()
    NO_STARTTLS = auto()
    BUSY = auto()  # 421 instead of a greeting
    TARPIT = auto()  # a greeting line a second, without end
    INJECTION = auto()  # plain text is taken into the encrypted session (CVE-2011-0411)
    NOT_UTF8 = auto()


@dataclass(frozen=True, slots=True)
class MailHost:
    """An SMTP server on port 25 of one address."""

    name: str
    address: str
    manner: MailManner = MailManner.GOOD
    certificate: Certificate = Certificate.GOOD
    tls: Tls = Tls()


@dataclass(frozen=True, slots=True)
class Service:
    """A TCP service on a standard port number."""

    address: str
    port: int
    handle: Handler


@dataclass(frozen=True, slots=True)
class DatagramService:
    """A UDP service on a standard port number: what it answers to one datagram, b"" for nothing."""

    address: str
    port: int
    answer: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class FullQueue:
    """Ports whose listen queue is full: a connect gets no answer, as behind a firewall that drops."""

    address: str
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """A small town and the truth about it.

    `must` are (check id, subject key) that have to fail; a failure that it does not name is a false alarm where
    `must_not` holds. `must_not` and `may_be_unknown` are check ids or
    shell patterns such as `mail.*`: what may not fail on any subject, and where UNKNOWN is accepted.
    `dedicated` are the addresses that a mandate may name.
    """

    name: str
    domain: str
    zones: tuple[Zone, ...]
    web: tuple[WebServer, ...] = ()
    mail: tuple[MailHost, ...] = ()
    services: tuple[Service, ...] = ()
    datagrams: tuple[DatagramService, ...] = ()
    silent: tuple[FullQueue, ...] = ()
    dedicated: tuple[str, ...] = ()
    must: frozenset[tuple[str, str]] = frozenset()
    must_not: frozenset[str] = frozenset()
    may_be_unknown: frozenset[str] = frozenset()

    def forbids(self, check: str) -> bool:
        """Whether a finding of this check would be a false alarm."""
        return any(fnmatchcase(check, pattern) for pattern in self.must_not)

    def tolerates_unknown(self, check: str) -> bool:
        """Whether this check may stay unanswered."""
        return any(fnmatchcase(check, pattern) for pattern in self.may_be_unknown)

    def addresses(self) -> frozenset[str]:
        """Every address on which something of this town listens."""
        parts: tuple[WebServer | MailHost | Service | DatagramService | FullQueue, ...]
        parts = (*self.web, *self.mail, *self.services, *self.datagrams, *self.silent)
        return frozenset(part.address for part in parts)
