"""The pages here are synthetic, after the answers of the real SPIP and Matomo of the laboratory, before their installation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.web.unfinished import unfinished
from scanner.net import Headers, Response

SAYS = "<p>Ce site n’est pas encore configuré. Revenez plus tard...</p>"
SPIP = f'<html><body class="minipage minipage--admin"><h2>Site en travaux</h2>{SAYS}'
MATOMO = (
    "<title>Matomo 5.3.1 &rsaquo; Installation</title>"
    '<link rel="stylesheet" href="index.php?module=Installation&action=getInstallationCss"/>'
)


def answer(body: str, status: int = 200, headers: Headers = ()) -> Response:
    return Response("https://mairie-exemple.fr/", status, headers, body.encode(), "203.0.113.7")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (answer(SPIP, 503), "spip"),
        (answer(f"<div id='minipres'><h1>Site en travaux</h1>{SAYS.replace('é', '&eacute;')}"), "spip"),
        (answer('<body class="minipage"><p>This site is not yet set up. Please come back later...', 503), "spip"),
        (answer(SPIP, 503, (("retry-after", "3600"),)), ""),  # it asks visitors to come back
        (answer(SPIP.replace(SAYS, "<p>Problème technique</p>"), 503), ""),  # its database is down: nobody left it open
        (answer(SAYS, 503), ""),  # an article that speaks of such a page
        (answer("<h1>Maintenance</h1>", 503), ""),
        (answer(MATOMO), "matomo 5.3.1"),
        (answer(MATOMO.replace("Matomo 5.3.1", "Piwik")), "matomo"),
        (answer(MATOMO, 503), ""),
        (answer("<title>Matomo 5.3.1 &rsaquo; Installation</title>"), ""),  # an article on how to install Matomo
        (answer("<title>Accueil</title>"), ""),
    ],
)
def test_only_its_own_page_says_that_a_site_is_not_set_up(shown: Response, expected: str) -> None:
    assert unfinished(shown) == expected


@given(st.binary(max_size=400), st.sampled_from([200, 503]))
def test_no_page_raises(body: bytes, status: int) -> None:
    unfinished(Response("https://mairie-exemple.fr/", status, (), body, "203.0.113.7"))
