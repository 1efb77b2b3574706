import pytest

from checks.dns.dnssec import Dnssec, Signing, dnssec_bogus, dnssec_missing
from scanner.model import Absent, Proof, Reason, Status, Unobserved
from tests.judging import Row, row

DS = ("12345 13 2 49fd46e6c4b45c55d4ac",)
SECURE, UNSIGNED = Dnssec(Signing.SECURE, DS), Dnssec(Signing.UNSIGNED, (), "mairie-exemple.fr DS: NODATA")
BOGUS = Dnssec(Signing.BOGUS, DS, "mairie-exemple.fr SOA: signatures rejected")
ROWS = [
    row(dnssec_missing, Status.PASS, state=SECURE),
    row(dnssec_missing, Status.PASS, state=Dnssec(Signing.UNVALIDATED, DS)),
    row(dnssec_missing, Status.PASS, state=BOGUS),
    row(dnssec_missing, Status.FAIL, state=UNSIGNED),
    row(dnssec_missing, Status.UNKNOWN, state=Dnssec(Signing.UNDETERMINED, DS)),
    row(dnssec_missing, Status.UNKNOWN, state=Unobserved(Reason.DNS_FAILURE)),
    row(dnssec_missing, Status.NOT_APPLICABLE, state=Absent(Proof.NODATA)),
    row(dnssec_bogus, Status.PASS, state=SECURE),
    row(dnssec_bogus, Status.FAIL, state=BOGUS),
    row(dnssec_bogus, Status.NOT_APPLICABLE, state=UNSIGNED),
    row(dnssec_bogus, Status.UNKNOWN, state=Dnssec(Signing.UNVALIDATED, DS)),
    row(dnssec_bogus, Status.UNKNOWN, state=Dnssec(Signing.UNDETERMINED, DS)),
    row(dnssec_bogus, Status.UNKNOWN, state=Unobserved(Reason.DNSSEC_BOGUS)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_dnssec(line: Row) -> None:
    line.hold()


def test_an_unvalidating_resolver_of_ours_is_said_to_be_ours() -> None:
    outcome = row(dnssec_bogus, Status.UNKNOWN, state=Dnssec(Signing.UNVALIDATED, DS)).outcome()
    assert outcome.reason is Reason.OURS
