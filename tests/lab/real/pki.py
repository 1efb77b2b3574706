"""The laboratory's certification authority: files of certificates, right and wrong, for daemons that we did not write."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

#: Days from now: (not before, not after).
VALIDITY: Mapping[str, tuple[int, int]] = {
    "expired": (-120, -30),
    "expiring": (-87, 3),
    "not-yet-valid": (10, 100),
}
KINDS = frozenset(
    {"good", "rsa", *VALIDITY, "self-signed", "wrong-name", "incomplete", "rsa-1024", "sha1", "must-staple", "many-sans"}
)
_MANY = 3_000


@dataclass(frozen=True, slots=True)
class Files:
    """PEM files of one server: the chain as it is sent, and the key. `ocsp` is a good OCSP answer (DER)."""

    chain: Path
    key: Path
    ocsp: Path


@dataclass(frozen=True, slots=True)
class _Authority:
    certificate: x509.Certificate
    key: Key


class Pki:
    """Makes certificates into `folder`, beside `root.pem` and `intermediate.pem`. Keys are shared: making them takes the time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._now = datetime.now(UTC).replace(microsecond=0)
        self._keys: dict[str, Key] = {}
        self._root = self._authority("Autorité du laboratoire", None)
        self._intermediate = self._authority("Autorité intermédiaire du laboratoire", self._root)
        self.ca_file = folder / "root.pem"
        self.ca_file.write_bytes(_pem(self._root.certificate))
        (folder / "intermediate.pem").write_bytes(_pem(self._intermediate.certificate))

    def certificate(self, stem: str, *names: str, kind: str = "good") -> Files:
        """Write `stem`.crt, `stem`.key and `stem`.ocsp. Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"certificate {stem}: no kind {kind!r}, only {', '.join(sorted(KINDS))}")
        files = Files(*(self.folder / f"{stem}.{end}" for end in ("crt", "key", "ocsp")))
        key = self._key(kind)
        files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        if kind == "sha1":
            self._signed_with_sha1(files, names)
            return files
        leaf = self._leaf(kind, names, key)
        chain = [leaf] if kind in ("self-signed", "incomplete") else [leaf, self._intermediate.certificate]
        files.chain.write_bytes(b"".join(_pem(part) for part in chain))
        files.ocsp.write_bytes(self._staple(leaf))
        return files

    def _key(self, kind: str) -> Key:
        makers: Mapping[str, Callable[[], Key]] = {
            "rsa-1024": lambda: rsa.generate_private_key(65_537, 1_024),
            "rsa": lambda: rsa.generate_private_key(65_537, 2_048),
            "": lambda: ec.generate_private_key(ec.SECP256R1()),
        }
        wanted = "rsa" if kind == "sha1" else kind if kind in makers else ""
        if wanted not in self._keys:
            self._keys[wanted] = makers[wanted]()
        return self._keys[wanted]

    def _leaf(self, kind: str, names: tuple[str, ...], key: Key) -> x509.Certificate:
        shown = ("autre-commune.fr",) if kind == "wrong-name" else names
        if kind == "many-sans":
            shown = (*names, *(f"commune-{number}.exemple.fr" for number in range(_MANY - len(names))))
        own = kind == "self-signed"
        subject = _name(shown[0])
        signer: Key = key if own else self._intermediate.key
        issuer = subject if own else self._intermediate.certificate.subject
        builder = self._builder(subject, issuer, key, signer, VALIDITY.get(kind, (-30, 60)))
        if kind == "must-staple":
            builder = builder.add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        return (
            builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in shown]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_usage(signs=False, enciphers=isinstance(key, rsa.RSAPrivateKey)), critical=True)
            .sign(signer, hashes.SHA256())
        )

    def _signed_with_sha1(self, files: Files, names: tuple[str, ...]) -> None:
        """By openssl, because the cryptography package refuses to sign with SHA-1."""
        request, issuer = files.chain.with_suffix(".csr"), self.folder / "intermediate.key"
        issuer.write_bytes(self._intermediate.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        extensions = files.chain.with_suffix(".ext")
        sans = ",".join(f"DNS:{name}" for name in names)
        extensions.write_text(f"subjectAltName={sans}\nbasicConstraints=critical,CA:false\nextendedKeyUsage=serverAuth\n")
        _openssl("req", "-new", "-key", files.key, "-subj", f"/CN={names[0]}", "-out", request)
        _openssl(
            "x509", "-req", "-sha1", "-in", request, "-CA", self.folder / "intermediate.pem", "-CAkey", issuer,
            "-CAcreateserial", "-days", "60", "-extfile", extensions, "-out", files.chain,
        )  # fmt: skip
        files.chain.write_bytes(files.chain.read_bytes() + _pem(self._intermediate.certificate))

    def _staple(self, leaf: x509.Certificate) -> bytes:
        """A good OCSP answer of the intermediate, good for a week (RFC 6960)."""
        issuer = self._intermediate
        answer = ocsp.OCSPResponseBuilder().add_response(
            leaf, issuer.certificate, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD,
            self._now - timedelta(days=1), self._now + timedelta(days=6), None, None,
        )  # fmt: skip
        signed = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate).sign(issuer.key, hashes.SHA256())
        return signed.public_bytes(Encoding.DER)

    def _authority(self, title: str, issuer: _Authority | None) -> _Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        signer = issuer.key if issuer else key
        subject = _name(title)
        builder = self._builder(subject, issuer.certificate.subject if issuer else subject, key, signer, (-400, 3_000))
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0 if issuer else 1), critical=True)
            .add_extension(_usage(signs=True, enciphers=False), critical=True)
            .sign(signer, hashes.SHA256())
        )
        return _Authority(certificate, key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: Key, signer: Key, days: tuple[int, int]
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now + timedelta(days=days[0]))
            .not_valid_after(self._now + timedelta(days=days[1]))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(("openssl", *map(str, arguments)), check=True, capture_output=True)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _usage(*, signs: bool, enciphers: bool) -> x509.KeyUsage:
    """An authority signs certificates and lists; a server signs handshakes, and with RSA decrypts keys (RFC 5246 7.4.2)."""
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=enciphers, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip
