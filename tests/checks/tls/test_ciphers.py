import pytest

from checks.tls.ciphers import Accepted, WeakSuites, weak_cipher
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import Weakness
from tests.judging import Row, row


def weak(*families: Weakness, reason: Reason | None = None) -> WeakSuites:
    return WeakSuites(tuple(Accepted(one, "TLS 1.2, TLS_RSA_WITH_RC4_128_SHA") for one in families), reason)


ROWS = [
    row(weak_cipher, Status.PASS, weak=weak()),
    row(weak_cipher, Status.FAIL, severity=Severity.MEDIUM, variant="", weak=weak(Weakness.RC4, Weakness.TRIPLE_DES)),
    row(weak_cipher, Status.FAIL, severity=Severity.HIGH, variant="broken", weak=weak(Weakness.RC4, Weakness.EXPORT)),
    row(weak_cipher, Status.FAIL, severity=Severity.HIGH, variant="broken", weak=weak(Weakness.ANONYMOUS)),
    row(weak_cipher, Status.FAIL, variant="", weak=weak(Weakness.RC4, reason=Reason.RESET)),
    row(weak_cipher, Status.UNKNOWN, weak=weak(reason=Reason.RESET)),
    row(weak_cipher, Status.UNKNOWN, weak=Unobserved(Reason.TIMEOUT)),
    row(weak_cipher, Status.NOT_APPLICABLE, weak=Absent(Proof.REFUSED)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_ciphers(line: Row) -> None:
    line.hold()


def test_each_family_is_named_with_what_the_server_chose() -> None:
    (finding,) = row(weak_cipher, Status.FAIL, weak=weak(Weakness.RC4, Weakness.NULL)).hold()
    assert finding.facts == {"suites": ("RC4", "eNULL")}
    assert finding.evidence[0] == "RC4: TLS 1.2, TLS_RSA_WITH_RC4_128_SHA"
