"""Which addresses may be asked at all (DESIGN 5, "Addresses"). Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: IPv6 ranges that carry an IPv4 address inside, and could lead to a private one: NAT64, 6to4, Teredo.
_CARRIERS = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))


class AddressPolicy:
    """Refuses everything that is not a public unicast address, but for the named laboratory ranges."""

    def __init__(self, allow: Iterable[Network] = (), deny: Iterable[Network] = ()) -> None:
        self._allow = tuple(allow)
        self._deny = tuple(deny)

    def refusal(self, text: str) -> str:
        """Why this address literal is not asked, "" where it may be."""
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return f"{text[:60]!r} is not an IP address"
        if isinstance(address, ipaddress.IPv6Address) and (mapped := address.ipv4_mapped) is not None:
            return f"{text} is an IPv4-mapped form of {mapped}"
        if _in(address, self._deny):
            return f"{text} is in the denied ranges of the settings"
        if _in(address, self._allow):
            return ""
        if _in(address, _CARRIERS):
            return f"{text} carries an IPv4 address"
        if address.is_multicast or not address.is_global:
            return f"{text} is not a public address"
        return ""


def _in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
