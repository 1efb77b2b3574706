"""Which resolvers are asked: those of the settings, else those of this machine."""

from __future__ import annotations

from collections.abc import Sequence

import dns.exception
import dns.resolver

from scanner.settings import parse_resolver


def resolver_addresses(configured: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """(address, port) of each resolver, from `address`, `address:port` or `[v6]:port`; empty where none is known."""
    if configured:
        return tuple(parse_resolver(text) for text in configured)
    try:
        found = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError):
        return ()
    return tuple((str(address), 53) for address in found.nameservers)
