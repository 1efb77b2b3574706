import pytest

from checks.tls.validity import certificate_expired, certificate_expiring, certificate_not_yet_valid
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.checks.tls.showing import showing, valid
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.TIMEOUT)
NO_HTTPS = Absent(Proof.REFUSED)
UNREADABLE = showing(not_before=None, not_after=None)

ROWS = [
    row(certificate_expired, Status.PASS, shown=showing()),
    row(certificate_expired, Status.FAIL, severity=Severity.HIGH, shown=showing(**valid(begun=100, left=-10))),
    row(certificate_expired, Status.UNKNOWN, shown=UNREADABLE),
    row(certificate_expired, Status.UNKNOWN, shown=UNSEEN),
    row(certificate_expired, Status.NOT_APPLICABLE, shown=NO_HTTPS),
    row(certificate_not_yet_valid, Status.PASS, shown=showing()),
    row(certificate_not_yet_valid, Status.FAIL, severity=Severity.HIGH, shown=showing(**valid(begun=-1, left=89))),
    row(certificate_not_yet_valid, Status.UNKNOWN, shown=UNREADABLE),
    row(certificate_not_yet_valid, Status.UNKNOWN, shown=UNSEEN),
    # A year: 21 days before the end. 90 days: 21. 45 days: 11. 6 days: a day and a half.
    row(certificate_expiring, Status.PASS, shown=showing(**valid(begun=340, left=25))),
    row(certificate_expiring, Status.PASS, shown=showing(**valid(begun=68, left=22))),
    row(certificate_expiring, Status.PASS, shown=showing(**valid(begun=33, left=12))),
    row(certificate_expiring, Status.PASS, shown=showing(**valid(begun=4, left=2))),
    row(certificate_expiring, Status.FAIL, severity=Severity.LOW, shown=showing(**valid(begun=70, left=20))),
    row(certificate_expiring, Status.FAIL, severity=Severity.MEDIUM, shown=showing(**valid(begun=83, left=7))),
    row(certificate_expiring, Status.FAIL, severity=Severity.LOW, shown=showing(**valid(begun=34.5, left=10.5))),
    row(certificate_expiring, Status.NOT_APPLICABLE, shown=showing(**valid(begun=100, left=-10))),
    row(certificate_expiring, Status.UNKNOWN, shown=UNREADABLE),
    row(certificate_expiring, Status.UNKNOWN, shown=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_validity(line: Row) -> None:
    line.hold()
