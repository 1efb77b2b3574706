"""MX: where mail for the town goes, or the clear word that it takes none (RFC 7505)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.mail.spf import Spf
from checks.references import RFC_5321, RFC_7505, RPNT_2_4
from scanner.contract import check, probe
from scanner.discovery import Mx
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Flaw,
    NotApplicable,
    Observation,
    Proof,
    Severity,
    Unknown,
    Unobserved,
    Verdict,
)
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


def sends_no_mail(mx: Mx | Absent, spf: Spf | Absent) -> bool:
    """Whether the domain says that no mail comes from it: null MX, or an SPF record that authorises nobody."""
    if isinstance(mx, Absent) and mx.proof is Proof.NULL_MX:
        return True
    return isinstance(spf, Spf) and spf.authorises_nobody


@check(
    "mail.null-mx-missing", severity=Severity.LOW, references=(RFC_7505, RFC_5321, RPNT_2_4),
    actor=Actor.DNS_HOST, effort=Effort.MINUTES,
)  # fmt: skip
def null_mx_missing(
    domain: Domain, mx: Mx | Absent, implicit: ImplicitMx | Absent, spf: Spf | Absent | Unobserved
) -> Iterator[Verdict]:
    """Neither a mail server nor the absence of mail is announced, so mail is sent to the web server."""
    if isinstance(implicit, ImplicitMx) and isinstance(spf, Unobserved):
        yield Unknown(spf.reason, spf.detail)
    elif isinstance(implicit, ImplicitMx) and not (isinstance(spf, Spf) and spf.authorises_nobody):
        yield Flaw({"addresses": implicit.addresses})
    elif isinstance(implicit, Absent) and isinstance(mx, Absent) and mx.proof is not Proof.NULL_MX:
        yield NotApplicable("the domain has no address that mail could be sent to")
