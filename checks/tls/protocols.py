"""Which versions of TLS a site accepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import ANSSI_TLS_R3, ANSSI_TLS_R4, RECYF_18_3, RFC_8996, RFC_9325
from checks.tls.certificate import SiteCertificate
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, NotApplicable, Observation, Reason, Severity, Site, Unknown, Verdict
from scanner.net import Net, NetFailure, TlsVersion

OLD = (TlsVersion.TLS1_0, TlsVersion.TLS1_1)
#: After these the remaining versions are not asked: the host wants to be left alone, or does not answer.
ENOUGH = frozenset({Reason.THROTTLED, Reason.SILENT, Reason.REFUSED, Reason.BLOCKED, Reason.OPTED_OUT})


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a server completes a handshake at one version; None, with the reason, where that was not seen."""

    protocol: TlsVersion
    offered: bool | None
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OldProtocols(Observation):
    """The answers about TLS 1.0 and TLS 1.1, each by itself, so that one unseen version hides no seen flaw."""

    offers: tuple[Offer, ...]


@probe(seconds=20)
async def old_protocols(site: Site, shown: SiteCertificate, net: Net) -> OldProtocols | Absent:
    """Offer TLS 1.0 alone, then 1.1 alone; the version that the ordinary handshake chose is proved already.

    TLS 1.2 and 1.3 cost nothing: that handshake offered both, and a server takes the highest that it knows.
    """
    offers: list[Offer] = []
    enough: Offer | None = None
    for version in OLD:
        if version == shown.protocol:
            offers.append(Offer(version, True))
        elif enough is not None:
            offers.append(Offer(version, None, enough.reason, enough.detail))
        else:
            offers.append(offer := await _ask(site.name, version, net))
            enough = offer if offer.reason in ENOUGH else None
    return OldProtocols(tuple(offers))


async def _ask(name: str, version: TlsVersion, net: Net) -> Offer:
    try:
        return Offer(version, await net.tls.offers(name, version))
    except NetFailure as failure:
        return Offer(version, None, failure.reason, failure.detail[:300])


@check(
    "tls.old-protocol",
    severity=Severity.MEDIUM,
    references=(ANSSI_TLS_R4, RFC_8996, RFC_9325, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
)
def old_protocol(site: Site, old: OldProtocols) -> Iterator[Verdict]:
    """The site still accepts TLS 1.0 or 1.1, which were withdrawn in 2021."""
    accepted = tuple(offer.protocol.label for offer in old.offers if offer.offered)
    if accepted:
        yield Flaw({"versions": accepted}, evidence=tuple(f"{label}: handshake completed" for label in accepted))
    for offer in old.offers:
        if offer.offered is None:
            yield Unknown(offer.reason or Reason.UNDETERMINED, f"{offer.protocol.label}: {offer.detail}")


@check(
    "tls.modern-missing",
    severity=Severity.HIGH,
    references=(ANSSI_TLS_R3, RFC_9325, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
)
def modern_missing(site: Site, shown: SiteCertificate) -> Iterator[Verdict]:
    """Offered everything, the server chose TLS 1.0 or 1.1: it knows neither 1.2 nor 1.3 (RFC 8446 4.1.3)."""
    if shown.protocol < TlsVersion.TLS1_2:
        yield Flaw({"version": shown.protocol.label}, evidence=(f"{shown.protocol.label} {shown.cipher}"[:500],))


@check(
    "tls.tls13-missing",
    severity=Severity.LOW,
    references=(ANSSI_TLS_R3, RFC_9325, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
)
def tls13_missing(site: Site, shown: SiteCertificate) -> Iterator[Verdict]:
    """Offered everything, the server chose TLS 1.2."""
    if shown.protocol < TlsVersion.TLS1_2:
        yield NotApplicable("the site lacks TLS 1.2 too, and that is said apart")
    elif shown.protocol == TlsVersion.TLS1_2:
        yield Flaw(evidence=(f"{shown.protocol.label} {shown.cipher}"[:500],))
