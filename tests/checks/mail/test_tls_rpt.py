import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mail.tls_rpt import TlsRpt, report_addresses, tls_rpt_missing
from scanner.discovery import Exchange, Mx
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import Row, row

MX = Mx((Exchange(10, "mx1.mairie-exemple.fr"),))
GOOD = "v=TLSRPTv1; rua=mailto:tls@mairie-exemple.fr,https://rapports.exemple.net/tls"

ROWS = [
    row(tls_rpt_missing, Status.PASS, mx=MX, reports=TlsRpt((GOOD,))),
    row(tls_rpt_missing, Status.FAIL, severity=Severity.INFO, variant="", mx=MX, reports=Absent(Proof.NXDOMAIN)),
    row(tls_rpt_missing, Status.FAIL, variant="invalid", mx=MX, reports=TlsRpt(("v=TLSRPTv1; rua=tls@mairie-exemple.fr",))),
    row(tls_rpt_missing, Status.FAIL, variant="invalid", mx=MX, reports=TlsRpt((GOOD, GOOD))),
    row(tls_rpt_missing, Status.NOT_APPLICABLE, mx=Absent(Proof.NODATA), reports=Absent(Proof.NODATA)),
    row(tls_rpt_missing, Status.UNKNOWN, mx=MX, reports=Unobserved(Reason.DNS_FAILURE)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_tls_rpt(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize(
    ("record", "count"),
    [
        (GOOD, 2),
        ("v=TLSRPTv1;rua=mailto:a@b.fr", 1),
        ("v=TLSRPTv1", 0),
        ("v=TLSRPTv1; rua=http://b.fr", 0),
        ("v=TLSRPTv1; ruf=mailto:a@b.fr", 0),
    ],
)
def test_report_addresses_are_mailto_or_https(record: str, count: int) -> None:
    assert len(report_addresses(record)) == count


@given(st.text(max_size=300))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    report_addresses("v=TLSRPTv1;" + text)
