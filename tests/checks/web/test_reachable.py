import pytest

from checks.web.home import HomePage, PlainPage
from checks.web.reachable import unreachable
from scanner.model import Absent, Proof, Reason, Status, Unobserved
from scanner.net import Hop
from tests.judging import Row, row

APEX, WWW = "https://mairie-exemple.fr/", "https://www.mairie-exemple.fr/"
CLOSED = Absent(Proof.REFUSED, "203.0.113.7 port 443: connection refused")
NO_NAME = Absent(Proof.NXDOMAIN, "www.mairie-exemple.fr A: NXDOMAIN")


def page(status: int = 200, url: str = WWW, stopped: str = "") -> HomePage:
    return HomePage(url, status, (), stopped=stopped)


def turning(*way: str, stopped: str = "circle") -> HomePage:
    """A home page whose redirects come back to where they began."""
    hops = tuple(Hop(url, 302, follower) for url, follower in zip(way, (*way[1:], way[0]), strict=True))
    return HomePage(way[0], 302, (), (*hops, hops[0]), stopped)


def plain(status: int = 200, location: str = "") -> PlainPage:
    return PlainPage("http://www.mairie-exemple.fr/", status, location, ())


ROWS = [
    row(unreachable, Status.PASS, pages=(page(), page()), plain=(plain(301, WWW), plain(301, WWW))),
    row(unreachable, Status.PASS, pages=(CLOSED, CLOSED), plain=(plain(), Unobserved(Reason.TIMEOUT))),
    row(unreachable, Status.PASS, pages=(page(404), page()), plain=(CLOSED, CLOSED)),
    row(unreachable, Status.UNKNOWN, pages=(page(404), Unobserved(Reason.TIMEOUT)), plain=(CLOSED, CLOSED)),
    row(unreachable, Status.UNKNOWN, pages=(page(418), page(418)), plain=(plain(418), plain(418))),
    row(unreachable, Status.UNKNOWN, pages=(page(404), page(500)), plain=(CLOSED, CLOSED)),
    row(unreachable, Status.PASS, pages=(CLOSED,), plain=(plain(301, "https://mairie-exemple.collectivite.fr/"),)),
    row(unreachable, Status.FAIL, variant="", pages=(CLOSED, NO_NAME), plain=(CLOSED, NO_NAME)),
    row(unreachable, Status.FAIL, variant="", pages=(CLOSED,), plain=(plain(301, WWW),)),
    row(unreachable, Status.FAIL, variant="", pages=(Absent(Proof.NOT_OFFERED, "not TLS"),), plain=(CLOSED,)),
    row(unreachable, Status.FAIL, variant="error", pages=(page(500), page(500)), plain=(plain(301, APEX), CLOSED)),
    row(unreachable, Status.FAIL, variant="error", pages=(page(502), CLOSED), plain=(plain(502), CLOSED)),
    row(unreachable, Status.UNKNOWN, pages=(Unobserved(Reason.TIMEOUT), CLOSED), plain=(CLOSED, CLOSED)),
    row(unreachable, Status.UNKNOWN, pages=(page(500), Unobserved(Reason.THROTTLED)), plain=(CLOSED, CLOSED)),
    row(unreachable, Status.FAIL, variant="circle", pages=(turning(WWW),), plain=(plain(301, WWW),)),
    row(unreachable, Status.FAIL, variant="circle", pages=(turning(APEX, WWW), CLOSED), plain=(plain(301, APEX), CLOSED)),
    row(unreachable, Status.FAIL, variant="error", pages=(turning(WWW), page(500)), plain=(plain(301, WWW),)),
    row(unreachable, Status.PASS, pages=(turning(WWW), page(url=APEX)), plain=(plain(301, WWW), plain(301, APEX))),
    row(unreachable, Status.UNKNOWN, pages=(turning(WWW, stopped="cookies"),), plain=(plain(301, WWW),)),
    row(unreachable, Status.UNKNOWN, pages=(turning(WWW), Unobserved(Reason.TIMEOUT)), plain=(CLOSED, CLOSED)),
    row(unreachable, Status.UNKNOWN, pages=(page(302, stopped="too_many"),), plain=(CLOSED,)),
    row(unreachable, Status.UNKNOWN, pages=(CLOSED,), plain=(plain(301, "http://ailleurs.example/"),)),
    row(unreachable, Status.NOT_APPLICABLE, pages=(NO_NAME, NO_NAME), plain=(NO_NAME, NO_NAME)),
]


def test_every_step_of_a_circle_is_evidence() -> None:
    line = row(unreachable, Status.FAIL, pages=(turning(APEX, WWW),), plain=(CLOSED,))
    (found,) = line.hold()
    assert found.facts == {"url": APEX, "target": WWW}
    assert found.evidence[:3] == (f"{APEX}: HTTP 302 -> {WWW}", f"{WWW}: HTTP 302 -> {APEX}", f"{APEX}: HTTP 302 -> {WWW}")


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_unreachable(line: Row) -> None:
    line.hold()
