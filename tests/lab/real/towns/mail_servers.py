"""Mail servers: one town for each way in which Postfix may be set up."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.lab.real import world
from tests.lab.real.mail_town import mail_place, mail_town, policy
from tests.lab.real.model import Daemon, RealTown
from tests.lab.real.postfix import OLD_TLS, postfix

_CERTIFICATE, _NO_TLS = "mail.starttls-certificate", "mail.starttls-missing"
_STARTTLS = "mail.starttls-*"
_OLD, _DANE = "mail.starttls-old-protocol", "mail.dane-invalid"


def _town(
    number: int,
    name: str,
    note: str,
    *must: str,
    settings: dict[str, str] | None = None,
    tls: bool = True,
    records: str = "",
    unknown: tuple[str, ...] = (),
    missed: tuple[str, ...] = (),
) -> RealTown:
    domain = f"courriel-{name}.fr"
    server = postfix(f"mx1.{domain}", mail_place(number), domain, settings=settings, tls=tls)
    return mail_town(number, domain, note, server, must=must, records=records, unknown=unknown, missed=missed)


def _two_servers() -> RealTown:
    number, domain = 101, "courriel-secours-nu.fr"
    servers = (
        postfix(f"mx1.{domain}", mail_place(number), domain),
        postfix(f"mx2.{domain}", mail_place(number, 2), domain, tls=False),
    )
    must = (f"{_NO_TLS} mail_server:mx2.{{domain}}",)
    return mail_town(number, domain, "the second server does not encrypt", *servers, servers=2, must=must)


def _key() -> ec.EllipticCurvePrivateKey:
    """The same at each start, so that the zone can name it; it guards nothing."""
    return ec.derive_private_key(7_672, ec.SECP256R1())


def _tlsa() -> str:
    """DANE-EE, public key, SHA-256 (RFC 7672 3.1.1)."""
    der = _key().public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _self_made(folder: Path) -> None:
    """A self-signed certificate over the key that TLSA names, in place of the one from the authority."""
    stem = folder.name.removeprefix("postfix-")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, stem)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=3_000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(stem)]), critical=False)
        .sign(_key(), hashes.SHA256())
    )
    pki = world.FOLDER / "pki"
    (pki / f"{stem}.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    clear = serialization.NoEncryption()
    (pki / f"{stem}.key").write_bytes(_key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear))


def _dane(number: int, name: str, note: str, digest: str, must: tuple[str, ...] = ()) -> RealTown:
    domain = f"courriel-{name}.fr"
    made = postfix(f"mx1.{domain}", mail_place(number), domain)

    def prepare(folder: Path) -> None:
        assert made.prepare is not None
        made.prepare(folder)
        _self_made(folder)

    server = Daemon(made.name, made.argv, made.files, made.wait, packages=made.packages, prepare=prepare)
    records = f"_25._tcp.mx1 3600 IN TLSA 3 1 1 {digest}\n"
    # A policy in mode enforce would ask for a public authority; `testing` only reports.
    sts = policy(f"mx1.{domain}", mode="testing")
    return mail_town(number, domain, note, server, records=records, must=must, sts=sts)


_NO_DELAY = {"smtpd_delay_reject": "no"}

TOWNS = (
    _town(100, "soigne", "everything in place: any finding is a false alarm"),
    _two_servers(),
    _town(102, "expire", "its certificate ended", _CERTIFICATE),
    _town(103, "autosigne", "self-signed, as most are", _CERTIFICATE),
    _town(104, "autre-nom", "made out to another name", _CERTIFICATE),
    _town(105, "incomplet", "the intermediate is not sent", _CERTIFICATE),
    _town(106, "en-clair", "no STARTTLS", _NO_TLS, tls=False),
    _town(107, "vieux-tls", "TLS 1.0 alone", _OLD, settings=dict(OLD_TLS)),
    _town(108, "tls-exige", "refuses mail without STARTTLS", settings={"smtpd_tls_security_level": "encrypt"}),
    _town(
        109,
        "liste-grise",
        "defers every recipient: nothing to see for who sends none",
        settings={"smtpd_recipient_restrictions": "check_recipient_access static:{450 4.2.0 Greylisted}"},
    ),
    _town(
        110,
        "liste-grise-accueil",
        "defers in place of a greeting",
        settings={"smtpd_client_restrictions": "check_client_access static:{450 4.3.2 Try again later}", **_NO_DELAY},
        unknown=(_STARTTLS,),
    ),
    _town(
        111,
        "debit-limite",
        "421 in place of a greeting",
        settings={"smtpd_client_restrictions": "check_client_access static:{421 4.7.0 Too many connections}", **_NO_DELAY},
        unknown=(_STARTTLS,),
    ),
    _town(
        112,
        "debit-compte",
        "self-signed, and 421 from the second connection of a minute on: one conversation has to do",
        _CERTIFICATE,
        settings={"smtpd_client_connection_rate_limit": "1"},
    ),
    _town(
        113,
        "refus",
        "554 in place of a greeting: we are on some list",
        settings={"smtpd_client_restrictions": "check_client_access static:{554 5.7.1 Blocked}", **_NO_DELAY},
        unknown=(_STARTTLS,),
    ),
    _town(
        114,
        "accueil-lent",
        "greets after five seconds, against hasty spammers",
        settings={"smtpd_client_restrictions": "sleep 5", **_NO_DELAY},
    ),
    _town(
        115,
        "bitume",
        "greets after two minutes: not seen",
        settings={"smtpd_client_restrictions": "sleep 120", **_NO_DELAY},
        unknown=(_STARTTLS,),
    ),
    _dane(116, "dane", "self-signed, and named by DANE: right by RFC 7672", _tlsa()),
    _dane(117, "dane-faux", "DANE names another key: strict senders deliver nothing", "ab" * 32, (_DANE, _CERTIFICATE)),
)
_KINDS = {
    "expire": "expired",
    "autosigne": "self-signed",
    "autre-nom": "wrong-name",
    "incomplet": "incomplete",
    "debit-compte": "self-signed",
}
CERTIFICATES = (
    *((f"mx1.{town.domain}", _KINDS.get(town.name.removeprefix("courriel-"), "good"), (f"mx1.{town.domain}",)) for town in TOWNS),
    *((f"mta-sts.{town.domain}", "good", (f"mta-sts.{town.domain}",)) for town in TOWNS),
)
