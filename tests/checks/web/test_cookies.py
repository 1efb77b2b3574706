import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.web.cookies import cookie_insecure, read_cookie
from checks.web.home import HomePage
from scanner.model import Reason, Severity, Status, Unobserved
from tests.judging import NOW, Row, row


def page(*cookies: str, url: str = "https://www.mairie-exemple.fr/") -> HomePage:
    return HomePage(url, 200, tuple(("set-cookie", cookie) for cookie in cookies))


ROWS = [
    row(cookie_insecure, Status.PASS, page=page()),
    row(cookie_insecure, Status.PASS, page=page("PHPSESSID=0f1e; Path=/; Secure; HttpOnly", "lang=fr; secure")),
    row(cookie_insecure, Status.PASS, page=page("XSRF-TOKEN=0f1e; secure")),
    row(cookie_insecure, Status.PASS, page=page("PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0")),
    row(cookie_insecure, Status.PASS, page=page("PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT")),
    row(cookie_insecure, Status.PASS, page=page("no equals sign")),
    row(cookie_insecure, Status.FAIL, severity=Severity.MEDIUM, variant="", page=page("spip_session=1_a; HttpOnly")),
    row(cookie_insecure, Status.FAIL, severity=Severity.LOW, variant="", page=page("lang=fr; path=/")),
    row(cookie_insecure, Status.FAIL, severity=Severity.MEDIUM, variant="readable", page=page("JSESSIONID=A1; Secure")),
    row(cookie_insecure, Status.NOT_APPLICABLE, page=page("PHPSESSID=0f1e", url="https://mairie-exemple.fr/")),
    row(cookie_insecure, Status.UNKNOWN, page=Unobserved(Reason.TIMEOUT)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_cookies(line: Row) -> None:
    line.hold()


def test_the_value_of_a_cookie_is_never_evidence() -> None:
    line = row(cookie_insecure, Status.FAIL, page=page("PHPSESSID=s3cr3t==; path=/"))
    findings = line.hold()
    assert [finding.evidence for finding in findings] == [("PHPSESSID=[…]; path=/",)] * 2
    assert all(finding.facts == {"cookies": ("PHPSESSID",)} for finding in findings)


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("PHPSESSID", True), ("ASP.NET_SessionId", True), ("wordpress_logged_in_0f1e", True), ("auth_token", True),
        ("SSESS0f1e", True), ("0123456789abcdef0123456789abcdef", True), ("connect.sid", True),
        ("csrftoken", False), ("XSRF-TOKEN", False), ("author", False), ("lang", False), ("assessment", False),
    ],
)  # fmt: skip
def test_session_cookies_are_known_by_their_name(name: str, holds: bool) -> None:
    cookie = read_cookie(f"{name}=1", NOW)
    assert cookie is not None
    assert cookie.holds_session is holds


@given(st.text(max_size=300))
def test_no_cookie_line_makes_the_reader_raise(line: str) -> None:
    cookie = read_cookie(line, NOW)
    assert cookie is None or (cookie.name and len(cookie.masked) <= 500)


@given(st.text(max_size=60))
def test_no_date_makes_the_reader_raise(date: str) -> None:
    read_cookie(f"a=b; Expires={date}", NOW)
