"""Networks to stand in: resolvers that are honest, careless, internal or silent, and a canary that tells the time."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import dns.flags
import dns.message
import dns.rcode

from scanner.net.door import Premises
from scanner.settings import NetworkSettings
from tests.lab.dns_server import DnsServer
from tests.lab.lab import ALLOWED, Lab
from tests.lab.listeners import Listeners
from tests.lab.model import Answering, FullQueue, Headers, MailHost, MailManner, Page, Town, VirtualHost, WebServer, Zone

CANARY = "temoin-exemple.fr"
BOGUS = "faux-exemple.fr"
WEB, MX = "127.66.90.1", "127.66.90.25"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def zone(domain: str, address: str, *, primary: str = "", www: bool = True, mx: str = "") -> Zone:
    """A domain and its `www` at one address; `primary` makes it another zone than the world's."""
    lines = [f"@ 3600 IN SOA {primary}. hostmaster.{primary}. 7 7200 3600 1209600 300"] if primary else []
    lines += ["@ 3600 IN NS ns1", "ns1 3600 IN A 127.66.90.53", f"@ 3600 IN A {address}"]
    lines += [f"www 3600 IN A {address}"] if www else []
    lines += [f"@ 3600 IN MX {mx}"] if mx else []
    return Zone(domain, "\n".join(lines) + "\n", signed=True)


def bogus_zone() -> Zone:
    """Signed wrongly on purpose."""
    return Zone(BOGUS, zone(BOGUS, WEB).records, signed=True, misbehaving={"*": Answering.BOGUS})


def canary(
    *,
    date: datetime | None = None,
    headers: Headers = (),
    mail: MailManner | None = MailManner.GOOD,
    mx: str = f"10 mx.{CANARY}.",
) -> Town:
    """The syndicate's own domain; `date` is what its site says, `mail` None where port 25 gets no answer."""
    told = (("date", format_datetime(date, usegmt=True)),) if date else ()
    host = VirtualHost((CANARY, f"www.{CANARY}"), secure={"/": Page(200, (*told, *headers), b"bonjour")})
    records = zone(CANARY, WEB, mx=mx).records + f"mx 3600 IN A {MX}\n"
    return Town(
        "temoin", CANARY, (Zone(CANARY, records, signed=True), bogus_zone()), web=(WebServer(WEB, (host,)),),
        mail=(MailHost(f"mx.{CANARY}", MX, mail),) if mail else (), silent=() if mail else (FullQueue(MX, (25,)),),
    )  # fmt: skip


@contextlib.contextmanager
def around(town: Town) -> Iterator[Premises]:
    """Premises that see this town as their canary."""
    with Lab((town,)) as lab:
        premises = Premises(network(lab))
        try:
            yield premises
        finally:
            premises.close()


def network(lab: Lab, **changes: object) -> NetworkSettings:
    """As the laboratory writes it, with the canary named."""
    given: dict[str, object] = {
        "resolvers": (f"{lab.resolver[0]}:{lab.resolver[1]}",),
        "validating": True,
        "allow": ALLOWED,
        "ca_file": lab.ca_file,
        "ports": lab.ports,
        "canary": CANARY,
        "bogus_name": BOGUS,
    }
    return NetworkSettings.model_validate(given | changes)


@contextlib.contextmanager
def resolver(*zones: Zone) -> Iterator[tuple[str, int]]:
    """A validating resolver that knows these zones."""
    listeners = Listeners()
    server = DnsServer(zones, listeners)
    listeners.start()
    server.start()
    try:
        yield "127.0.0.1", server.port
    finally:
        server.close()
        listeners.close()


@contextlib.contextmanager
def careless(behind: tuple[str, int], *, claims: bool = False) -> Iterator[tuple[str, int]]:
    """A forwarder that verifies nothing: it asks with CD, and hands out what it gets; `claims`: with AD all the same."""
    with _udp(lambda wire: _forwarded(wire, behind, claims)) as server:
        yield server


@contextlib.contextmanager
def silent() -> Iterator[tuple[str, int]]:
    """A resolver that hears and never answers."""
    with _udp(lambda wire: None) as server:
        yield server


@contextlib.contextmanager
def refusing() -> Iterator[tuple[str, int]]:
    """A resolver that does not know us."""

    def refused(wire: bytes) -> bytes:
        reply = dns.message.make_response(dns.message.from_wire(wire))
        reply.set_rcode(dns.rcode.REFUSED)
        return reply.to_wire()

    with _udp(refused) as server:
        yield server


def later(**time: float) -> datetime:
    """So much after NOON."""
    return NOON + timedelta(**time)


def _forwarded(wire: bytes, behind: tuple[str, int], claims: bool) -> bytes | None:
    query = dns.message.from_wire(wire)
    query.flags |= dns.flags.CD
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(query.to_wire(), behind)
        reply = dns.message.from_wire(sock.recv(65_535))
    reply.flags = reply.flags | dns.flags.AD if claims else reply.flags & ~dns.flags.AD
    return reply.to_wire()


@contextlib.contextmanager
def _udp(answer: Callable[[bytes], bytes | None]) -> Iterator[tuple[str, int]]:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                wire, client = sock.recvfrom(65_535)
            except OSError:
                return
            if not client:
                return
            reply = answer(wire)
            if reply is not None:
                sock.sendto(reply, client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield sock.getsockname()
    finally:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        sock.close()
