"""The towns' zones, the `fr` above them and the reverse names below, as one tree of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import dns.reversename
import dns.rrset
import dns.zone

from tests.lab.model import Answering, Zone

MAX_ALIASES = 8
_SOA = "@ 3600 IN SOA ns.laboratoire.fr. hostmaster.laboratoire.fr. 2026110101 7200 3600 1209600 300\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the resolver found, aliases first; `authority` holds the SOA of a negative answer."""

    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    records: tuple[dns.rrset.RRset, ...] = ()
    authority: tuple[dns.rrset.RRset, ...] = ()
    secure: bool = False
    manner: Answering | None = None


@dataclass(slots=True)
class _Loaded:
    origin: dns.name.Name
    signed: bool
    records: dict[tuple[dns.name.Name, dns.rdatatype.RdataType], dns.rrset.RRset]
    misbehaving: Mapping[str, Answering] = field(default_factory=dict)
    names: set[dns.name.Name] = field(default_factory=set)  # with the empty non-terminals (RFC 8020)

    def __post_init__(self) -> None:
        for name, _ in self.records:
            while name.is_subdomain(self.origin):
                self.names.add(name)
                if name == self.origin:
                    break
                name = name.parent()

    def manner(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Answering | None:
        relative = name.relativize(self.origin).to_text()
        for key in (f"{relative} {dns.rdatatype.to_text(rdtype)}", relative, "*"):
            if key in self.misbehaving:
                return self.misbehaving[key]
        return None

    def find(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> dns.rrset.RRset | None:
        """The records of a name, through the wildcard of its closest encloser where it does not exist (RFC 4592)."""
        if name in self.names:
            return self.records.get((name, rdtype))
        wild = self.records.get((self._wildcard(name), rdtype))
        return dns.rrset.from_rdata_list(name, wild.ttl, list(wild)) if wild else None

    def exists(self, name: dns.name.Name) -> bool:
        """Whether the answer is NOERROR rather than NXDOMAIN."""
        return name in self.names or self._wildcard(name) in self.names

    def _wildcard(self, name: dns.name.Name) -> dns.name.Name:
        while name not in self.names and name != self.origin:
            name = name.parent()
        return dns.name.from_text("*", name)

    @property
    def soa(self) -> dns.rrset.RRset:
        return self.records[self.origin, dns.rdatatype.SOA]


class Zones:
    """Every zone of the laboratory; what lies outside does not exist."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        declared = {zone.domain: zone for zone in zones}
        self._zones: dict[dns.name.Name, _Loaded] = {}
        for zone in (*_above(declared.values()), *declared.values()):
            self._load(zone)
        self._load(_reverse(self._zones.values()))

    def resolve(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Answer:
        """Follow aliases to the end; secure only where every zone on the way is signed."""
        records: list[dns.rrset.RRset] = []
        secure = True
        for _ in range(MAX_ALIASES):
            zone = self._zone(name, rdtype)
            manner = zone.manner(name, rdtype)
            secure = secure and zone.signed
            found = zone.find(name, rdtype)
            alias = None if found else zone.find(name, dns.rdatatype.CNAME)
            if found is not None:
                return Answer(records=(*records, found), secure=secure, manner=manner)
            if alias is None or manner is not None:
                rcode = dns.rcode.NOERROR if zone.exists(name) else dns.rcode.NXDOMAIN
                return Answer(rcode, tuple(records), (zone.soa,), secure, manner)
            records.append(alias)
            name = alias[0].target
        return Answer(manner=Answering.SERVFAIL)

    def _zone(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> _Loaded:
        """The closest zone above a name; a DS stands on the parent's side (RFC 4035 2.4)."""
        start = name.parent() if rdtype == dns.rdatatype.DS and name in self._zones and name != dns.name.root else name
        while start not in self._zones:
            start = start.parent()
        return self._zones[start]

    def _load(self, zone: Zone) -> None:
        origin = dns.name.from_text(zone.domain)
        keys = f"@ 3600 IN DNSKEY 257 3 13 {'mdsswUyr3DPW132mOi8V9xESWE8jTo0d' * 2}mQ==\n" if zone.signed else ""
        parsed = dns.zone.from_text(_SOA + keys + zone.records, origin=origin, relativize=False, check_origin=False)
        records = {
            (name, rdataset.rdtype): dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset))
            for name, node in parsed.nodes.items()
            for rdataset in node.rdatasets
        }
        self._zones[origin] = _Loaded(origin, zone.signed, records, zone.misbehaving)


def _above(zones: Iterable[Zone]) -> tuple[Zone, ...]:
    """The root and `fr`, both signed, with a delegation of each zone, and a DS for those that are signed."""
    top = "@ 3600 IN NS ns.laboratoire.fr.\n"
    delegations = "".join(_delegation(zone) for zone in zones)
    country = Zone("fr", top + "ns.laboratoire 3600 IN A 127.66.255.53\n" + delegations, signed=True)
    return Zone(".", top + _delegation(country), signed=True), country


def _delegation(zone: Zone) -> str:
    signer = f"{zone.domain}. 3600 IN DS 1234 13 2 {sha256(zone.domain.encode()).hexdigest()}\n" if zone.signed else ""
    return f"{zone.domain}. 3600 IN NS ns.laboratoire.fr.\n{signer}"


def _reverse(zones: Iterable[_Loaded]) -> Zone:
    """The PTR records of every IPv4 address, the first name that bears it."""
    names: dict[str, str] = {}
    for zone in zones:
        for (name, rdtype), rrset in zone.records.items():
            if rdtype == dns.rdatatype.A and not name.is_wild():
                for rdata in rrset:
                    names.setdefault(dns.reversename.from_address(rdata.to_text()).to_text(), name.to_text())
    lines = (f"{address} 3600 IN PTR {name}\n" for address, name in names.items() if address.endswith(".127.in-addr.arpa."))
    return Zone("127.in-addr.arpa", "@ 3600 IN NS ns.laboratoire.fr.\n" + "".join(lines))
