"""What probes may ask of the network, and the frozen answers they get. Types only: importing this opens nothing.

Every method raises `NetFailure` where nothing could be seen; a probe lets it pass, and the engine
turns it into `Unobserved(reason)`. A positively observed absence is a value (`Absent`) or `Refused`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from scanner.model import Absent, Proof, Reason, Unobserved
from scanner.net.client_hello import ClientHello
from scanner.net.server_flight import ServerHello, TlsAlert
from scanner.net.tls_version import TlsVersion


class NetFailure(Exception):
    """Nothing was seen, for a typed reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def unobserved(self) -> Unobserved:
        """The same as a value."""
        return Unobserved(self.reason, self.detail)


class Refused(NetFailure):
    """The port answered our connect with a reset: positively closed."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.REFUSED, detail)

    def absent(self) -> Absent:
        """The same as an observed absence."""
        return Absent(Proof.REFUSED, self.detail)


class NotTls(NetFailure):
    """The port answered our ClientHello with something that is no TLS: positively not offered."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.TLS_FAILURE, detail)

    def absent(self) -> Absent:
        """The same as an observed absence."""
        return Absent(Proof.NOT_OFFERED, self.detail)


class Throttled(NetFailure):
    """The host answered 429 or 503: it asks us to slow down. `answer` is what it sent, for whoever must know more."""

    def __init__(self, answer: Response) -> None:
        super().__init__(Reason.THROTTLED, f"{answer.url}: HTTP {answer.status}")
        self.answer = answer


class Untrusted(NetFailure):
    """A request that wanted a trusted certificate met one that no browser would accept."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.TLS_FAILURE, detail)


# --- DNS ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Records:
    """A NOERROR answer with data, after the CNAMEs.

    `texts` is each record in presentation form, names lower-case without final dot; TXT strings are
    joined, unquoted and decoded. `aliases` is the CNAME chain that was followed. `secure` is None
    unless the resolver is declared validating.
    """

    name: str
    rdtype: str
    texts: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    secure: bool | None = None
    ttl: int = 0


class Dns(Protocol):
    """DNS questions through the configured resolvers."""

    async def lookup(self, name: str, rdtype: str) -> Records | Absent:
        """Ask one question; Absent carries NXDOMAIN or NODATA. DNSSEC_BOGUS is a reason of its own."""
        ...


# --- HTTP -----------------------------------------------------------------------------------------

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer on the way: the address asked for, its status, and where it led ("" at the end)."""

    url: str
    status: int
    location: str = ""


def turns(hops: tuple[Hop, ...]) -> bool:
    """Whether the last address was asked before and led on the same way: from here the redirects turn in a circle."""
    return bool(hops) and bool(hops[-1].location) and hops[-1] in hops[:-1]


@dataclass(frozen=True, slots=True)
class Response:
    """The last answer of a GET. `headers`: every line in order, names lower-case, values cut at 8,192.

    `body` is decoded from gzip/deflate and cut at the cap (`truncated`); empty for a redirect.
    `stopped` says why a redirect was not followed any further ("" when the end was reached):
    `circle` (the same address led the same way twice), `cookies` (the same, where an answer on the way asked to be
    sent a cookie, which we never do), `too_many`, `blocked`, `scheme`, `unresolved`, `unreachable`.
    """

    url: str
    status: int
    headers: Headers
    body: bytes
    address: str
    hops: tuple[Hop, ...] = ()
    truncated: bool = False
    stopped: str = ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order."""
        return tuple(value for key, value in self.headers if key == name)


class Http(Protocol):
    """GET requests, one keep-alive connection per origin."""

    async def get(self, url: str, *, follow: bool = True, max_body: int = 262_144, verify: bool = False) -> Response:
        """Fetch one address. `verify` refuses an untrusted certificate (Untrusted); elsewhere tls judges it.

        Raises Refused where the first hop's port is closed, NotTls where it speaks something else, Throttled on
        429 and 503.
        """
        ...


# --- TLS ------------------------------------------------------------------------------------------


class Trust(StrEnum):
    """The verdict of OpenSSL on the chain, dates and names set aside."""

    TRUSTED = "trusted"
    SELF_SIGNED = "self_signed"
    UNKNOWN_ISSUER = "unknown_issuer"  # self-signed root in the chain that nobody knows
    INCOMPLETE = "incomplete"  # an intermediate is missing
    INVALID = "invalid"  # anything else; see `trust_detail`


@dataclass(frozen=True, slots=True)
class Handshake:
    """A completed TLS handshake. `chain` is what the server sent, DER, leaf first."""

    version: TlsVersion
    cipher: str
    chain: tuple[bytes, ...]
    trust: Trust
    trust_detail: str = ""
    address: str = ""


class Tls(Protocol):
    """TLS handshakes on an implicit-TLS port."""

    async def handshake(self, name: str, port: int = 443) -> Handshake:
        """The ordinary handshake with SNI `name`; taken from an HTTPS connection of this scan where there was one."""
        ...

    async def ask(self, name: str, hello: ClientHello, port: int = 443) -> ServerHello | TlsAlert:
        """Send one hello, read the server's flight, leave; no key is exchanged. TlsAlert is always a refusal of the offer.

        Raises NetFailure where no such answer came: silence, a close without an alert, an alert about something else.
        """
        ...


# --- SMTP -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SmtpTalk:
    """One polite conversation with an MX: greeting, EHLO, STARTTLS where offered, QUIT.

    `starttls_reply` is "" when not asked. `injected` is what stood in the buffer after the 220 to
    STARTTLS (CVE-2011-0411). `handshake` is None when TLS did not complete; `tls_detail` says why.
    """

    address: str
    greeting: str
    capabilities: tuple[str, ...]
    starttls_reply: str = ""
    injected: bytes = b""
    handshake: Handshake | None = None
    tls_detail: str = ""

    @property
    def offers_starttls(self) -> bool:
        """RFC 3207: the EHLO keyword."""
        return any(line.split(" ")[0].upper() == "STARTTLS" for line in self.capabilities)


class Smtp(Protocol):
    """SMTP on port 25, greeting and STARTTLS only."""

    async def talk(self, name: str) -> SmtpTalk:
        """Talk to the first reachable address of an MX. Raises THROTTLED on a 4xx greeting, CHALLENGED on a 5xx one."""
        ...


# --- ports ----------------------------------------------------------------------------------------


class PortState(StrEnum):
    """What a connect said."""

    OPEN = "open"
    CLOSED = "closed"  # a reset came back
    FILTERED = "filtered"  # silent twice while a known-open port answered before and after
    UNKNOWN = "unknown"  # silent, and nothing proves that the host was reachable


@dataclass(frozen=True, slots=True)
class NmapService:
    """What nmap -sV said of one port; strings bounded."""

    port: int
    name: str
    product: str = ""
    version: str = ""


#: What to send; a function is given all that came so far, and its b"" ends the conversation.
Message = bytes | Callable[[bytes], bytes]


class Ports(Protocol):
    """Connect scan and protocol greetings. ACTIVE level only; the door refuses otherwise."""

    async def scan(self, address: str, ports: tuple[int, ...]) -> dict[int, PortState]:
        """Connect to each port, at most 16 pending."""
        ...

    async def converse(
        self, address: str, port: int, *messages: Message, max_bytes: int = 2_048, seconds: float = 3.0, tls_after: bytes = b""
    ) -> bytes:
        """Connect, send `messages` one after the other (reading after each; b"" only reads), return all that came.

        An open port that says nothing in time gives b"", not a failure. Once exactly `tls_after` came, the rest travels
        inside TLS, of which nothing is verified.
        """
        ...

    async def nmap(self, address: str, ports: tuple[int, ...]) -> tuple[NmapService, ...]:
        """Ask nmap -sV about open ports that nothing else recognised. OURS where nmap is not installed."""
        ...


class Datagrams(Protocol):
    """One question by UDP. ACTIVE level only; the door refuses otherwise."""

    async def exchange(
        self, address: str, port: int, question: bytes, again: bytes = b"", *, moves: bool = False
    ) -> bytes | Absent:
        """Send one datagram and, after two seconds of silence, `again` (the same where empty); the first answer.

        `moves` accepts an answer from another port of the address (RFC 1350 4). Absent where the host says by ICMP
        that the port is closed. Raises SILENT where nothing came, which proves nothing: there is no witness for UDP.
        """
        ...


@dataclass(frozen=True, slots=True)
class Net:
    """What one probe may use of the network, bound to its level, its subject and its seconds."""

    dns: Dns
    http: Http
    tls: Tls
    smtp: Smtp
    ports: Ports
    datagrams: Datagrams
    now: datetime
