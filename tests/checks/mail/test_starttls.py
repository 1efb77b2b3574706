from datetime import timedelta

import pytest

from checks.mail.starttls import (
    SmtpSession,
    starttls_certificate,
    starttls_injection,
    starttls_missing,
    starttls_old_protocol,
)
from checks.mail.tlsa_record import Dane
from checks.tls.certificate import CertificateFact
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import TlsVersion, Trust
from tests.judging import NOW, Row, row

SERVER = "mx1.mairie-exemple.fr"


def leaf(*names: str, days: int = 60) -> CertificateFact:
    return CertificateFact(
        subject=f"CN={SERVER}",
        issuer="CN=AC",
        names=names or (SERVER,),
        not_before=NOW - timedelta(30),
        not_after=NOW + timedelta(days),
    )


def session(
    reply: str = "220 Go ahead", certificate: CertificateFact | None = None, trust: Trust | None = Trust.TRUSTED,
    *, injected: bytes = b"", detail: str = "", dane: Dane = Dane.NONE, protocol: TlsVersion = TlsVersion.TLS1_3,
) -> SmtpSession:  # fmt: skip
    return SmtpSession(
        "203.0.113.7",
        "mx1 ESMTP",
        ("PIPELINING", "STARTTLS"),
        True,
        reply,
        injected,
        certificate,
        trust if certificate else None,
        detail,
        protocol if certificate else None,
        dane,
        dane_reason=Reason.DNS_FAILURE if dane is Dane.UNSEEN else None,
    )


GOOD = session(certificate=leaf())
PLAIN = SmtpSession("203.0.113.7", "mx1 ESMTP", ("PIPELINING", "SIZE 1000"), False)
MASKED = SmtpSession("203.0.113.7", "mx1 ESMTP", ("PIPELINING", "XXXXXXXA"), False)
BROKEN = session(detail="handshake failure")

ROWS = [
    row(starttls_missing, Status.PASS, session=GOOD),
    row(starttls_missing, Status.FAIL, severity=Severity.HIGH, session=PLAIN),
    row(starttls_missing, Status.FAIL, session=SmtpSession("203.0.113.7", "mx1", (), False)),
    row(starttls_missing, Status.FAIL, session=session("502 Command not implemented")),
    row(starttls_missing, Status.UNKNOWN, session=session("454 TLS not available")),
    row(starttls_missing, Status.UNKNOWN, session=MASKED),
    row(starttls_missing, Status.UNKNOWN, session=BROKEN),
    row(starttls_missing, Status.UNKNOWN, session=Unobserved(Reason.THROTTLED)),
    row(starttls_missing, Status.NOT_APPLICABLE, session=Absent(Proof.REFUSED)),
    row(starttls_certificate, Status.PASS, session=GOOD),
    row(starttls_certificate, Status.PASS, session=session(certificate=leaf("*.mairie-exemple.fr"))),
    row(
        starttls_certificate,
        Status.PASS,
        session=session(certificate=leaf("autre.fr"), trust=Trust.SELF_SIGNED, dane=Dane.END_ENTITY),
    ),
    row(
        starttls_certificate, Status.PASS, session=session(certificate=leaf(), trust=Trust.UNKNOWN_ISSUER, dane=Dane.TRUST_ANCHOR)
    ),
    row(starttls_certificate, Status.PASS, session=session(certificate=leaf(), dane=Dane.UNSEEN)),
    row(starttls_certificate, Status.FAIL, variant="name", session=session(certificate=leaf("a.fr"), dane=Dane.TRUST_ANCHOR)),
    row(
        starttls_certificate,
        Status.FAIL,
        variant="self-signed",
        session=session(certificate=leaf(), trust=Trust.SELF_SIGNED, dane=Dane.MISMATCH),
    ),
    row(
        starttls_certificate,
        Status.UNKNOWN,
        session=session(certificate=leaf(), trust=Trust.SELF_SIGNED, dane=Dane.UNSEEN),
    ),
    row(
        starttls_certificate,
        Status.FAIL,
        severity=Severity.LOW,
        variant="",
        session=session(certificate=leaf(), trust=Trust.INCOMPLETE),
    ),
    row(starttls_certificate, Status.FAIL, variant="expired", session=session(certificate=leaf(days=-1))),
    row(starttls_certificate, Status.FAIL, variant="self-signed", session=session(certificate=leaf(), trust=Trust.SELF_SIGNED)),
    row(starttls_certificate, Status.FAIL, variant="name", session=session(certificate=leaf("mail.exemple.net"))),
    row(starttls_certificate, Status.UNKNOWN, session=session(certificate=CertificateFact())),
    row(starttls_certificate, Status.UNKNOWN, session=BROKEN),
    row(starttls_certificate, Status.UNKNOWN, session=session("454 TLS not available")),
    row(starttls_certificate, Status.NOT_APPLICABLE, session=PLAIN),
    row(starttls_certificate, Status.UNKNOWN, session=Unobserved(Reason.OURS)),
    row(starttls_old_protocol, Status.PASS, session=session(certificate=leaf(), protocol=TlsVersion.TLS1_2)),
    row(
        starttls_old_protocol,
        Status.FAIL,
        severity=Severity.MEDIUM,
        session=session(certificate=leaf(), protocol=TlsVersion.TLS1_0),
    ),
    row(starttls_old_protocol, Status.UNKNOWN, session=BROKEN),
    row(starttls_old_protocol, Status.NOT_APPLICABLE, session=PLAIN),
    row(starttls_old_protocol, Status.UNKNOWN, session=Unobserved(Reason.TIMEOUT)),
    row(starttls_injection, Status.PASS, session=GOOD),
    row(starttls_injection, Status.FAIL, severity=Severity.HIGH, session=session(injected=b"250 OK\r\n")),
    row(starttls_injection, Status.NOT_APPLICABLE, session=PLAIN),
    row(starttls_injection, Status.UNKNOWN, session=Unobserved(Reason.TIMEOUT)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_starttls(line: Row) -> None:
    line.hold()
