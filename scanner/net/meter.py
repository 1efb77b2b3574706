"""What a scan cost its hosts, counted where it happens."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field

from scanner.net.cost import Cost, HostCost

_BYTES_ACKED, _BYTES_RECEIVED = 120, 128  # offsets in Linux' struct tcp_info


@dataclass
class _Tally:
    connections: int = 0
    attempts: int = 0
    queries: int = 0
    bytes: int = 0
    datagrams: int = 0


@dataclass
class Meter:
    """Counts of one scan, by address."""

    hosts: dict[str, _Tally] = field(default_factory=dict)

    def at(self, address: str) -> _Tally:
        """The tally of one address."""
        return self.hosts.setdefault(address, _Tally())

    def cost(self, seconds: float) -> Cost:
        """The sum so far."""
        tallies = self.hosts.values()
        return Cost(
            connections=sum(tally.connections for tally in tallies),
            attempts=sum(tally.attempts for tally in tallies),
            dns_queries=sum(tally.queries for tally in tallies),
            bytes=sum(tally.bytes for tally in tallies),
            seconds=round(seconds, 3),
            per_host={
                address: HostCost(tally.connections, tally.attempts, tally.queries, tally.bytes, tally.datagrams)
                for address, tally in sorted(self.hosts.items())
            },
            datagrams=sum(tally.datagrams for tally in tallies),
        )


def bytes_on_wire(sock: socket.socket) -> int:
    """Payload bytes of a TCP connection in both directions, as the kernel counted them; 0 where it does not tell."""
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
        acked, received = struct.unpack_from("=QQ", info, _BYTES_ACKED)
    except (OSError, struct.error, AttributeError):
        return 0
    return int(acked + received)
