"""The name servers of the laboratory: knot for root and top-level domains, knot for the hoster, unbound for the scanner.

Root and hoster are separate, or a lame delegation would be answered by the server that made it. A zone may
name other servers than the hoster's two: any address in 198.18.253.0/24 or 198.18.254.0/24 answers for it,
except LAME (a server that knows no zone) and SILENT (packets are dropped).
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

import dns.exception
import dns.message
import dns.query
import dns.rdatatype
import dns.rdtypes.ANY.DNSKEY

from tests.lab.model import Zone
from tests.lab.real import zonefiles
from tests.lab.real.datagrams import answers
from tests.lab.real.model import Daemon, Denial

LAME = ("198.18.254.99", "198.18.253.99")
SILENT = ("198.18.254.98", "198.18.253.98")
NETWORKS = tuple(
    ipaddress.ip_network(text) for text in ("198.18.253.0/24", "198.18.254.0/24", "2001:db8:253::/48", "2001:db8:254::/48")
)
#: nft rules of the world.
FIREWALL = f"ip daddr {{ {', '.join(SILENT)} }} drop\n"
RESOLVER_LOOPBACK = "127.0.0.1"
PACKAGES = ("knot", "unbound")
_DNSKEY_SECONDS = 20.0
#: How knot signs a zone by itself: lines of the zone, and the policies that they name.
_SIGNING: Mapping[Denial, str] = {
    Denial.BLACK_LIES: "    module: mod-onlinesign\n",
    Denial.NSEC3: "    dnssec-signing: on\n    dnssec-policy: nsec3\n",
    Denial.NSEC3_OPT_OUT: "    dnssec-signing: on\n    dnssec-policy: nsec3-opt-out\n",
}
_POLICIES = "".join(
    f"""  - id: {name}
    algorithm: ecdsap256sha256
    single-type-signing: on
    nsec3: on
    nsec3-iterations: 0
    nsec3-salt-length: 0
    nsec3-opt-out: {opt_out}
"""
    for name, opt_out in (("nsec3", "off"), ("nsec3-opt-out", "on"))
)


class Hosting:
    """The hoster's zones first; then, once it answers, what stands above them."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self._signer = zonefiles.Signer.fresh()
        self._built, self._declared = zonefiles.build_hosted(zones, self._signer)
        self._online = {
            origin: _SIGNING[zonefiles.denial(zone)]
            for origin, zone in self._declared.items()
            if zone.signed and zonefiles.denial(zone) in _SIGNING
        }
        named = zonefiles.name_server_addresses(self._built)
        self.addresses = tuple(sorted(address for address in named if _ours(address)))

    def hoster(self) -> Daemon:
        """Answers for every declared zone."""
        texts = {origin: zone.to_text(relativize=False) for origin, zone in self._built.items()}
        return _knot("dns-hoster", self.addresses, texts, self._online)

    def above(self) -> tuple[tuple[Daemon, ...], str]:
        """The servers of root and top-level domains, the lame one, and the trust anchor; asks the hoster for its own keys."""
        keys = {origin: _dnskey(origin, self.addresses[0]) for origin in self._online}
        above = zonefiles.plant(self._built, self._declared, self._signer, keys)
        root = _knot("dns-root", (zonefiles.ROOT_ADDRESS,), above.above, {})
        other = {"autre.invalid.": zonefiles.elsewhere()}
        return (root, _knot("dns-lame", LAME, other, {})), above.anchor


def resolver(anchor: str, listen: tuple[str, ...]) -> Daemon:
    """Unbound, validating from the laboratory's own root; says why where it refuses (RFC 8914)."""
    lines = """  val-log-level: 2
  log-servfail: yes
  ede: yes
  trust-anchor-file: "{dir}/root.anchor"
  local-zone: "8.b.d.0.1.0.0.2.ip6.arpa." nodefault
"""
    return _unbound("dns-resolver", listen, lines, {"root.anchor": anchor})


def open_resolver(address: str) -> Daemon:
    """Unbound on a town's own address, which looks names up for anybody on the Internet."""
    question = dns.message.make_query(f"ns1.{zonefiles.HOSTER_DOMAIN}", "A", id=1).to_wire()
    found = ipaddress.ip_address(zonefiles.HOSTER_PLACES[0][0]).packed
    made = _unbound(f"unbound-{address}", (address,), '  module-config: "iterator"\n', {})
    return replace(made, wait=((address, 53),), finish=answers(address, 53, question, found))


def guarded_resolver(address: str) -> Daemon:
    """Unbound for the town's own network, which answers REFUSED to who asks from elsewhere."""
    question = dns.message.make_query(".", "NS", id=1).to_wire()
    made = _unbound(f"unbound-{address}", (address,), '  module-config: "iterator"\n  access-control: 192.0.2.0/24 refuse\n', {})
    return replace(made, wait=((address, 53),), finish=answers(address, 53, question, question[:2]))


def _unbound(name: str, listen: tuple[str, ...], lines: str, files: Mapping[str, str]) -> Daemon:
    """Knows the laboratory's root, and answers whoever asks on these addresses; `lines` are of its server clause."""
    interfaces = "".join(f"  interface: {address}\n" for address in listen)
    config = f"""server:
{interfaces}  access-control: 0.0.0.0/0 allow
  directory: "{{dir}}"
  chroot: ""
  username: ""
  pidfile: "{{dir}}/pid"
  use-syslog: no
  logfile: ""
  root-hints: "{{dir}}/root.hints"
{lines}remote-control:
  control-enable: no
"""
    hints = f". 3600000 NS {zonefiles.ROOT_SERVER}\n{zonefiles.ROOT_SERVER} 3600000 A {zonefiles.ROOT_ADDRESS}\n"
    return Daemon(
        name,
        argv=("unbound", "-d", "-c", "{dir}/unbound.conf"),
        files={"unbound.conf": config, "root.hints": hints, **files},
        packages=("unbound",),
    )


def _ours(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    reserved = address in (*SILENT, *LAME, zonefiles.ROOT_ADDRESS)
    return not reserved and any(parsed in network for network in NETWORKS)


def _knot(name: str, addresses: tuple[str, ...], zones: Mapping[str, str], online: Mapping[str, str]) -> Daemon:
    """`online` are the lines of the zones that it signs itself."""
    listen = ", ".join(f"{address}@53" for address in addresses)
    declared = "".join(f"  - domain: {origin}\n    file: {_file(origin)}\n{online.get(origin, '')}" for origin in zones)
    config = f"""server:
  rundir: "{{dir}}"
  listen: [ {listen} ]
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: warning
database:
  storage: "{{dir}}/keys"
policy:
{_POLICIES}template:
  - id: default
    storage: "{{dir}}/zones"
    journal-content: none
    zonefile-sync: -1
    semantic-checks: off
zone:
{declared}"""
    return Daemon(
        name=name,
        argv=("knotd", "-c", "{dir}/knot.conf"),
        files={"knot.conf": config, "keys/empty": "", **{f"zones/{_file(origin)}": text for origin, text in zones.items()}},
        wait=tuple((address, 53) for address in addresses[:2]),
        packages=("knot",),
    )


def _file(origin: str) -> str:
    return f"{origin.rstrip('.') or 'root'}.zone"


def _dnskey(origin: str, server: str) -> dns.rdtypes.ANY.DNSKEY.DNSKEY:
    """The key that a zone which the server signs has got from it. Raises TimeoutError."""
    query = dns.message.make_query(origin, "DNSKEY", want_dnssec=True)
    deadline = time.monotonic() + _DNSKEY_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = dns.query.tcp(query, server, timeout=2)
        except (OSError, EOFError, dns.exception.DNSException):
            time.sleep(0.2)
            continue
        for rrset in answer.answer:
            if rrset.rdtype == dns.rdatatype.DNSKEY:
                key = rrset[0]
                assert isinstance(key, dns.rdtypes.ANY.DNSKEY.DNSKEY)
                return key
        time.sleep(0.2)
    raise TimeoutError(f"{origin}: {server} shows no DNSKEY")
