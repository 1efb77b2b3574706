"""DNSSEC: whether the zone is signed, and whether a validating resolver accepts the signatures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from checks.references import RFC_4033
from scanner.because import Because
from scanner.contract import check, probe
from scanner.model import (
    Absent,
    Actor,
    Domain,
    Effort,
    Flaw,
    NotApplicable,
    Observation,
    Proof,
    Reason,
    Severity,
    Unknown,
    Verdict,
)
from scanner.net import Net, NetFailure

MAX_DS = 10


class Signing(StrEnum):
    """What DS and SOA say together (RFC 4033 5)."""

    SECURE = "secure"
    UNSIGNED = "unsigned"  # the parent zone holds no DS
    BOGUS = "bogus"  # a DS, and signatures that the resolver rejects
    UNVALIDATED = "unvalidated"  # a DS, and a resolver that is not declared validating
    UNDETERMINED = "undetermined"  # a DS, and an answer that is not secure: an algorithm that the resolver does not know


@dataclass(frozen=True, slots=True)
class Dnssec(Observation):
    """The state of the zone; `ds` are the parent's records, `detail` what the resolver said of the signatures."""

    signing: Signing
    ds: tuple[str, ...] = ()
    detail: str = ""


#: What discovery has asked of the domain itself: the answers are remembered, and asking again costs nothing.
ASKED_BEFORE = ("NS", "MX", "A", "AAAA")


@probe(seconds=15)
async def dnssec(domain: Domain, net: Net) -> Dnssec | Absent:
    """Ask the parent for DS, then the zone for SOA. A name that is no zone of its own has no signatures to judge.

    One rejected answer is enough to hide a site or its mail, so those that discovery got count too.
    """
    parent = await net.dns.lookup(domain.name, "DS")
    if not isinstance(parent, Absent) and (rejected := await _rejected(domain, net)):
        return Dnssec(Signing.BOGUS, _bounded(parent.texts), rejected[:300])
    zone = await net.dns.lookup(domain.name, "SOA")
    if isinstance(zone, Absent):
        return Absent(zone.proof, f"{domain.name} is not a zone of its own")
    if isinstance(parent, Absent):
        return Dnssec(Signing.SECURE if zone.secure else _unsigned(parent), (), parent.detail[:300])
    states = {True: Signing.SECURE, False: Signing.UNDETERMINED, None: Signing.UNVALIDATED}
    return Dnssec(states[zone.secure], _bounded(parent.texts))


async def _rejected(domain: Domain, net: Net) -> str:
    """What the resolver said of the first answer whose signatures it rejects, "" where it rejects none."""
    for rdtype in ("SOA", *ASKED_BEFORE):
        try:
            await net.dns.lookup(domain.name, rdtype)
        except NetFailure as failure:
            if failure.reason is Reason.DNSSEC_BOGUS:
                return failure.detail
    return ""


def _unsigned(parent: Absent) -> Signing:
    """Only NODATA says that a delegation without DS exists; a zone whose parent answers NXDOMAIN proves nothing."""
    return Signing.UNSIGNED if parent.proof is Proof.NODATA else Signing.UNDETERMINED


def _bounded(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text[:200] for text in texts[:MAX_DS])


@check(
    "dns.dnssec-missing",
    severity=Severity.LOW,
    references=(RFC_4033,),
    actor=Actor.DNS_HOST,
    effort=Effort.MINUTES,
)
def dnssec_missing(domain: Domain, state: Dnssec) -> Iterator[Verdict]:
    """The answers about this domain are not signed: the parent zone holds no DS record."""
    if state.signing is Signing.UNSIGNED:
        yield Flaw(evidence=(state.detail,) if state.detail else ())
    elif state.signing is Signing.UNDETERMINED:
        yield Unknown(Reason.UNDETERMINED, because=Because.NOT_VALIDATED)


@check(
    "dns.dnssec-bogus",
    severity=Severity.HIGH,
    references=(RFC_4033,),
    actor=Actor.DNS_HOST,
    effort=Effort.HOURS,
)
def dnssec_bogus(domain: Domain, state: Dnssec) -> Iterator[Verdict]:
    """The zone is signed, and a validating resolver rejects its signatures."""
    if state.signing is Signing.BOGUS:
        yield Flaw({"ds": state.ds}, evidence=(state.detail, *(f"DS {record}" for record in state.ds)))
    elif state.signing is Signing.UNSIGNED:
        yield NotApplicable("the zone is not signed: see dns.dnssec-missing")
    elif state.signing is Signing.UNVALIDATED:
        yield Unknown(Reason.OURS, because=Because.RESOLVER_NOT_VALIDATING)
    elif state.signing is Signing.UNDETERMINED:
        yield Unknown(Reason.UNDETERMINED, because=Because.NOT_VALIDATED)
