"""The strength of the keys and signatures behind a site's certificate."""

from __future__ import annotations

from collections.abc import Iterator

from checks.references import ANSSI_TLS_R26, RECYF_18_3, RFC_5280, RFC_9325
from checks.tls.certificate import CertificateFact, KeyKind, SiteCertificate
from scanner.because import Because
from scanner.contract import check
from scanner.model import Actor, Effort, Flaw, NotApplicable, Reason, Severity, Site, Unknown, Verdict
from scanner.net import Trust

#: Fewest bits by family (ANSSI PG-083, RFC 9325 4.5); DSA is not accepted by any browser, whatever its size.
FEWEST_BITS = {KeyKind.RSA: 2_048, KeyKind.EC: 256, KeyKind.DSA: 1_000_000, KeyKind.EDWARDS: 0}
BROKEN_HASHES = frozenset({"md2", "md4", "md5", "sha1"})


@check(
    "tls.key-weak",
    severity=Severity.HIGH,
    references=(ANSSI_TLS_R26, RFC_9325, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("issuer",),
)
def key_weak(site: Site, shown: SiteCertificate) -> Iterator[Verdict]:
    """A key of the chain is short enough to be computed by an attacker of means."""
    if (verdict := _key_verdict(shown.leaf, "")) is not None:
        yield verdict
    for issuer in shown.issuers:
        if not issuer.self_issued and (verdict := _key_verdict(issuer, "issuer")) is not None:
            yield verdict


def _key_verdict(certificate: CertificateFact, variant: str) -> Verdict | None:
    kind, bits = certificate.key_kind, certificate.key_bits
    if kind is None or bits is None or kind not in FEWEST_BITS:
        return Unknown(Reason.UNDETERMINED, certificate.subject or "", Because.KEY_UNKNOWN)
    if bits >= FEWEST_BITS[kind]:
        return None
    facts = {"kind": kind.value, "bits": bits}
    if variant:
        return Flaw({**facts, "issuer": certificate.subject or "?"}, evidence=certificate.evidence(), variant=variant)
    return Flaw({**facts}, evidence=certificate.evidence())


@check(
    "tls.signature-weak",
    severity=Severity.HIGH,
    references=(RFC_9325, RFC_5280, RECYF_18_3),
    actor=Actor.WEB_HOST,
    effort=Effort.HOURS,
    variants=("issuer",),
)
def signature_weak(site: Site, shown: SiteCertificate) -> Iterator[Verdict]:
    """The certificate, or the authority that issued it, is signed over a hash that can be forged.

    Only the direct issuer is judged: what follows is a root, or the cross-signature of one, which browsers do not read.
    """
    if shown.leaf.self_issued or shown.trust is Trust.SELF_SIGNED:
        yield NotApplicable("self-signed: its signature proves nothing anyway")
        return
    for certificate, variant in ((shown.leaf, ""), *((issuer, "issuer") for issuer in shown.issuers[:1])):
        if certificate.signature_hash is None:
            yield Unknown(Reason.UNDETERMINED, certificate.subject or "", Because.SIGNATURE_UNKNOWN)
        elif certificate.signature_hash in BROKEN_HASHES and not certificate.self_issued:
            facts: dict[str, str] = {"hash": certificate.signature_hash.upper()}
            if variant:
                facts["issuer"] = certificate.subject or "?"
            yield Flaw({**facts}, evidence=certificate.evidence(), variant=variant)
