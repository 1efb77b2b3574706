"""Builds and signs the zones of the laboratory, from its towns up to the root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import dns.dnssec
import dns.name
import dns.node
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.DNSKEY
import dns.rdtypes.ANY.DS
import dns.rdtypes.ANY.RRSIG
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

from tests.lab.model import Zone
from tests.lab.real.model import Denial, RealZone, ZoneFault

ROOT_SERVER, ROOT_ADDRESS = "ns.racine.", "198.18.254.1"
HOSTER_DOMAIN = "hebergeur-dns.fr"
#: (IPv4, IPv6) of the two name servers of zones that name none; in two networks.
HOSTER_PLACES = (("198.18.254.53", "2001:db8:254::53"), ("198.18.253.53", "2001:db8:253::53"))
_SOA = "@ 3600 IN SOA ns1.hebergeur-dns.fr. hostmaster.hebergeur-dns.fr. 2026110101 7200 3600 1209600 300\n"
_DEFAULT_NS = "".join(f"@ 3600 IN NS ns{number}.{HOSTER_DOMAIN}.\n" for number in (1, 2))

_ALTERED: Mapping[ZoneFault, frozenset[dns.rdatatype.RdataType]] = {
    ZoneFault.BOGUS: frozenset(),
    ZoneFault.ADDRESS_BOGUS: frozenset({dns.rdatatype.A, dns.rdatatype.AAAA}),
}
_UNASSIGNED = 200  # IANA's registry of DNSSEC algorithm numbers has nothing there

HOSTER = Zone(
    HOSTER_DOMAIN,
    _DEFAULT_NS
    + "".join(
        f"ns{number} 3600 IN A {ipv4}\nns{number} 3600 IN AAAA {ipv6}\n" for number, (ipv4, ipv6) in enumerate(HOSTER_PLACES, 1)
    ),
    signed=True,
)


@dataclass(frozen=True, slots=True)
class Signer:
    """One key for every zone: it signs keys and records alike (a combined signing key)."""

    key: ec.EllipticCurvePrivateKey
    dnskey: dns.rdtypes.ANY.DNSKEY.DNSKEY

    @classmethod
    def fresh(cls) -> Signer:
        key = ec.generate_private_key(ec.SECP256R1())
        dnskey = dns.dnssec.make_dnskey(key.public_key(), "ECDSAP256SHA256", flags=257)
        return cls(key, dnskey)

    def ds(self, origin: dns.name.Name) -> dns.rdtypes.ANY.DS.DS:
        """What the parent says of it (SHA-256)."""
        return dns.dnssec.make_ds(origin, self.dnskey, "SHA256")

    def sign(self, zone: dns.zone.Zone, fault: ZoneFault = ZoneFault.NONE) -> None:
        """Sign every record and add NSEC; then break it as asked."""
        assert zone.origin is not None
        end = datetime.now(UTC) + timedelta(days=-10 if fault is ZoneFault.EXPIRED else 30)
        with zone.writer() as txn:
            dns.dnssec.sign_zone(
                zone, txn, [(self.key, self.dnskey)], inception=end - timedelta(days=40), expiration=end, dnskey_ttl=3600
            )
        if fault in _ALTERED:
            _tamper(zone, _ALTERED[fault])


@dataclass(slots=True)
class Above:
    """What stands above the towns: the trust anchor, and the root and top-level domains as zone files by origin."""

    anchor: str
    above: dict[str, str] = field(default_factory=dict)


def build_hosted(zones: Iterable[Zone], signer: Signer) -> tuple[dict[str, dns.zone.Zone], dict[str, Zone]]:
    """The declared zones, children before parents, each with its delegations; and what was declared, by origin."""
    declared = _distinct((HOSTER, *zones))
    built: dict[str, dns.zone.Zone] = {}
    for origin in sorted(declared, key=lambda name: -name.count(".")):
        zone = declared[origin]
        built[origin] = parsed = _parse(zone)
        for child in [name for name in built if _parent(name, declared) == origin]:
            _delegate(parsed, built[child], declared[child], signer, {})
        if zone.signed and denial(zone) is Denial.NSEC:
            signer.sign(parsed, _fault(zone))
    return built, declared


def plant(
    built: Mapping[str, dns.zone.Zone],
    declared: Mapping[str, Zone],
    signer: Signer,
    online: Mapping[str, dns.rdtypes.ANY.DNSKEY.DNSKEY],
) -> Above:
    """The root and the top-level domains over the hosted zones. `online` are the keys that a server signs with by itself."""
    tree = Above(anchor=f". IN DS {signer.ds(dns.name.root)}\n")
    tops = {origin.rstrip(".").rpartition(".")[2] + "." for origin in built}
    root = _top(".")
    for name in sorted(tops):
        top = _top(name)
        for origin, zone in built.items():
            if _parent(origin, declared) is None and origin.endswith("." + name):
                _delegate(top, zone, declared[origin], signer, online)
        signer.sign(top)
        _delegate(root, top, Zone(name, "", signed=True), signer, {})
        tree.above[name] = top.to_text(relativize=False)
    signer.sign(root)
    tree.above["."] = root.to_text(relativize=False)
    return tree


def elsewhere() -> str:
    """A zone that nothing leads to."""
    return _top("autre.invalid.").to_text(relativize=False)


def name_server_addresses(built: Mapping[str, dns.zone.Zone]) -> frozenset[str]:
    """Every address of a name that an NS record of these zones points to, as far as these zones know it."""
    places: dict[dns.name.Name, set[str]] = {}
    servers: set[dns.name.Name] = set()
    for zone in built.values():
        for name, _, rdata in zone.iterate_rdatas():
            if rdata.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
                places.setdefault(name, set()).add(rdata.to_text())
            elif rdata.rdtype == dns.rdatatype.NS:
                servers.add(rdata.target)  # type: ignore[attr-defined]
    return frozenset(address for server in servers for address in places.get(server, ()))


def denial(zone: Zone) -> Denial:
    """How a zone proves that a name is not there, should it be signed."""
    return zone.denial if isinstance(zone, RealZone) else Denial.NSEC


def _distinct(zones: Iterable[Zone]) -> dict[str, Zone]:
    """By origin with its final dot. Raises ValueError where two towns declare one zone differently."""
    declared: dict[str, Zone] = {}
    for zone in zones:
        origin = zone.domain.rstrip(".").lower() + "."
        if declared.setdefault(origin, zone) != zone:
            raise ValueError(f"two towns declare the zone {zone.domain} differently")
    return declared


def _fault(zone: Zone) -> ZoneFault:
    return zone.fault if isinstance(zone, RealZone) else ZoneFault.NONE


def _parent(origin: str, declared: Mapping[str, Zone]) -> str | None:
    """The closest declared zone above."""
    above = origin.partition(".")[2]
    while above:
        if above in declared:
            return above
        above = above.partition(".")[2]
    return None


def _parse(zone: Zone) -> dns.zone.Zone:
    parsed = dns.zone.from_text(_SOA + zone.records, origin=zone.domain.rstrip(".") + ".", relativize=False, check_origin=False)
    assert parsed.origin is not None
    if parsed.get_rdataset(parsed.origin, "NS") is None:
        return dns.zone.from_text(_SOA + _DEFAULT_NS + zone.records, origin=parsed.origin, relativize=False, check_origin=False)
    return parsed


def _top(name: str) -> dns.zone.Zone:
    glue = f"{ROOT_SERVER} 3600 IN A {ROOT_ADDRESS}\n" if name == "." else ""
    soa = _SOA.replace("ns1.hebergeur-dns.fr.", ROOT_SERVER)
    return dns.zone.from_text(f"{soa}@ 3600 IN NS {ROOT_SERVER}\n{glue}", origin=name, relativize=False, check_origin=False)


def _delegate(
    parent: dns.zone.Zone,
    child: dns.zone.Zone,
    declared: Zone,
    signer: Signer,
    online: Mapping[str, dns.rdtypes.ANY.DNSKEY.DNSKEY],
) -> None:
    """NS with their glue, and DS where the child is signed and its fault is another one."""
    assert child.origin is not None
    servers = child.find_rdataset(child.origin, "NS")
    node = parent.find_node(child.origin, create=True)
    node.replace_rdataset(dns.rdataset.from_rdata_list(3600, list(servers)))
    for server in servers:
        if not server.target.is_subdomain(child.origin):
            continue
        for rdtype in ("A", "AAAA"):
            glue = child.get_rdataset(server.target, rdtype)
            if glue is not None:
                parent.find_node(server.target, create=True).replace_rdataset(dns.rdataset.from_rdata_list(3600, list(glue)))
    fault = _fault(declared)
    if not declared.signed or fault is ZoneFault.NO_DS:
        return
    key = online.get(child.origin.to_text(), signer.dnskey)
    if fault is ZoneFault.WRONG_DS:
        key = Signer.fresh().dnskey
    signed_by = dns.dnssec.make_ds(child.origin, key, "SHA256")
    if fault is ZoneFault.UNKNOWN_ALGORITHM:
        signed_by = signed_by.replace(algorithm=_UNASSIGNED)  # type: ignore[assignment]
    node.replace_rdataset(dns.rdataset.from_rdata(3600, signed_by))


def _tamper(zone: dns.zone.Zone, covered: frozenset[dns.rdatatype.RdataType]) -> None:
    """Turn one bit of the signatures over these types; of all but the keys, which keep the chain whole, where it is empty."""
    with zone.writer() as txn:
        for name in list(zone.nodes):
            for rdataset in list(zone.nodes[name].rdatasets):
                if rdataset.rdtype != dns.rdatatype.RRSIG or rdataset.covers == dns.rdatatype.DNSKEY:
                    continue
                if covered and rdataset.covers not in covered:
                    continue
                altered = [_altered(rdata) for rdata in rdataset]
                txn.replace(name, dns.rdataset.from_rdata_list(rdataset.ttl, altered))


def _altered(rdata: dns.rdtypes.ANY.RRSIG.RRSIG) -> dns.rdtypes.ANY.RRSIG.RRSIG:
    signature = bytes([rdata.signature[0] ^ 1]) + rdata.signature[1:]
    return rdata.replace(signature=signature)  # type: ignore[return-value]
