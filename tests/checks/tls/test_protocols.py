import pytest

from checks.tls.protocols import BestVersion, Offer, OldProtocols, modern_missing, old_protocol, tls13_missing
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import TlsVersion
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.TIMEOUT)
NO_HTTPS = Absent(Proof.REFUSED)


def old(
    tls10: bool | None, tls11: bool | None, reason: Reason = Reason.RESET, *, ssl3: bool | None = False, ssl2: bool | None = False
) -> OldProtocols:
    answers = (ssl2, ssl3, tls10, tls11)
    return OldProtocols(
        tuple(
            Offer(version, offered, reason if offered is None else None)
            for version, offered in zip(sorted(TlsVersion), answers, strict=False)
        )
    )


def best(protocol: TlsVersion) -> BestVersion:
    return BestVersion(protocol, f"{protocol.label}, TLS_RSA_WITH_AES_128_CBC_SHA")


ROWS = [
    row(old_protocol, Status.PASS, old=old(False, False)),
    row(old_protocol, Status.FAIL, severity=Severity.MEDIUM, old=old(True, True)),
    row(old_protocol, Status.FAIL, variant="", old=old(None, True)),
    row(old_protocol, Status.FAIL, severity=Severity.HIGH, variant="ssl", old=old(True, True, ssl3=True)),
    row(old_protocol, Status.FAIL, severity=Severity.HIGH, variant="ssl", old=old(False, False, ssl3=None, ssl2=True)),
    row(old_protocol, Status.UNKNOWN, old=old(False, False, ssl3=None)),
    row(old_protocol, Status.UNKNOWN, old=old(False, None)),
    row(old_protocol, Status.UNKNOWN, old=old(None, None, Reason.OURS)),
    row(old_protocol, Status.UNKNOWN, old=UNSEEN),
    row(old_protocol, Status.NOT_APPLICABLE, old=NO_HTTPS),
    row(modern_missing, Status.PASS, best=best(TlsVersion.TLS1_2)),
    row(modern_missing, Status.FAIL, best=best(TlsVersion.SSL3)),
    row(modern_missing, Status.FAIL, severity=Severity.HIGH, best=best(TlsVersion.TLS1_1)),
    row(modern_missing, Status.UNKNOWN, best=UNSEEN),
    row(tls13_missing, Status.PASS, best=best(TlsVersion.TLS1_3)),
    row(tls13_missing, Status.FAIL, severity=Severity.LOW, best=best(TlsVersion.TLS1_2)),
    row(tls13_missing, Status.NOT_APPLICABLE, best=best(TlsVersion.TLS1_0)),
    row(tls13_missing, Status.NOT_APPLICABLE, best=NO_HTTPS),
    row(tls13_missing, Status.UNKNOWN, best=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_protocols(line: Row) -> None:
    line.hold()


def test_a_version_that_only_we_cannot_offer_is_said_to_be_ours() -> None:
    assert row(old_protocol, Status.UNKNOWN, old=old(False, None, Reason.OURS)).outcome().reason is Reason.OURS
