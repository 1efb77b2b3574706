import pytest

from checks.web.home import HomePage
from checks.web.hsts import hsts_missing, max_age
from scanner.model import Reason, Severity, Status, Unobserved
from tests.judging import Row, row


def page(*hsts: str, url: str = "https://www.mairie-exemple.fr/", status: int = 200) -> HomePage:
    return HomePage(url, status, tuple(("strict-transport-security", value) for value in hsts))


ROWS = [
    row(hsts_missing, Status.PASS, page=page("max-age=31536000; includeSubDomains")),
    row(hsts_missing, Status.FAIL, severity=Severity.MEDIUM, page=page()),
    row(hsts_missing, Status.FAIL, severity=Severity.MEDIUM, page=page("max-age=0")),
    row(hsts_missing, Status.FAIL, severity=Severity.LOW, variant="short", page=page("max-age=86400")),
    row(hsts_missing, Status.NOT_APPLICABLE, page=page(url="https://mairie-exemple.fr/")),
    row(hsts_missing, Status.UNKNOWN, page=Unobserved(Reason.TIMEOUT)),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_hsts(line: Row) -> None:
    line.hold()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("max-age=300", 300), ('Max-Age="600"; preload', 600), ("includeSubDomains", None), ("max-age=-1", None), ("", None)],
)
def test_max_age_is_read_as_rfc_6797_asks(header: str, seconds: int | None) -> None:
    assert max_age((header,)) == seconds
