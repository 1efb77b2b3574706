"""What a certificate says, field by field, and the certificate that a site shows. Shared with mail's STARTTLS."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from checks.web.home import HomePage
from scanner.contract import probe
from scanner.model import Absent, Ending, EndingKind, Observation, Site, Unobserved
from scanner.net import Net, Refused, TlsVersion, Trust

MAX_NAMES, MAX_NAME, MAX_CHAIN, MAX_TEXT = 500, 253, 10, 300
T = TypeVar("T")


class KeyKind(StrEnum):
    """The family of a public key, as it is printed."""

    RSA = "RSA"
    EC = "ECDSA"
    EDWARDS = "EdDSA"
    DSA = "DSA"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CertificateFact:
    """One X.509 certificate (RFC 5280). A field that could not be read is None, and the others still stand.

    `names` are the dNSName entries in lower case without final dot, at most 500 (`names_cut` where there
    were more), empty where the certificate has none. `signature_hash` is `sha256` and the like, "" for
    schemes without a separate hash (EdDSA). `fingerprint` is the SHA-256 of the DER, in hexadecimal.
    `must_staple` is the promise of an OCSP answer beside it (RFC 7633).
    """

    subject: str | None = None
    issuer: str | None = None
    names: tuple[str, ...] | None = None
    names_cut: bool = False
    not_before: datetime | None = None
    not_after: datetime | None = None
    key_kind: KeyKind | None = None
    key_bits: int | None = None
    signature_hash: str | None = None
    self_issued: bool | None = None
    fingerprint: str = ""
    must_staple: bool | None = None

    def covers(self, name: str) -> bool | None:
        """Whether it is valid for a host name (A-labels), by RFC 9525 6.3; None where its names are not all known."""
        if self.names is None:
            return None
        if any(matches(pattern, name) for pattern in self.names):
            return True
        return None if self.names_cut else False

    def evidence(self) -> tuple[str, ...]:
        """The fields that a person compares, in the words of openssl."""
        fields = {
            "subject": self.subject,
            "issuer": self.issuer,
            "notBefore": self.not_before and self.not_before.isoformat(),
            "notAfter": self.not_after and self.not_after.isoformat(),
            "subjectAltName": self.names and ", ".join(self.names),
            "key": self.key_kind and f"{self.key_kind} {self.key_bits or '?'} bits",
            "signature": self.signature_hash,
            "tlsfeature": self.must_staple and "status_request",
            "sha256": self.fingerprint,
        }
        return tuple(f"{name}: {value}"[:500] for name, value in fields.items() if value)


@dataclass(frozen=True, slots=True)
class SiteCertificate(Observation):
    """What the ordinary handshake on port 443 showed. `issuers` is what the server sent after the leaf, in its order.

    `trust` is OpenSSL's verdict on the chain alone: dates and names are judged by the checks.
    """

    leaf: CertificateFact
    issuers: tuple[CertificateFact, ...]
    trust: Trust
    trust_detail: str
    protocol: TlsVersion
    cipher: str
    address: str

    def endings(self, now: datetime) -> tuple[Ending, ...]:
        """The certificate itself."""
        return () if self.leaf.not_after is None else (Ending(EndingKind.CERTIFICATE, self.leaf.not_after),)


@probe(seconds=8)  # after a page that did not come in time, a second wait as long would teach nothing
async def site_certificate(site: Site, page: HomePage | Absent | Unobserved, net: Net) -> SiteCertificate | Absent:
    """Take the handshake of the HTTPS fetch, for which the page is waited for; make one only where there was none."""
    if isinstance(page, Absent):
        return page
    try:
        seen = await net.tls.handshake(site.name)
    except Refused as refused:
        return refused.absent()
    facts = tuple(read_certificate(der, site.name) for der in seen.chain[:MAX_CHAIN]) or (CertificateFact(),)
    detail = seen.trust_detail[:MAX_TEXT]
    return SiteCertificate(facts[0], facts[1:], seen.trust, detail, seen.version, seen.cipher[:MAX_TEXT], seen.address)


def read_certificate(der: bytes, wanted: str = "") -> CertificateFact:
    """Read a DER certificate, each field by itself; nothing raises, not even on bytes that are no certificate.

    The names that stand for `wanted` are kept first: a certificate shared by thousands of sites is not cut before them.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography warns on what it will refuse later; we read what there is
        fingerprint = hashlib.sha256(der).hexdigest()
        certificate = _attempt(lambda: x509.load_der_x509_certificate(der))
        if certificate is None:
            return CertificateFact(fingerprint=fingerprint)
        names = _attempt(lambda: _names(certificate))
        kind, bits = _attempt(lambda: _key(certificate)) or (None, None)
        return CertificateFact(
            subject=_attempt(lambda: certificate.subject.rfc4514_string()[:MAX_TEXT]),
            issuer=_attempt(lambda: certificate.issuer.rfc4514_string()[:MAX_TEXT]),
            names=None if names is None else tuple(name[:MAX_NAME] for name in _wanted_first(names, wanted)[:MAX_NAMES]),
            names_cut=names is not None and len(names) > MAX_NAMES,
            not_before=_attempt(lambda: certificate.not_valid_before_utc),
            not_after=_attempt(lambda: certificate.not_valid_after_utc),
            key_kind=kind,
            key_bits=bits,
            signature_hash=_attempt(lambda: _hash(certificate)),
            self_issued=_attempt(lambda: certificate.subject == certificate.issuer),
            fingerprint=fingerprint,
            must_staple=_attempt(lambda: _must_staple(certificate)),
        )


def matches(pattern: str, name: str) -> bool:
    """Whether a dNSName entry stands for a host name; a wildcard is the whole leftmost label and one label long."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if not pattern.startswith("*."):
        return bool(name) and pattern == name
    label, _, rest = name.partition(".")
    return bool(label) and "." in rest and pattern[2:] == rest


def _attempt(read: Callable[[], T]) -> T | None:
    """What `read` gives, None where the field is not as RFC 5280 asks."""
    try:
        return read()
    except Exception:  # a hostile certificate fails in many ways, and one bad field must not hide the others
        return None


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        entries = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [name.lower().rstrip(".") for name in entries.get_values_for_type(x509.DNSName)]


def _must_staple(certificate: x509.Certificate) -> bool:
    try:
        return x509.TLSFeatureType.status_request in certificate.extensions.get_extension_for_class(x509.TLSFeature).value
    except x509.ExtensionNotFound:
        return False


def _wanted_first(names: list[str], wanted: str) -> list[str]:
    return sorted(names, key=lambda name: not matches(name, wanted)) if wanted and len(names) > MAX_NAMES else names


def _key(certificate: x509.Certificate) -> tuple[KeyKind, int]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return KeyKind.RSA, key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return KeyKind.EC, key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return KeyKind.DSA, key.key_size
    if isinstance(key, ed25519.Ed25519PublicKey):
        return KeyKind.EDWARDS, 256
    if isinstance(key, ed448.Ed448PublicKey):
        return KeyKind.EDWARDS, 456
    return KeyKind.OTHER, 0


def _hash(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return "" if algorithm is None else algorithm.name.lower()[:40]
