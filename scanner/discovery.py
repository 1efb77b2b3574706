"""A domain name in, its subjects and their first facts out. DNS questions only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from scanner.landscape import Landscape, Seen, Sight
from scanner.model import (
    Absent,
    Domain,
    Host,
    MailServer,
    Observation,
    Proof,
    Reason,
    Site,
    Subject,
    Trace,
    TraceKind,
    Unobserved,
)
from scanner.net.types import Dns, NetFailure, Records

MAX_SERVERS = 6  # name servers, and mail servers, that are looked at
MAX_HOSTS = 8


@dataclass(frozen=True, slots=True)
class Addresses(Observation):
    """The A and AAAA records of a site or mail server, in the resolver's order, sorted.

    `ipv6_unseen` is true when the AAAA question failed although A was answered (and the reverse for
    `ipv4_unseen`): the missing family is then not known to be absent.
    """

    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    secure: bool | None = None
    ipv4_unseen: bool = False
    ipv6_unseen: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        """Every address, IPv4 first."""
        return self.ipv4 + self.ipv6

    def traces(self) -> tuple[Trace, ...]:
        aliases = (Trace(TraceKind.CNAME, name) for name in self.aliases)
        return (*aliases, *(Trace(TraceKind.ADDRESS, address) for address in self.all))


@dataclass(frozen=True, slots=True)
class NameServer:
    """One name server of the domain with its addresses (empty when it has none, None when not seen)."""

    name: str
    addresses: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Ns(Observation):
    """The NS records of the domain, sorted by name."""

    servers: tuple[NameServer, ...]
    secure: bool | None = None

    def traces(self) -> tuple[Trace, ...]:
        return tuple(Trace(TraceKind.NS, server.name) for server in self.servers)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One MX record."""

    preference: int
    name: str


@dataclass(frozen=True, slots=True)
class Mx(Observation):
    """The MX records of the domain, best first. Null MX (RFC 7505) is Absent(NULL_MX), none is Absent(NODATA)."""

    exchanges: tuple[Exchange, ...]
    secure: bool | None = None

    def traces(self) -> tuple[Trace, ...]:
        return tuple(Trace(TraceKind.MX, exchange.name) for exchange in self.exchanges)


#: The observations that discovery itself brings, in no particular order.
DISCOVERED: tuple[type[Observation], ...] = (Addresses, Ns, Mx)


async def discover(domain: Domain, dns: Dns) -> tuple[Landscape, Seen]:
    """The subjects of a domain and their first facts. Never raises NetFailure: what failed is Unobserved.

    Hosts are the IPv4 addresses of the town's own names; IPv6 addresses are recorded, not scanned.
    """
    sites = (Site(domain.name, domain), Site(f"www.{domain.name}", domain))
    async with asyncio.TaskGroup() as group:
        ns = group.create_task(_name_servers(domain.name, dns))
        mx = group.create_task(_exchanges(domain.name, dns))
        homes = [group.create_task(_addresses(site.name, dns, both=True)) for site in sites]
    exchanges = mx.result()
    names = dict.fromkeys(exchange.name for exchange in exchanges.exchanges) if isinstance(exchanges, Mx) else ()
    mail_servers = tuple(MailServer(name) for name in names)  # one server may stand in several records
    async with asyncio.TaskGroup() as group:
        places = [group.create_task(_addresses(server.name, dns, both=False)) for server in mail_servers]

    seen = Seen()
    seen.record(domain, Ns, ns.result())
    seen.record(domain, Mx, exchanges)
    links: dict[Subject, tuple[Subject, ...]] = {}
    hosts: dict[Host, None] = {}
    for subject, task in zip((*sites, *mail_servers), (*homes, *places), strict=True):
        sight = task.result()
        seen.record(subject, Addresses, sight)
        own = isinstance(subject, Site) or subject.name.endswith("." + domain.name)
        if own and isinstance(sight, Addresses):
            links[subject] = tuple(Host(address) for address in sight.ipv4)
            hosts.update(dict.fromkeys(links[subject]))  # type: ignore[arg-type]
    found = tuple(hosts)[:MAX_HOSTS]
    links[domain] = (*sites, *mail_servers, *found)
    return Landscape(domain, (domain, *sites, *mail_servers, *found), links), seen


async def _ask(name: str, rdtype: str, dns: Dns) -> Records | Absent | Unobserved:
    try:
        return await dns.lookup(name, rdtype)
    except NetFailure as failure:
        return failure.unobserved()


async def _addresses(name: str, dns: Dns, *, both: bool) -> Sight:
    """A, and AAAA where both are wanted or A is absent."""
    ipv4 = await _ask(name, "A", dns)
    ipv6 = await _ask(name, "AAAA", dns) if both or isinstance(ipv4, Absent) else None
    records = [answer for answer in (ipv4, ipv6) if isinstance(answer, Records)]
    if records:
        return Addresses(
            ipv4=ipv4.texts if isinstance(ipv4, Records) else (),
            ipv6=ipv6.texts if isinstance(ipv6, Records) else (),
            aliases=records[0].aliases,
            secure=records[0].secure,
            ipv4_unseen=isinstance(ipv4, Unobserved),
            ipv6_unseen=ipv6 is None or isinstance(ipv6, Unobserved),
        )
    unseen = next((answer for answer in (ipv4, ipv6) if isinstance(answer, Unobserved)), None)
    return unseen or (ipv4 if isinstance(ipv4, Absent) else Unobserved(Reason.DNS_FAILURE, name))


async def _name_servers(name: str, dns: Dns) -> Sight:
    answer = await _ask(name, "NS", dns)
    if not isinstance(answer, Records):
        return answer
    names = answer.texts[:MAX_SERVERS]
    sights = await asyncio.gather(*(_addresses(server, dns, both=False) for server in names))
    servers = tuple(NameServer(server, _known(sight)) for server, sight in zip(names, sights, strict=True))
    return Ns(servers, answer.secure)


def _known(sight: Sight) -> tuple[str, ...] | None:
    if isinstance(sight, Addresses):
        return sight.all
    return () if isinstance(sight, Absent) else None


async def _exchanges(name: str, dns: Dns) -> Sight:
    answer = await _ask(name, "MX", dns)
    if not isinstance(answer, Records):
        return answer
    exchanges = []
    for text in answer.texts:
        preference, _, target = text.partition(" ")
        exchanges.append(Exchange(int(preference), target))
    if [exchange.name for exchange in exchanges] == ["."]:
        return Absent(Proof.NULL_MX, f"{name} MX 0 .")
    best = sorted(
        (exchange for exchange in exchanges if exchange.name != "."), key=lambda exchange: (exchange.preference, exchange.name)
    )
    return Mx(tuple(best[:MAX_SERVERS]), answer.secure)
