import pytest

from checks.mail.implicit_mx import ImplicitMx
from checks.mail.mx import null_mx_missing, sends_no_mail
from checks.mail.spf import Spf
from checks.mail.spf_evaluation import SpfAnswer
from scanner.discovery import Exchange, Mx
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from tests.judging import DOMAIN, Row, row

MX = Mx((Exchange(10, "mx1.mairie-exemple.fr"),))
NO_MX, NULL_MX = Absent(Proof.NODATA), Absent(Proof.NULL_MX)
WEB = ImplicitMx(("203.0.113.7",))
NO_SPF = Absent(Proof.NONE)


def spf(record: str) -> Spf:
    return Spf((SpfAnswer(DOMAIN.name, "TXT", (record,)),))


ROWS = [
    row(null_mx_missing, Status.PASS, mx=MX, implicit=Absent(Proof.NONE), spf=NO_SPF),
    row(null_mx_missing, Status.PASS, mx=NULL_MX, implicit=NULL_MX, spf=NO_SPF),
    row(null_mx_missing, Status.PASS, mx=NO_MX, implicit=WEB, spf=spf("v=spf1 -all")),
    row(null_mx_missing, Status.FAIL, severity=Severity.LOW, mx=NO_MX, implicit=WEB, spf=NO_SPF),
    row(null_mx_missing, Status.FAIL, mx=NO_MX, implicit=WEB, spf=spf("v=spf1 include:exemple.net -all")),
    row(null_mx_missing, Status.NOT_APPLICABLE, mx=NO_MX, implicit=NO_MX, spf=NO_SPF),
    row(null_mx_missing, Status.PASS, mx=MX, implicit=Absent(Proof.NONE), spf=Unobserved(Reason.DNS_FAILURE)),
    row(null_mx_missing, Status.UNKNOWN, mx=NO_MX, implicit=WEB, spf=Unobserved(Reason.DNS_FAILURE)),
    row(null_mx_missing, Status.UNKNOWN, mx=Unobserved(Reason.DNS_FAILURE), implicit=WEB, spf=NO_SPF),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_mx(line: Row) -> None:
    line.hold()


def test_a_domain_sends_no_mail_only_where_it_says_so() -> None:
    assert sends_no_mail(NULL_MX, NO_SPF)
    assert sends_no_mail(MX, spf("v=spf1 -all"))
    assert sends_no_mail(NULL_MX, spf("v=spf1 -all"))
    assert not sends_no_mail(NULL_MX, spf("v=spf1 include:spf.brevo.com ~all"))  # RFC 7505 speaks of what is received
    assert not sends_no_mail(NULL_MX, Spf((SpfAnswer(DOMAIN.name, "TXT", ("v=spf1 -all", "v=spf1 mx -all")),)))
    assert not sends_no_mail(NO_MX, NO_SPF)
    assert not sends_no_mail(NO_MX, spf("v=spf1 mx -all"))
