import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.web.headers import (
    csp_missing,
    framing_allowed,
    limits_scripts,
    nosniff_missing,
    read_policies,
    referrer_policy_missing,
)
from checks.web.home import HomePage
from scanner.model import Reason, Severity, Status, Unobserved
from tests.judging import Row, row

UNSEEN = Unobserved(Reason.CHALLENGED, "HTTP 403")
ELSEWHERE = HomePage("https://mairie-exemple.fr/", 200, ())
IN_CLEAR = HomePage("http://www.mairie-exemple.fr/", 200, ())


def page(*headers: tuple[str, str], policies: tuple[str, ...] = (), referrers: tuple[str, ...] = ()) -> HomePage:
    return HomePage("https://www.mairie-exemple.fr/", 200, headers, policies=policies, referrers=referrers)


def csp(*values: str) -> HomePage:
    return page(*(("content-security-policy", value) for value in values))


ROWS = [
    row(csp_missing, Status.PASS, page=csp("default-src 'self'")),
    row(csp_missing, Status.PASS, page=page(policies=("default-src 'self'",))),
    row(csp_missing, Status.PASS, page=csp("upgrade-insecure-requests", "script-src 'self'")),
    row(csp_missing, Status.FAIL, severity=Severity.LOW, variant="", page=page()),
    row(csp_missing, Status.FAIL, variant="", page=page(("content-security-policy-report-only", "default-src 'self'"))),
    row(csp_missing, Status.FAIL, severity=Severity.INFO, variant="unsafe", page=csp("upgrade-insecure-requests")),
    row(csp_missing, Status.FAIL, variant="unsafe", page=csp("script-src 'self' 'unsafe-inline'")),
    row(csp_missing, Status.NOT_APPLICABLE, page=ELSEWHERE),
    row(csp_missing, Status.NOT_APPLICABLE, page=IN_CLEAR),
    row(csp_missing, Status.UNKNOWN, page=UNSEEN),
    row(framing_allowed, Status.PASS, page=page(("x-frame-options", "SAMEORIGIN"))),
    row(framing_allowed, Status.PASS, page=csp("frame-ancestors 'self' https://portail.example")),
    row(framing_allowed, Status.FAIL, severity=Severity.LOW, page=page(("x-frame-options", "ALLOWALL"))),
    row(framing_allowed, Status.FAIL, page=page(policies=("frame-ancestors 'self'",))),
    row(framing_allowed, Status.FAIL, page=page(("x-frame-options", "DENY"), ("content-security-policy", "frame-ancestors *"))),
    row(framing_allowed, Status.NOT_APPLICABLE, page=ELSEWHERE),
    row(framing_allowed, Status.UNKNOWN, page=UNSEEN),
    row(nosniff_missing, Status.PASS, page=page(("x-content-type-options", "NoSniff"))),
    row(nosniff_missing, Status.PASS, page=page(("x-content-type-options", "nosniff, nosniff"))),
    row(nosniff_missing, Status.FAIL, severity=Severity.LOW, page=page()),
    row(nosniff_missing, Status.NOT_APPLICABLE, page=ELSEWHERE),
    row(nosniff_missing, Status.UNKNOWN, page=UNSEEN),
    row(referrer_policy_missing, Status.PASS, page=page(("referrer-policy", "no-referrer, strict-origin-when-cross-origin"))),
    row(referrer_policy_missing, Status.PASS, page=page(referrers=("same-origin",))),
    row(referrer_policy_missing, Status.FAIL, severity=Severity.INFO, variant="", page=page(("referrer-policy", "never"))),
    row(referrer_policy_missing, Status.FAIL, variant="unsafe", page=page(("referrer-policy", "unsafe-url"))),
    row(referrer_policy_missing, Status.NOT_APPLICABLE, page=ELSEWHERE),
    row(referrer_policy_missing, Status.UNKNOWN, page=UNSEEN),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_headers(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize(
    ("policy", "limits"),
    [
        ("default-src 'self'", True),
        ("default-src 'none'; script-src", True),
        ("script-src 'nonce-abc' 'unsafe-inline'", True),
        ("script-src 'nonce-abc' 'strict-dynamic' https: 'unsafe-inline'", True),
        ("default-src *; script-src 'self'", True),
        ("script-src 'self'; script-src *", True),
        ("script-src 'self' https:", False),
        ("SCRIPT-SRC *", False),
        ("default-src 'self' 'unsafe-inline'", False),
        ("img-src 'self'", False),
        ("script-src data:", False),
    ],
)
def test_a_policy_limits_scripts_as_csp_3_says(policy: str, limits: bool) -> None:
    assert limits_scripts(read_policies((policy,))[0]) is limits


@given(st.lists(st.text(max_size=200), max_size=5))
def test_no_header_makes_the_policy_reader_raise(values: list[str]) -> None:
    for policy in read_policies(tuple(values)):
        limits_scripts(policy)
