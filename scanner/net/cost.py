"""What a scan cost: connections, questions, bytes and seconds, by address and in all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HostCost:
    """What one address (or one resolver) was asked: `connections` established, `attempts` that failed to
    establish one, `queries` of DNS, `bytes` in both directions, `datagrams` sent by active questions."""

    connections: int = 0
    attempts: int = 0
    queries: int = 0
    bytes: int = 0
    datagrams: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """The sum over all hosts; `seconds` of wall clock; `per_host` by address."""

    connections: int
    attempts: int
    dns_queries: int
    bytes: int
    seconds: float
    per_host: dict[str, HostCost] = field(default_factory=dict)
    datagrams: int = 0
