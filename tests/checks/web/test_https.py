import pytest

from checks.web.home import HomePage, PlainPage
from checks.web.https import http_not_redirected, https_downgrade, https_missing
from scanner.model import Absent, Proof, Reason, Severity, Status, Unobserved
from scanner.net import Hop
from tests.judging import Row, row

SITE = "www.mairie-exemple.fr"
PAGE = HomePage(f"https://{SITE}/", 200, ())
CLOSED = Absent(Proof.REFUSED, "203.0.113.7 port 443: connection refused")
NO_NAME = Absent(Proof.NXDOMAIN)
UNSEEN = Unobserved(Reason.TIMEOUT)


def plain(status: int = 200, location: str = "", url: str = f"http://{SITE}/", stopped: str = "") -> PlainPage:
    return PlainPage(url, status, location, (), (Hop(url, status, location),), stopped)


def walked(*urls: str) -> HomePage:
    """The home page after these redirects."""
    hops = tuple(Hop(url, 301 if follower else 200, follower) for url, follower in zip(urls, (*urls[1:], ""), strict=True))
    return HomePage(urls[-1], 200, (), hops)


ROWS = [
    row(https_missing, Status.PASS, page=PAGE, plain=plain()),
    row(https_missing, Status.FAIL, severity=Severity.HIGH, variant="", page=CLOSED, plain=plain()),
    row(https_missing, Status.FAIL, page=Absent(Proof.NOT_OFFERED, "not TLS: HTTP_REQUEST"), plain=plain()),
    row(https_missing, Status.FAIL, variant="closed", page=CLOSED, plain=plain(301, f"https://{SITE}/")),
    row(https_missing, Status.NOT_APPLICABLE, page=CLOSED, plain=plain(301, "https://mairie-exemple.fr/")),
    row(https_missing, Status.NOT_APPLICABLE, page=CLOSED, plain=plain(url="http://mairie-exemple.fr/")),
    row(https_missing, Status.NOT_APPLICABLE, page=CLOSED, plain=plain(404)),
    row(https_missing, Status.NOT_APPLICABLE, page=CLOSED, plain=plain(301, f"http://{SITE}/", stopped="circle")),
    row(https_missing, Status.UNKNOWN, page=CLOSED, plain=plain(301, f"http://{SITE}/", stopped="too_many")),
    row(https_missing, Status.UNKNOWN, page=CLOSED, plain=plain(418)),
    row(https_missing, Status.NOT_APPLICABLE, page=CLOSED, plain=CLOSED),
    row(https_missing, Status.NOT_APPLICABLE, page=NO_NAME, plain=NO_NAME),
    row(https_missing, Status.FAIL, variant="broken", page=HomePage(f"https://{SITE}/", 404, ()), plain=plain()),
    row(https_missing, Status.PASS, page=HomePage(f"https://{SITE}/", 404, ()), plain=plain(404)),
    row(https_missing, Status.PASS, page=PAGE, plain=UNSEEN),
    row(https_missing, Status.UNKNOWN, page=UNSEEN, plain=plain()),
    row(https_missing, Status.UNKNOWN, page=CLOSED, plain=UNSEEN),
    row(http_not_redirected, Status.PASS, page=PAGE, plain=plain(301, f"https://{SITE}/")),
    row(http_not_redirected, Status.PASS, page=PAGE, plain=CLOSED),
    row(http_not_redirected, Status.FAIL, page=PAGE, plain=plain()),
    row(http_not_redirected, Status.FAIL, page=PAGE, plain=plain(url="http://ailleurs.example/")),
    row(http_not_redirected, Status.NOT_APPLICABLE, page=PAGE, plain=plain(url="http://mairie-exemple.fr/")),
    row(http_not_redirected, Status.NOT_APPLICABLE, page=PAGE, plain=plain(404)),
    row(http_not_redirected, Status.UNKNOWN, page=PAGE, plain=plain(418)),
    row(http_not_redirected, Status.UNKNOWN, page=HomePage(f"https://{SITE}/", 418, ()), plain=plain(418)),
    row(http_not_redirected, Status.NOT_APPLICABLE, page=HomePage(f"https://{SITE}/", 500, ()), plain=plain()),
    row(http_not_redirected, Status.NOT_APPLICABLE, page=CLOSED, plain=plain()),
    row(http_not_redirected, Status.UNKNOWN, page=PAGE, plain=plain(302, f"http://{SITE}/")),
    row(http_not_redirected, Status.UNKNOWN, page=PAGE, plain=UNSEEN),
    row(http_not_redirected, Status.FAIL, variant="circle", page=PAGE, plain=plain(301, f"http://{SITE}/", stopped="circle")),
    row(http_not_redirected, Status.UNKNOWN, page=PAGE, plain=plain(301, f"http://{SITE}/", stopped="cookies")),
    row(http_not_redirected, Status.UNKNOWN, page=HomePage(f"https://{SITE}/", 302, (), stopped="circle"), plain=plain()),
    row(https_downgrade, Status.PASS, page=walked(f"https://{SITE}/", "https://mairie-exemple.fr/")),
    row(https_downgrade, Status.FAIL, severity=Severity.MEDIUM, variant="", page=walked(f"https://{SITE}/", f"http://{SITE}/")),
    row(
        https_downgrade,
        Status.FAIL,
        severity=Severity.LOW,
        variant="detour",
        page=walked(f"https://{SITE}/", "http://mairie-exemple.fr/", "https://mairie-exemple.fr/"),
    ),
    row(
        https_downgrade,
        Status.NOT_APPLICABLE,
        page=walked(f"https://{SITE}/", "https://mairie-exemple.fr/", "http://mairie-exemple.fr/"),
    ),
    row(
        https_downgrade,  # the place that it leads to was not asked
        Status.FAIL,
        variant="",
        page=HomePage(f"https://{SITE}/", 301, (), (Hop(f"https://{SITE}/", 301, "http://192.0.2.1/"),), "blocked"),
    ),
    row(https_downgrade, Status.UNKNOWN, page=UNSEEN),
    row(https_downgrade, Status.NOT_APPLICABLE, page=CLOSED),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_https(line: Row) -> None:
    line.hold()
