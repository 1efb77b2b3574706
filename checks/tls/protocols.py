"""Which versions of TLS a site accepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checks.references import ANSSI_TLS_R3, ANSSI_TLS_R4, RECYF_18_3, RFC_7568, RFC_8996, RFC_9325
from checks.tls.certificate import SiteCertificate
from scanner.contract import check, probe
from scanner.model import (
    Absent,
    Actor,
    Effort,
    Flaw,
    NotApplicable,
    Observation,
    Reason,
    Severity,
    Site,
    Unknown,
    Unobserved,
    Verdict,
)
from scanner.net import ClientHello, Net, NetFailure, ServerHello, TlsAlert, TlsVersion, everything_up_to

#: Newest first; SSL 2.0 has a hello of its own.
OLD = (TlsVersion.TLS1_1, TlsVersion.TLS1_0, TlsVersion.SSL3)
#: Reasons after which a hello by hand may still see what our OpenSSL could not: it shares nothing with the server.
NOT_SHARED = frozenset({Reason.TLS_FAILURE, Reason.RESET})


@dataclass(frozen=True, slots=True)
class BestVersion(Observation):
    """The highest version that the server knows (RFC 8446 4.1.3), and the suite that it chose there, by name.

    `evidence` says how it was seen: by the ordinary handshake, or by a hello of our own where that did not succeed.
    """

    protocol: TlsVersion
    evidence: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a server accepts one version; None, with the reason, where that was not seen. `detail` is its answer."""

    protocol: TlsVersion
    offered: bool | None
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OldProtocols(Observation):
    """The answers about SSL 3.0, TLS 1.0 and 1.1, each by itself, so that one unseen version hides no seen flaw.

    SSL 2.0 stands among them only where another old version is accepted: it was not asked for elsewhere.
    """

    OBSERVATION_VERSION: ClassVar[int] = 2

    offers: tuple[Offer, ...]

    @property
    def accepted(self) -> tuple[TlsVersion, ...]:
        """What was proved to be accepted, oldest first."""
        return tuple(sorted(offer.protocol for offer in self.offers if offer.offered))


@probe(seconds=8)
async def best_version(site: Site, shown: SiteCertificate | Absent | Unobserved, net: Net) -> BestVersion | Absent | Unobserved:
    """What the ordinary handshake chose; hellos with every version and suite only where that handshake failed."""
    if isinstance(shown, Absent):
        return shown
    if isinstance(shown, SiteCertificate):
        return BestVersion(shown.protocol, f"{shown.protocol.label}, {shown.cipher}")
    if shown.reason not in NOT_SHARED:
        return shown
    older = await net.tls.ask(site.name, everything_up_to(TlsVersion.TLS1_2))
    if isinstance(older, ServerHello) and older.version < TlsVersion.TLS1_2:  # old servers misread the hello of TLS 1.3
        return BestVersion(older.version, older.label)
    newest = await net.tls.ask(site.name, everything_up_to(TlsVersion.TLS1_3))
    best = max((answer for answer in (older, newest) if isinstance(answer, ServerHello)), key=_version, default=None)
    if best is None:
        return Unobserved(Reason.TLS_FAILURE, shown.detail)
    return BestVersion(best.version, best.label)


def _version(answer: ServerHello) -> TlsVersion:
    return answer.version


@probe(seconds=20)
async def old_protocols(site: Site, best: BestVersion, net: Net) -> OldProtocols:
    """Ask with the highest old version, then below what was answered: a server takes the highest that it knows.

    An alert ends it, for that version and all below it (RFC 5246 E.1); a failure leaves them unseen.
    """
    seen: dict[TlsVersion, Offer] = {}
    if best.protocol in OLD:
        newer = [version for version in OLD if version >= best.protocol]
        seen |= {version: Offer(version, version == best.protocol, None, best.evidence[:300]) for version in newer}
    while asked := [version for version in OLD if version not in seen]:
        try:
            answer = await net.tls.ask(site.name, everything_up_to(asked[0]))
        except NetFailure as failure:
            seen |= {version: Offer(version, None, failure.reason, failure.detail[:300]) for version in asked}
            break
        seen |= _learned(asked, answer)
    offers = [seen[version] for version in reversed(OLD)]
    if any(offer.offered for offer in offers):
        offers.insert(0, await _ssl2(site.name, net))
    return OldProtocols(tuple(offers))


def _learned(asked: list[TlsVersion], answer: ServerHello | TlsAlert) -> dict[TlsVersion, Offer]:
    """What one answer says of the versions that were still open, of which the first was the highest offered."""
    if isinstance(answer, TlsAlert):
        return {version: Offer(version, False, None, answer.label) for version in asked}
    settled = [version for version in asked if version >= answer.version]
    return {version: Offer(version, version == answer.version, None, answer.label) for version in settled}


async def _ssl2(name: str, net: Net) -> Offer:
    try:
        answer = await net.tls.ask(name, ClientHello(TlsVersion.SSL2))
    except NetFailure as failure:
        return Offer(TlsVersion.SSL2, None, failure.reason, failure.detail[:300])
    return Offer(TlsVersion.SSL2, isinstance(answer, ServerHello), None, answer.label)


@check(
    "tls.old-protocol",
    severity=Severity.MEDIUM,
    references=(ANSSI_TLS_R4, RFC_8996, RFC_7568, RFC_9325, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("ssl",),
)
def old_protocol(site: Site, old: OldProtocols) -> Iterator[Verdict]:
    """The site still accepts SSL 2.0 or 3.0, withdrawn in 2011 and 2015, or TLS 1.0 or 1.1, withdrawn in 2021."""
    if accepted := old.accepted:
        evidence = tuple(f"accepted: {offer.detail or offer.protocol.label}"[:500] for offer in old.offers if offer.offered)
        ssl = accepted[0] < TlsVersion.TLS1_0
        labels = tuple(version.label for version in accepted)
        yield Flaw({"versions": labels}, Severity.HIGH if ssl else None, evidence, "ssl" if ssl else "")
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
def modern_missing(site: Site, best: BestVersion) -> Iterator[Verdict]:
    """Offered everything, the server chose TLS 1.1 or older: it knows neither 1.2 nor 1.3 (RFC 8446 4.1.3)."""
    if best.protocol < TlsVersion.TLS1_2:
        yield Flaw({"version": best.protocol.label}, evidence=(best.evidence[:500],))


@check(
    "tls.tls13-missing",
    severity=Severity.LOW,
    references=(ANSSI_TLS_R3, RFC_9325, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
)
def tls13_missing(site: Site, best: BestVersion) -> Iterator[Verdict]:
    """Offered everything, the server chose TLS 1.2."""
    if best.protocol < TlsVersion.TLS1_2:
        yield NotApplicable("the site lacks TLS 1.2 too, and that is said apart")
    elif best.protocol == TlsVersion.TLS1_2:
        yield Flaw(evidence=(best.evidence[:500],))
