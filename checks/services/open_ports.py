"""What listens on a host: a connect scan, then one greeting for each open port."""

from __future__ import annotations

from dataclasses import dataclass

from checks.services.greetings import panels
from checks.services.greetings.dialogues import DIALOGUES, LISTEN, NMAP_NAMES, WEB, lasting, recognise, wants_tls
from checks.services.greetings.greeting import Greeting, evidence, product, version
from checks.services.ports import EXPECTED, RISKY_PORTS, Exposure, display_name, exposure
from scanner.contract import probe
from scanner.model import Host, Level, Observation
from scanner.net import Net, NetFailure, PortState

REFERENCE_PORTS = (80, 443)  # what the town shows the world; open, they prove that silence elsewhere is a filter
MAX_GREETINGS = 24  # a shield that accepts every connection would otherwise cost one greeting a port
MAX_NMAP = 6

#: Products that say more than their service, and services that go by another word of scanner/products.py.
_NAMED = frozenset({"mariadb", "vsftpd", "proftpd", "pure-ftpd", "dovecot", "cyrus", "courier"})
_WORDS = {"winbox": "mikrotik", "mikrotik-api": "mikrotik", "docker": "docker", "pop3": "mailbox", "imap": "mailbox"}


@dataclass(frozen=True, slots=True)
class Service:
    """One TCP port of the host. `greeting` is None where it is not open, or nothing proved who listens.

    `sent` is what the service sent us, bounded, bytes outside printable ASCII as \\xNN.
    """

    port: int
    state: PortState
    greeting: Greeting | None = None
    sent: str = ""

    @property
    def label(self) -> str:
        """`3306 (MariaDB 10.5.23)`."""
        if self.greeting is None:
            return str(self.port)
        name = self.greeting.product or display_name(self.greeting.service)
        return f"{self.port} ({f'{name} {self.greeting.version}'.strip()})"


@dataclass(frozen=True, slots=True)
class OpenPorts(Observation):
    """Every port that was asked, by number."""

    OBSERVATION_VERSION = 2  # greetings tell `clear_login`, and PostgreSQL whom it lets in

    services: tuple[Service, ...]

    def runs(self) -> tuple[str, ...]:
        return tuple(_word(service.greeting) for service in self.services if service.greeting is not None)


@probe(seconds=150, level=Level.ACTIVE)
async def open_ports(host: Host, net: Net) -> OpenPorts:
    """Knock at each risky port, then greet those that are open, the gravest first."""
    states = await net.ports.scan(host.name, (*REFERENCE_PORTS, *RISKY_PORTS))
    opened = [port for port in RISKY_PORTS if states.get(port) is PortState.OPEN]
    greeted = [await _greet(host.name, port, net) for port in opened[:MAX_GREETINGS]]
    known = {service.port: service for service in await _ask_nmap(host.name, greeted, net)}
    return OpenPorts(tuple(known.get(port, Service(port, states[port])) for port in sorted(states)))


async def _greet(address: str, port: int, net: Net) -> Service:
    """One conversation; a second one inside TLS where the first asked for it. A failure leaves the port unrecognised."""
    expected = EXPECTED[port]
    dialogue = DIALOGUES.get(expected, LISTEN)
    try:
        data = await net.ports.converse(
            address, port, *dialogue.messages, max_bytes=dialogue.max_bytes, tls_after=dialogue.tls_after
        )
    except NetFailure as failure:
        return Service(port, PortState.OPEN, sent=evidence(str(failure).encode("ascii", "replace")))
    if expected in WEB and wants_tls(data):
        inside = await _greet_inside_tls(address, port, expected, net)
        if inside is not None:
            return inside
    greeting = recognise(expected, data)
    return Service(port, PortState.OPEN, greeting, evidence(lasting(greeting, data)))


async def _greet_inside_tls(address: str, port: int, expected: str, net: Net) -> Service | None:
    literal = f"[{address}]" if ":" in address else address
    url = f"https://{literal}:{port}{panels.PATHS.get(expected, '/')}"
    try:
        answer = await net.http.get(url, follow=False, max_body=panels.MAX_BODY)
    except NetFailure:
        return None
    page = panels.from_response(answer)
    sent = "; ".join(f"{name}: {value}" for name, value in answer.headers[:5])
    return Service(
        port, PortState.OPEN, panels.recognise(page, expected, tls=True), evidence(f"HTTP {page.status}; {sent}".encode())
    )


async def _ask_nmap(address: str, services: list[Service], net: Net) -> list[Service]:
    """nmap's opinion on what stayed unrecognised; without nmap they stay so. A name without a product is only its guess."""
    unknown = tuple(service.port for service in services if service.greeting is None)[:MAX_NMAP]
    if not unknown:
        return services
    try:
        opinions = {opinion.port: opinion for opinion in await net.ports.nmap(address, unknown)}
    except NetFailure:
        return services
    named = []
    for service in services:
        opinion = opinions.get(service.port)
        ours = NMAP_NAMES.get(opinion.name) if opinion is not None and opinion.product else None
        if opinion is not None and ours is not None and service.greeting is None:
            greeting = Greeting(ours, product(opinion.product), version(opinion.version))
            service = Service(service.port, service.state, greeting, service.sent)
        named.append(service)
    return named


def _word(greeting: Greeting) -> str:
    """What listens, in a word of scanner/products.py where there is one for it."""
    named = greeting.product.lower()
    if named in _NAMED:
        return named
    console = exposure(greeting.service) is Exposure.MANAGEMENT
    return _WORDS.get(greeting.service, "console" if console else greeting.service)
