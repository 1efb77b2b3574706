import pytest

from checks.web.home import HomePage, PlainPage
from checks.web.redirect import is_official, redirect_foreign
from scanner.model import Absent, Domain, Proof, Reason, Severity, Status, Unobserved
from scanner.net import Hop
from tests.judging import Row, row

SITE = "www.mairie-exemple.fr"
HERE, AWAY = f"https://{SITE}/", "https://www.communaute-exemple.fr/mairie"
CLOSED = Absent(Proof.REFUSED, "203.0.113.7 port 443: connection refused")
NO_NAME = Absent(Proof.NXDOMAIN)
UNSEEN = Unobserved(Reason.TIMEOUT)


def page(*way: str, stopped: str = "", status: int = 200) -> HomePage:
    """The home page at the end of this way."""
    hops = tuple(Hop(url, 301 if target else status, target) for url, target in zip(way, (*way[1:], ""), strict=True))
    return HomePage(way[-1], status, (), hops, stopped)


def plain(location: str = "", url: str = f"http://{SITE}/") -> PlainPage:
    status = 301 if location else 200
    return PlainPage(url, status, location, (), (Hop(url, status, location),))


LED = plain(HERE)

ROWS = [
    row(redirect_foreign, Status.PASS, page=page(HERE), plain=LED),
    row(redirect_foreign, Status.PASS, page=page(HERE, "https://mairie-exemple.fr/"), plain=LED),
    row(redirect_foreign, Status.PASS, page=page(HERE, "https://portail.mairie-exemple.fr/"), plain=LED),
    row(redirect_foreign, Status.PASS, page=page(HERE, "https://exemple.collectivite.fr/"), plain=LED),
    row(redirect_foreign, Status.PASS, page=page(HERE, "https://www.aisne.gouv.fr/"), plain=LED),
    row(redirect_foreign, Status.PASS, page=page(HERE, "https://ailleurs.fr/", HERE), plain=LED),  # the end counts
    row(redirect_foreign, Status.PASS, page=page(HERE, status=500), plain=LED),
    row(redirect_foreign, Status.PASS, page=page(HERE), plain=UNSEEN),
    row(redirect_foreign, Status.PASS, page=page(HERE), plain=plain("http://muet.fr/")),
    row(redirect_foreign, Status.PASS, page=CLOSED, plain=plain()),
    row(redirect_foreign, Status.PASS, page=CLOSED, plain=LED),
    row(redirect_foreign, Status.FAIL, severity=Severity.INFO, variant="", page=page(HERE, AWAY), plain=LED),
    row(redirect_foreign, Status.FAIL, page=page(HERE, AWAY, status=404), plain=LED),
    row(redirect_foreign, Status.FAIL, page=page(HERE, "http://203.0.113.9/"), plain=LED),
    row(redirect_foreign, Status.FAIL, page=page(HERE, "https://mairie-exemple.fr.ailleurs.fr/"), plain=LED),
    row(redirect_foreign, Status.FAIL, page=page(HERE, "https://fauxgouv.fr/"), plain=LED),
    row(redirect_foreign, Status.FAIL, page=page(HERE), plain=plain(AWAY)),  # who types no scheme arrives there
    row(redirect_foreign, Status.FAIL, page=CLOSED, plain=plain(AWAY)),
    row(redirect_foreign, Status.FAIL, page=CLOSED, plain=plain(url="http://communaute-exemple.fr/")),
    row(redirect_foreign, Status.FAIL, page=UNSEEN, plain=plain(AWAY)),
    row(redirect_foreign, Status.UNKNOWN, page=UNSEEN, plain=LED),
    row(redirect_foreign, Status.UNKNOWN, page=CLOSED, plain=UNSEEN),
    row(redirect_foreign, Status.UNKNOWN, page=CLOSED, plain=plain("http://muet.fr/")),
    row(redirect_foreign, Status.UNKNOWN, page=page(HERE, stopped="too_many"), plain=LED),
    row(redirect_foreign, Status.NOT_APPLICABLE, page=page(HERE, stopped="circle"), plain=LED),
    row(redirect_foreign, Status.UNKNOWN, page=page(HERE, stopped="unreachable"), plain=LED),
    row(redirect_foreign, Status.NOT_APPLICABLE, page=CLOSED, plain=CLOSED),
    row(redirect_foreign, Status.NOT_APPLICABLE, page=NO_NAME, plain=NO_NAME),
]


@pytest.mark.parametrize("line", ROWS, ids=str)
def test_redirect(line: Row) -> None:
    line.hold()


def test_the_finding_names_the_end_and_shows_the_way() -> None:
    (finding,) = row(redirect_foreign, Status.FAIL, page=page(HERE, AWAY), plain=LED).hold()
    assert finding.facts == {"target": "www.communaute-exemple.fr"}
    assert finding.evidence == (f"{HERE}: HTTP 301 -> {AWAY}", f"{AWAY}: HTTP 200")


def test_a_name_with_accents_is_the_towns_own_however_it_is_written() -> None:
    accents = "https://www.saint-étienne-exemple.fr/"
    assert is_official(Domain("xn--saint-tienne-exemple-g2b.fr"), page(accents).host)


@pytest.mark.parametrize(
    ("domain", "host", "official"),
    [
        ("ville.agglo.fr", "www.agglo.fr", True),
        ("ville.agglo.fr", "agglo.com", False),
        ("ville.asso.fr", "autre.asso.fr", False),
        ("ville.asso.fr", "www.ville.asso.fr", True),
        ("mairie-a.e-monsite.com", "pirate.e-monsite.com", False),  # a builder gives each customer a name below its own
        ("mairie-a.e-monsite.com", "www.mairie-a.e-monsite.com", True),
        ("ville.fr", "autre.fr", False),
        ("ville.gouv.fr", "autre.gouv.fr", True),
    ],
)
def test_what_belongs_to_one_registration_is_the_towns_own(domain: str, host: str, official: bool) -> None:
    assert is_official(Domain(domain), host) is official
