"""What a handshake showed, for the truth tables of the tls checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from checks.tls.certificate import CertificateFact, KeyKind, SiteCertificate
from scanner.net import TlsVersion, Trust
from tests.judging import NOW

ROOT_SIGNED = CertificateFact(
    subject="CN=Autorité Intermédiaire R1",
    issuer="CN=Autorité Racine",
    names=(),
    not_before=NOW - timedelta(days=900),
    not_after=NOW + timedelta(days=900),
    key_kind=KeyKind.RSA,
    key_bits=2048,
    signature_hash="sha256",
    self_issued=False,
    fingerprint="11" * 32,
)
LEAF = CertificateFact(
    subject="CN=www.mairie-exemple.fr",
    issuer="CN=Autorité Intermédiaire R1",
    names=("mairie-exemple.fr", "www.mairie-exemple.fr"),
    not_before=NOW - timedelta(days=30),
    not_after=NOW + timedelta(days=60),
    key_kind=KeyKind.EC,
    key_bits=256,
    signature_hash="sha256",
    self_issued=False,
    fingerprint="00" * 32,
)


def showing(
    *issuers: CertificateFact,
    trust: Trust = Trust.TRUSTED,
    detail: str = "",
    protocol: TlsVersion = TlsVersion.TLS1_3,
    **leaf: Any,
) -> SiteCertificate:
    """A good site, except for what is said; `leaf` replaces fields of its certificate."""
    return SiteCertificate(replace(LEAF, **leaf), issuers, trust, detail, protocol, "TLS_AES_128_GCM_SHA256", "203.0.113.7")


def valid(*, begun: float, left: float) -> dict[str, Any]:
    """The dates of a certificate that began `begun` days ago and has `left` days left."""
    return {"not_before": NOW - timedelta(days=begun), "not_after": NOW + timedelta(days=left)}
