"""The door of one scan: hands each probe a `Net` bound to its level, its subject and its seconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scanner.model import Absent, Domain, Level, Subject, Unobserved
from scanner.net.budget import Budget
from scanner.net.client_hello import ClientHello
from scanner.net.datagrams import DatagramClient
from scanner.net.dns import Resolver
from scanner.net.gate import Gate
from scanner.net.http import HttpClient
from scanner.net.limits import Limiter, MemoryLimiter
from scanner.net.mandate import Mandate, address_refusal, refusal
from scanner.net.meter import Meter
from scanner.net.policy import AddressPolicy
from scanner.net.ports import PortScanner
from scanner.net.resolvers import resolver_addresses
from scanner.net.server_flight import ServerHello, TlsAlert
from scanner.net.smtp import SmtpClient
from scanner.net.tls import Handshaker, TlsClient
from scanner.net.types import (
    Handshake,
    Message,
    Net,
    NetFailure,
    NmapService,
    PortState,
    Records,
    Response,
    SmtpTalk,
)  # fmt: skip
from scanner.net.urls import is_literal
from scanner.settings import NetworkSettings
from scanner.sharing import SharedSights

THREADS = 32


def now_utc() -> datetime:
    """The clock of a scan."""
    return datetime.now(UTC)


@dataclass
class Premises:
    """What every scan of this installation shares: the limiter, what was seen of shared machines, threads, the way to nmap."""

    settings: NetworkSettings
    limiter: Limiter = field(init=False)
    shared: SharedSights = field(init=False, default_factory=SharedSights)
    threads: ThreadPoolExecutor = field(init=False)
    nmap: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.limiter = MemoryLimiter(self.settings.connections_per_address, self.settings.starts_per_second)
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="beffroi-http")
        self.nmap = shutil.which("nmap")

    def close(self) -> None:
        """End the threads."""
        self.threads.shutdown(wait=False, cancel_futures=True)


class Door:
    """One scan's way to the network; every byte of it is counted in `meter`."""

    def __init__(
        self, premises: Premises, domain: Domain, mandate: Mandate | None = None, clock: Callable[[], datetime] = now_utc
    ) -> None:
        settings = premises.settings
        ca_file = str(settings.ca_file or "")
        self.domain = domain
        self.mandate = mandate
        self.clock = clock
        self.shared = premises.shared
        self.meter = Meter()
        gate = Gate(AddressPolicy(settings.allow, settings.deny), premises.limiter, self.meter, settings.ports)
        handshaker = Handshaker(ca_file)
        self.resolver = Resolver(resolver_addresses(settings.resolvers), self.meter, validating=settings.validating)
        self.tls = TlsClient(gate, self.resolver, handshaker)
        self.http = HttpClient(gate, self.resolver, handshaker, premises.threads, settings.user_agent)
        self.smtp = SmtpClient(gate, self.resolver, handshaker, settings.ehlo_name)
        self.ports = PortScanner(gate, premises.nmap)
        self.datagrams = DatagramClient(gate)

    def refusal(self, level: Level, subject: Subject) -> Unobserved | None:
        """Why a probe of this level may not look at this subject, None where it may."""
        return refusal(self.mandate, level, self.domain, subject, self.clock().date())

    def net(self, level: Level, subject: Subject, seconds: float) -> Net:
        """What one probe may use."""
        bound = _Bound(self, level, subject, Budget(seconds))
        return Net(dns=bound, http=bound, tls=bound, smtp=bound, ports=bound, datagrams=bound, now=self.clock())

    async def close(self) -> None:
        """Close every kept connection and end every question."""
        self.http.close()
        await self.resolver.close()


@dataclass(frozen=True, slots=True)
class _Bound:
    """The six protocols of `scanner.net.types`, bound to one probe's level, subject and budget."""

    door: Door
    level: Level
    subject: Subject
    budget: Budget

    async def lookup(self, name: str, rdtype: str) -> Records | Absent:
        return await self.door.resolver.lookup(name, rdtype, self.budget)

    async def get(self, url: str, *, follow: bool = True, max_body: int = 262_144, verify: bool = False) -> Response:
        if self.level is not Level.PASSIVE:  # an active request stays on addresses that the mandate names
            follow = False
            name = urlsplit(url).hostname or ""
            for address in (name,) if is_literal(name) else await self.door.resolver.addresses(name, self.budget):
                self._active(address)
        return await self.door.http.get(url, self.budget, follow=follow, max_body=max_body, verify=verify)

    async def talk(self, name: str) -> SmtpTalk:
        return await self.door.smtp.talk(name, self.budget)

    async def handshake(self, name: str, port: int = 443) -> Handshake:
        return await self.door.tls.handshake(name, port, self.budget)

    async def ask(self, name: str, hello: ClientHello, port: int = 443) -> ServerHello | TlsAlert:
        return await self.door.tls.ask(name, hello, port, self.budget)

    async def scan(self, address: str, ports: tuple[int, ...]) -> dict[int, PortState]:
        self._active(address)
        return await self.door.ports.scan(address, ports, self.budget)

    async def converse(
        self, address: str, port: int, *messages: Message, max_bytes: int = 2_048, seconds: float = 3.0, tls_after: bytes = b""
    ) -> bytes:
        self._active(address)
        return await self.door.ports.converse(address, port, messages, self.budget, max_bytes, seconds, tls_after)

    async def nmap(self, address: str, ports: tuple[int, ...]) -> tuple[NmapService, ...]:
        self._active(address)
        return await self.door.ports.nmap(address, ports, self.budget)

    async def exchange(
        self, address: str, port: int, question: bytes, again: bytes = b"", *, moves: bool = False
    ) -> bytes | Absent:
        self._active(address)
        return await self.door.datagrams.exchange(address, port, (question, again or question), self.budget, moves=moves)

    def _active(self, address: str) -> None:
        """The second lock: whatever a probe declares, nothing active leaves towards an address nobody named."""
        refused = self.door.refusal(max(self.level, Level.ACTIVE), self.subject) or address_refusal(self.door.mandate, address)
        if self.level is Level.PASSIVE:
            raise RuntimeError("a passive probe asked for ports; declare it @probe(level=Level.ACTIVE)")
        if refused is not None:
            raise NetFailure(refused.reason, refused.detail)
