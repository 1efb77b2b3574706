"""Which unfit cipher suites a site still accepts beside the good ones, or in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.references import RECYF_18_3, RFC_7465, RFC_9325
from checks.tls.protocols import BestVersion, OldProtocols
from scanner.contract import check, probe
from scanner.model import Absent, Actor, Effort, Flaw, Observation, Reason, Severity, Site, Unknown, Unobserved, Verdict
from scanner.net import ClientHello, Net, NetFailure, TlsAlert, TlsVersion, Weakness, suites_of, weakness_of

#: These protect nothing any more; RC4 and 3DES still cost an attacker time.
BROKEN = frozenset({Weakness.NULL, Weakness.ANONYMOUS, Weakness.EXPORT, Weakness.DES})


@dataclass(frozen=True, slots=True)
class Accepted:
    """One family that was proved to be accepted: `detail` is the version and the suite that the server chose from it."""

    weakness: Weakness
    detail: str


@dataclass(frozen=True, slots=True)
class WeakSuites(Observation):
    """The unfit families that the server accepts, at most six, in its own order of preference.

    `reason` and `detail` say why the questions ended before the server had said no to the rest; None where it did.
    """

    accepted: tuple[Accepted, ...]
    reason: Reason | None = None
    detail: str = ""


@probe(seconds=20)
async def weak_suites(site: Site, best: BestVersion, old: OldProtocols | Absent | Unobserved, net: Net) -> WeakSuites:
    """Offer unfit suites alone; each answer proves one family, which is then left out, until an alert says no.

    Once at TLS 1.2, and once more at the oldest version accepted, where EXPORT and DES still had their place (RFC 5246 A.5).
    """
    versions = [TlsVersion.TLS1_2]
    if isinstance(old, OldProtocols):
        versions += [version for version in old.accepted if version is not TlsVersion.SSL2][:1]
    accepted: list[Accepted] = []
    failed: NetFailure | None = None
    for version in versions:
        failed = await _ask(site.name, version, accepted, net) or failed
    if failed is not None:
        return WeakSuites(tuple(accepted), failed.reason, failed.detail[:300])
    return WeakSuites(tuple(accepted))


async def _ask(name: str, version: TlsVersion, accepted: list[Accepted], net: Net) -> NetFailure | None:
    """Add what is accepted at this version to what is known; what ended the questions, None for the server's own no."""
    while left := [weakness for weakness in Weakness if weakness not in {one.weakness for one in accepted}]:
        try:
            answer = await net.tls.ask(name, ClientHello(version, suites_of(*left)))
        except NetFailure as failure:
            return failure
        if isinstance(answer, TlsAlert) or (weakness := weakness_of(answer.suite)) is None:
            return None
        accepted.append(Accepted(weakness, answer.label))
    return None


@check(
    "tls.weak-cipher",
    severity=Severity.MEDIUM,
    references=(RFC_9325, RFC_7465, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.MINUTES,
    variants=("broken",),
)
def weak_cipher(site: Site, weak: WeakSuites) -> Iterator[Verdict]:
    """The site accepts RC4 or 3DES; variant broken: suites without encryption or identity, or with keys of 56 bits or less."""
    if weak.accepted:
        broken = any(one.weakness in BROKEN for one in weak.accepted)
        evidence = tuple(f"{one.weakness}: {one.detail}"[:500] for one in weak.accepted)
        names = tuple(one.weakness.value for one in weak.accepted)
        yield Flaw({"suites": names}, Severity.HIGH if broken else None, evidence, "broken" if broken else "")
    if weak.reason is not None:
        yield Unknown(weak.reason, weak.detail)
