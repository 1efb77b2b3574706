from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.web.security_txt import (
    SecurityTxt,
    next_expires,
    read_answer,
    read_expires,
    read_fields,
    security_txt_invalid,
    security_txt_missing,
)
from scanner.model import Absent, Proof, Reason, Status, Unobserved
from scanner.net import NetFailure, Response
from tests.judging import NOW, Row, row

URL = "https://mairie-exemple.fr/.well-known/security.txt"
CONTACT = ("mailto:securite@mairie-exemple.fr",)
GOOD = SecurityTxt(URL, CONTACT, ("2027-05-01T00:00:00Z",))
UNSEEN = Unobserved(Reason.TIMEOUT)
NOT_FOUND = Absent(Proof.NOT_FOUND, f"{URL}: HTTP 404")


def with_expires(*values: str) -> SecurityTxt:
    return SecurityTxt(URL, CONTACT, values)


ROWS = [
    row(security_txt_missing, Status.PASS, file=GOOD),
    row(security_txt_missing, Status.FAIL, file=NOT_FOUND),
    row(security_txt_missing, Status.NOT_APPLICABLE, file=Absent(Proof.REFUSED)),
    row(security_txt_missing, Status.UNKNOWN, file=UNSEEN),
    row(security_txt_invalid, Status.PASS, file=GOOD),
    row(security_txt_invalid, Status.PASS, file=with_expires("2026-11-23T11:00:00+01:00")),
    row(security_txt_invalid, Status.FAIL, variant="", file=with_expires()),
    row(security_txt_invalid, Status.FAIL, variant="", file=with_expires("2027-05-01T00:00:00Z", "2028-05-01T00:00:00Z")),
    row(security_txt_invalid, Status.FAIL, variant="", file=with_expires("bientôt")),
    row(security_txt_invalid, Status.FAIL, variant="expired", file=with_expires("2026-11-23T09:00:00z")),
    row(
        security_txt_invalid, Status.FAIL, variant="contact", file=SecurityTxt(URL, ("securite@mairie-exemple.fr",), GOOD.expires)
    ),
    row(security_txt_invalid, Status.FAIL, variant="contact", file=SecurityTxt(URL, (), GOOD.expires)),
    row(
        security_txt_invalid,
        Status.FAIL,
        variant="contact",
        file=SecurityTxt(URL, ("http://mairie-exemple.fr/contact",), GOOD.expires),
    ),
    row(security_txt_invalid, Status.PASS, file=SecurityTxt(URL, ("http://a.fr/", "https://a.fr/"), GOOD.expires)),
    row(security_txt_invalid, Status.NOT_APPLICABLE, file=NOT_FOUND),
    row(security_txt_invalid, Status.UNKNOWN, file=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_security_txt(line: Row) -> None:
    line.hold()


def answer(body: str, status: int = 200, kind: str = "text/plain; charset=utf-8") -> Response:
    return Response(URL, status, (("content-type", kind),), body.encode(), "203.0.113.7")


def test_a_signed_file_is_read_through_its_signature() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# qui prévenir\r\nCONTACT : mailto:securite@mairie-exemple.fr\n"
        "- Expires: 2027-05-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\nContact: mailto:faux@example.org\n"
    )
    assert read_answer(answer(text)) == GOOD


@pytest.mark.parametrize(
    "page",
    [
        answer("", 404),
        answer("", 410),
        answer("<!doctype html><title>Accueil</title>Contact: x", kind="text/html"),
        answer("page introuvable"),
        answer(""),
    ],
)
def test_a_page_that_is_no_security_txt_is_an_absence(page: Response) -> None:
    found = read_answer(page)
    assert isinstance(found, Absent)
    assert found.proof is Proof.NOT_FOUND


@pytest.mark.parametrize(("status", "reason"), [(403, Reason.CHALLENGED), (500, Reason.UNDETERMINED), (302, Reason.UNDETERMINED)])
def test_a_shield_or_an_error_is_no_absence(status: int, reason: Reason) -> None:
    with pytest.raises(NetFailure) as raised:
        read_answer(answer("", status))
    assert raised.value.reason is reason


def test_the_proposed_date_is_valid_for_less_than_a_year() -> None:
    proposed = read_expires(next_expires(NOW))
    assert proposed == datetime(2027, 10, 23, tzinfo=UTC)


@given(st.text(max_size=2_000))
def test_no_file_makes_the_reader_raise(text: str) -> None:
    for name, value in read_fields(text):
        assert len(name) <= 40
        assert len(value) <= 300


@given(st.text(max_size=60))
def test_no_date_makes_the_reader_raise(text: str) -> None:
    when = read_expires(text)
    assert when is None or when <= NOW or when > NOW
