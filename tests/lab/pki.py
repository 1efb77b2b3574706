"""The laboratory's own certification authority: a root, an intermediate, and every kind of wrong certificate."""

from __future__ import annotations

import itertools
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.lab.model import Certificate, Tls

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

#: Days from now: (not before, not after).
VALIDITY: dict[Certificate, tuple[int, int]] = {
    Certificate.EXPIRED: (-120, -30),
    Certificate.EXPIRING: (-87, 3),
    Certificate.NOT_YET_VALID: (10, 100),
}
VERSIONS = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Pki:
    """Makes certificates into `folder`; one EC key serves all of them, because generating keys takes the time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._weak: rsa.RSAPrivateKey | None = None
        self._contexts: dict[tuple[Certificate, tuple[str, ...], Tls], ssl.SSLContext] = {}
        self._root = self._authority("Autorité du laboratoire", None)
        self._intermediate = self._authority("Autorité intermédiaire du laboratoire", self._root)
        self.ca_file = folder / "lab-ca.pem"
        self.ca_file.write_bytes(self._root.certificate.public_bytes(Encoding.PEM))

    def context(self, kind: Certificate, names: tuple[str, ...], tls: Tls) -> ssl.SSLContext:
        """A server context that presents this kind of certificate for these names."""
        wanted = (kind, names, tls)
        if wanted not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if tls.ciphers:
                context.set_ciphers(tls.ciphers)
            elif tls.lowest < 2 or kind is Certificate.RSA_1024:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")  # OpenSSL refuses old versions and short keys elsewhere
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0 and 1.1 are served on purpose
                context.minimum_version = VERSIONS[tls.lowest]
                context.maximum_version = VERSIONS[tls.highest]
            context.load_cert_chain(self._file(kind, names))
            self._contexts[wanted] = context
        return self._contexts[wanted]

    def _file(self, kind: Certificate, names: tuple[str, ...]) -> Path:
        key = self._weak_key() if kind is Certificate.RSA_1024 else self._key
        chain = [self._leaf(kind, names, key)]
        if kind not in (Certificate.SELF_SIGNED, Certificate.INCOMPLETE):
            chain.append(self._intermediate.certificate)
        path = self._folder / f"{next(self._numbers)}.pem"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + b"".join(part.public_bytes(Encoding.PEM) for part in chain))
        path.chmod(0o600)
        return path

    def _weak_key(self) -> rsa.RSAPrivateKey:
        self._weak = self._weak or rsa.generate_private_key(65_537, 1_024)
        return self._weak

    def _leaf(self, kind: Certificate, names: tuple[str, ...], key: Key) -> x509.Certificate:
        shown = ("autre-commune.fr",) if kind is Certificate.WRONG_NAME else names
        own = kind is Certificate.SELF_SIGNED
        subject = _name(shown[0])
        start, end = VALIDITY.get(kind, (-30, 60))
        signer: Key = key if own else self._intermediate.key
        builder = self._builder(subject, subject if own else self._intermediate.certificate.subject, key, signer, start, end)
        return (
            builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in shown]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_usage(signs=False), critical=True)
            .sign(signer, hashes.SHA256())
        )

    def _authority(self, title: str, issuer: _Authority | None) -> _Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        signer = issuer.key if issuer else key
        subject = _name(title)
        builder = self._builder(subject, issuer.certificate.subject if issuer else subject, key, signer, -400, 3_000)
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0 if issuer else 1), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(signer, hashes.SHA256())
        )
        return _Authority(certificate, key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: Key, signer: Key, start: int, end: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now + timedelta(days=start))
            .not_valid_after(self._now + timedelta(days=end))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    """An authority signs certificates and lists; a server signs handshakes."""
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip
