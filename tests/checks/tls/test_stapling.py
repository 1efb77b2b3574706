import pytest

from checks.tls.stapling import Staple, staple_missing
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import Row, row

ROWS = [
    row(staple_missing, Status.PASS, staple=Staple(True)),
    row(staple_missing, Status.FAIL, severity=Severity.MEDIUM, staple=Staple(False)),
    row(staple_missing, Status.UNKNOWN, staple=Unobserved(Reason.UNDETERMINED)),
    row(staple_missing, Status.NOT_APPLICABLE, staple=Absent(Proof.NONE)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_stapling(line: Row) -> None:
    line.hold()
