from dataclasses import replace

import pytest

from checks.tls.trust import certificate_name, certificate_untrusted
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import Trust
from tests.checks.tls.showing import ROOT_SIGNED, showing
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.TLS_FAILURE, "handshake failed")
NO_HTTPS = Absent(Proof.REFUSED)
STALE = replace(ROOT_SIGNED, subject="CN=Autorité Intermédiaire R0")  # of the certificate before
OTHERS = ("*.hebergeur.example", "hebergeur.example")

ROWS = [
    row(certificate_untrusted, Status.PASS, shown=showing(ROOT_SIGNED)),
    row(
        certificate_untrusted, Status.FAIL, severity=Severity.HIGH, variant="self-signed", shown=showing(trust=Trust.SELF_SIGNED)
    ),
    row(certificate_untrusted, Status.FAIL, variant="incomplete", shown=showing(trust=Trust.INCOMPLETE)),
    row(certificate_untrusted, Status.FAIL, variant="", shown=showing(ROOT_SIGNED, trust=Trust.INCOMPLETE)),
    row(certificate_untrusted, Status.FAIL, variant="incomplete", shown=showing(STALE, trust=Trust.INCOMPLETE)),
    row(certificate_untrusted, Status.FAIL, variant="", shown=showing(trust=Trust.UNKNOWN_ISSUER, detail="self-signed root")),
    row(certificate_untrusted, Status.NOT_APPLICABLE, shown=NO_HTTPS),
    row(certificate_untrusted, Status.UNKNOWN, shown=UNSEEN),
    row(certificate_name, Status.PASS, shown=showing()),
    row(certificate_name, Status.PASS, shown=showing(names=("*.mairie-exemple.fr",))),
    row(certificate_name, Status.FAIL, severity=Severity.HIGH, variant="", shown=showing(names=OTHERS)),
    row(certificate_name, Status.FAIL, severity=Severity.HIGH, variant="unnamed", shown=showing(names=())),
    row(certificate_name, Status.UNKNOWN, shown=showing(names=None)),
    row(certificate_name, Status.UNKNOWN, shown=showing(names=OTHERS, names_cut=True)),
    row(certificate_name, Status.NOT_APPLICABLE, shown=NO_HTTPS),
    row(certificate_name, Status.UNKNOWN, shown=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_trust(line: Row) -> None:
    line.hold()
