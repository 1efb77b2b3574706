from dataclasses import replace

import pytest

from checks.tls.certificate import KeyKind
from checks.tls.strength import key_weak, signature_weak
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import Trust
from tests.checks.tls.showing import ROOT_SIGNED, showing
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.TIMEOUT)
NO_HTTPS = Absent(Proof.REFUSED)
SHORT = replace(ROOT_SIGNED, key_bits=1024)
SHA1 = replace(ROOT_SIGNED, signature_hash="sha1")
ROOT = replace(SHORT, signature_hash="sha1", self_issued=True)

ROWS = [
    row(key_weak, Status.PASS, shown=showing(ROOT_SIGNED, ROOT)),
    row(key_weak, Status.PASS, shown=showing(key_kind=KeyKind.EDWARDS)),
    row(key_weak, Status.FAIL, severity=Severity.HIGH, variant="", shown=showing(key_kind=KeyKind.RSA, key_bits=1024)),
    row(key_weak, Status.FAIL, variant="", shown=showing(key_kind=KeyKind.EC, key_bits=192)),
    row(key_weak, Status.FAIL, variant="", shown=showing(key_kind=KeyKind.DSA, key_bits=3072)),
    row(key_weak, Status.FAIL, severity=Severity.HIGH, variant="issuer", shown=showing(SHORT)),
    row(key_weak, Status.UNKNOWN, shown=showing(key_kind=None, key_bits=None)),
    row(key_weak, Status.UNKNOWN, shown=showing(key_kind=KeyKind.OTHER, key_bits=0)),
    row(key_weak, Status.UNKNOWN, shown=UNSEEN),
    row(key_weak, Status.NOT_APPLICABLE, shown=NO_HTTPS),
    row(signature_weak, Status.PASS, shown=showing(ROOT_SIGNED, ROOT)),
    row(signature_weak, Status.PASS, shown=showing(ROOT_SIGNED, SHA1)),  # the cross-signature of a root
    row(signature_weak, Status.PASS, shown=showing(signature_hash="")),
    row(signature_weak, Status.FAIL, severity=Severity.HIGH, variant="", shown=showing(signature_hash="sha1")),
    row(signature_weak, Status.FAIL, severity=Severity.HIGH, variant="issuer", shown=showing(SHA1)),
    row(signature_weak, Status.NOT_APPLICABLE, shown=showing(signature_hash="sha1", trust=Trust.SELF_SIGNED)),
    row(signature_weak, Status.UNKNOWN, shown=showing(signature_hash=None)),
    row(signature_weak, Status.UNKNOWN, shown=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_strength(line: Row) -> None:
    line.hold()
