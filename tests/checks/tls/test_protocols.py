import pytest

from checks.tls.protocols import Offer, OldProtocols, modern_missing, old_protocol, tls13_missing
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import TlsVersion
from tests.checks.tls.showing import showing
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.TIMEOUT)
NO_HTTPS = Absent(Proof.REFUSED)


def old(tls10: bool | None, tls11: bool | None, reason: Reason = Reason.RESET) -> OldProtocols:
    answers = ((TlsVersion.TLS1_0, tls10), (TlsVersion.TLS1_1, tls11))
    return OldProtocols(tuple(Offer(version, offered, reason if offered is None else None) for version, offered in answers))


ROWS = [
    row(old_protocol, Status.PASS, old=old(False, False)),
    row(old_protocol, Status.FAIL, severity=Severity.MEDIUM, old=old(True, True)),
    row(old_protocol, Status.FAIL, old=old(None, True)),
    row(old_protocol, Status.UNKNOWN, old=old(False, None)),
    row(old_protocol, Status.UNKNOWN, old=old(None, None, Reason.OURS)),
    row(old_protocol, Status.UNKNOWN, old=UNSEEN),
    row(old_protocol, Status.NOT_APPLICABLE, old=NO_HTTPS),
    row(modern_missing, Status.PASS, shown=showing(protocol=TlsVersion.TLS1_2)),
    row(modern_missing, Status.FAIL, severity=Severity.HIGH, shown=showing(protocol=TlsVersion.TLS1_1)),
    row(modern_missing, Status.UNKNOWN, shown=UNSEEN),
    row(tls13_missing, Status.PASS, shown=showing()),
    row(tls13_missing, Status.FAIL, severity=Severity.LOW, shown=showing(protocol=TlsVersion.TLS1_2)),
    row(tls13_missing, Status.NOT_APPLICABLE, shown=showing(protocol=TlsVersion.TLS1_0)),
    row(tls13_missing, Status.NOT_APPLICABLE, shown=NO_HTTPS),
    row(tls13_missing, Status.UNKNOWN, shown=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_protocols(line: Row) -> None:
    line.hold()


def test_a_version_that_only_we_cannot_offer_is_said_to_be_ours() -> None:
    assert row(old_protocol, Status.UNKNOWN, old=old(False, None, Reason.OURS)).outcome().reason is Reason.OURS
