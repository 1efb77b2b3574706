"""The name servers of the domain: how many, and how far apart."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import RFC_1034, RFC_2182
from scanner.because import Because
from scanner.contract import check, probe
from scanner.discovery import NameServer, Ns
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Fact,
    Flaw,
    NotApplicable,
    Observation,
    Reason,
    Severity,
    Unknown,
    Verdict,
)
from scanner.net import Net, NetFailure

IPV4_NETWORK, IPV6_NETWORK = 24, 48  # prefix lengths: the smallest blocks that the Internet routes


@dataclass(frozen=True, slots=True)
class NameServerPlaces(Observation):
    """The name servers with every address that matters; None where an address that matters was not seen."""

    servers: tuple[NameServer, ...]


@probe(seconds=15)
async def name_server_places(domain: Domain, ns: Ns, net: Net) -> NameServerPlaces:
    """Discovery asks name servers for IPv4 only; their IPv6 addresses matter where IPv4 leaves them all together."""
    servers = []
    together = len(ns.servers) > 1 and in_one_network(ns.servers) is not None
    for server in ns.servers:
        wanted = together and server.addresses and all(":" not in address for address in server.addresses)
        servers.append(await _with_ipv6(server, net) if wanted else server)
    return NameServerPlaces(tuple(servers))


async def _with_ipv6(server: NameServer, net: Net) -> NameServer:
    try:
        answer = await net.dns.lookup(server.name, "AAAA")
    except NetFailure:
        return NameServer(server.name, None)
    more = () if isinstance(answer, Absent) else answer.texts
    return NameServer(server.name, (*(server.addresses or ()), *more))


def on_one_address(servers: tuple[NameServer, ...]) -> bool:
    """Whether servers with known addresses are one machine: they share an address, and have no other of its family."""
    placed = [frozenset(server.addresses) for server in servers if server.addresses]
    if len(placed) < 2:
        return True
    everywhere = frozenset[str]().union(*placed)
    families = [ipaddress.ip_address(address).version for address in everywhere]
    return bool(placed[0].intersection(*placed[1:])) and max(families.count(4), families.count(6)) <= 1


def networks(servers: tuple[NameServer, ...], version: int, prefix: int) -> list[str]:
    """The distinct networks of one IP version that hold a server, in order."""
    found = {
        str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
        for server in servers
        for address in server.addresses or ()
        if ipaddress.ip_address(address).version == version
    }
    return sorted(found)


def in_one_network(servers: tuple[NameServer, ...]) -> tuple[str, ...] | None:
    """The one IPv4 /24 and the one IPv6 /48 of all servers, None where they are spread or where no family holds them all."""
    placed = [server for server in servers if server.addresses]
    fourth, sixth = networks(servers, 4, IPV4_NETWORK), networks(servers, 6, IPV6_NETWORK)
    if len(fourth) > 1 or len(sixth) > 1:
        return None
    for version in (4, 6):
        if all(any(ipaddress.ip_address(address).version == version for address in server.addresses or ()) for server in placed):
            return (*fourth, *sixth)
    return None


def _facts(ns: NameServerPlaces) -> dict[str, Fact]:
    addresses = sorted({address for server in ns.servers for address in server.addresses or ()})
    return {"servers": tuple(server.name for server in ns.servers), "addresses": tuple(addresses)}


def _evidence(ns: NameServerPlaces) -> tuple[str, ...]:
    return tuple(f"NS {server.name} {' '.join(server.addresses or ())}".strip()[:500] for server in ns.servers[:20])


def _unseen(ns: NameServerPlaces) -> Unknown | None:
    names = [server.name for server in ns.servers if server.addresses is None]
    return Unknown(Reason.DNS_FAILURE, names[0], Because.NAME_SERVER_UNSEEN) if names else None


@check(
    "dns.ns-redundancy",
    severity=Severity.MEDIUM,
    references=(RFC_1034, RFC_2182),
    actor=Actor.DNS_HOST,
    effort=Effort.HOURS,
    variants=("one-address",),
)
def ns_redundancy(domain: Domain, ns: NameServerPlaces) -> Iterator[Verdict]:
    """The domain hangs on a single name server; variant one-address: on several names for one machine."""
    if len(ns.servers) < 2:
        yield Flaw(_facts(ns), evidence=_evidence(ns))
        return
    seen = tuple(server for server in ns.servers if server.addresses)
    if len(seen) >= 2 and not on_one_address(seen):
        return
    unseen = _unseen(ns)
    if unseen is not None:
        yield unseen
    elif seen:
        yield Flaw(_facts(ns), evidence=_evidence(ns), variant="one-address")
    else:
        yield Unknown(Reason.UNDETERMINED, because=Because.NAME_SERVERS_WITHOUT_ADDRESS)


@check(
    "dns.ns-one-network",
    severity=Severity.LOW,
    references=(RFC_2182,),
    actor=Actor.DNS_HOST,
    effort=Effort.HOURS,
)
def ns_one_network(domain: Domain, ns: NameServerPlaces) -> Iterator[Verdict]:
    """All name servers stand in one network, and fall together with it."""
    placed = tuple(server for server in ns.servers if server.addresses)
    together = in_one_network(placed)
    if len(placed) >= 2 and together is None:
        return
    unseen = _unseen(ns)
    if unseen is not None:
        yield unseen
    elif len(placed) < 2 or on_one_address(placed):
        yield NotApplicable("a single name server: see dns.ns-redundancy")
    elif together is not None:
        yield Flaw({**_facts(ns), "networks": together}, evidence=_evidence(ns))
