"""Where mail goes although no MX is published: the address of the domain itself (RFC 5321 5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.contract import probe
from scanner.discovery import Mx
from scanner.model import Absent, Domain, Observation, Proof
from scanner.net import Net


@dataclass(frozen=True, slots=True)
class ImplicitMx(Observation):
    """The addresses of the domain itself, which receive its mail where no MX is published (RFC 5321 5.1)."""

    addresses: tuple[str, ...]


@probe(seconds=10)
async def implicit_mx(domain: Domain, mx: Mx | Absent, net: Net) -> ImplicitMx | Absent:
    """Ask for the domain's own address, only where it publishes no MX at all."""
    if isinstance(mx, Mx):
        return Absent(Proof.NONE, "MX records are published")
    if mx.proof is Proof.NULL_MX:
        return mx
    answer = await net.dns.lookup(domain.name, "A")
    if isinstance(answer, Absent):
        answer = await net.dns.lookup(domain.name, "AAAA")
    return answer if isinstance(answer, Absent) else ImplicitMx(answer.texts[:10])
