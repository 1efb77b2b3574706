"""A domain name in, its subjects and their first facts out. DNS questions only."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model import Observation


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
