import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.dns.caa import Caa, caa_missing, tags
from scanner.model import Absent, Proof, Reason, Status, Unobserved
from tests.judging import Row, row


def records(*texts: str) -> Caa:
    return Caa("mairie-exemple.fr", texts)


ROWS = [
    row(caa_missing, Status.PASS, caa=records('0 issue "letsencrypt.org"', '0 iodef "mailto:dsi@mairie-exemple.fr"')),
    row(caa_missing, Status.PASS, caa=records('128 ISSUE ";"')),
    row(caa_missing, Status.FAIL, variant="", caa=Absent(Proof.NODATA, "mairie-exemple.fr CAA: NODATA")),
    row(caa_missing, Status.FAIL, variant="no-issue", caa=records('0 iodef "mailto:dsi@mairie-exemple.fr"')),
    row(caa_missing, Status.FAIL, variant="no-issue", caa=records('0 issuewild "letsencrypt.org"')),
    row(caa_missing, Status.UNKNOWN, caa=Unobserved(Reason.DNS_FAILURE)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_caa(line: Row) -> None:
    line.hold()


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_record_is_read_without_an_error(texts: list[str]) -> None:
    assert len(tags(tuple(texts))) <= len(texts)
