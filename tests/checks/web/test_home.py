import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.web.home import MAX_LINK, HomePage, is_shielded, is_sibling, judged_elsewhere, place_of, read_page
from scanner.model import Domain, Site, Unknown
from scanner.net import Headers, Response

SITE = Site("www.mairie-exemple.fr", Domain("mairie-exemple.fr"))


def page(html: str, kind: str = "text/html") -> Response:
    return Response("https://www.mairie-exemple.fr/", 200, (("content-type", kind),), html.encode(), "203.0.113.7")


def test_what_meta_elements_say_is_kept() -> None:
    read = read_page(
        page(
            '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'"><meta name=referrer content=origin>'
            '<meta name="Generator" content="SPIP 4.4.15"><title>Mairie</title><script src=/a.js></script>'
        )
    )
    assert read.policies == ["default-src 'self'"]
    assert read.referrers == ["origin"]
    assert read.generators == ["SPIP 4.4.15"]
    assert read.title == "Mairie"
    assert read.links == ["/a.js"]


def test_what_is_not_html_leaves_no_trace() -> None:
    assert read_page(page("<title>x</title>", "application/json")).title == ""


@pytest.mark.parametrize(
    ("url", "status", "stopped", "elsewhere"),
    [
        ("https://www.mairie-exemple.fr/accueil", 200, "", False),
        ("http://www.mairie-exemple.fr/", 200, "", True),
        ("https://mairie-exemple.fr/", 200, "", True),
        ("https://www.mairie-exemple.fr/", 404, "", True),
        ("https://www.mairie-exemple.fr/", 302, "blocked", True),
    ],
)
def test_headers_are_judged_only_where_the_page_is(url: str, status: int, stopped: str, elsewhere: bool) -> None:
    assert (judged_elsewhere(SITE, HomePage(url, status, (), stopped=stopped)) is not None) is elsewhere


@pytest.mark.parametrize("status", [400, 404, 418, 451, 500])
def test_an_error_is_no_page_whose_headers_were_seen(status: int) -> None:
    assert isinstance(judged_elsewhere(SITE, HomePage("https://www.mairie-exemple.fr/", status, ())), Unknown)


@pytest.mark.parametrize(
    ("status", "headers", "body", "shielded"),
    [
        (202, (("x-amzn-waf-action", "challenge"),), b"", True),
        (405, (("x-amzn-waf-action", "captcha"),), b"", True),
        (200, (("cf-mitigated", "challenge"),), b"", True),
        (202, (("sg-captcha", "challenge"),), b"", True),
        (202, (), b'<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">', True),
        (403, (), b"", True),
        (202, (), b"", False),
        (200, (("server", "cloudflare"),), b"<a href=/.well-known/sgcaptcha/>", False),
    ],
)  # fmt: skip
def test_the_page_of_a_shield_is_not_the_site(status: int, headers: Headers, body: bytes, shielded: bool) -> None:
    assert is_shielded(Response("https://www.mairie-exemple.fr/", status, headers, body, "203.0.113.7")) is shielded


def test_the_two_sites_of_a_town_are_siblings() -> None:
    assert is_sibling(SITE, "mairie-exemple.fr")
    assert not is_sibling(SITE, "intranet.mairie-exemple.fr")


@given(st.text(max_size=200))
def test_no_address_makes_the_reader_raise(url: str) -> None:
    place_of(url)
    place_of(f"https://{url}")


@given(st.text(max_size=500))
def test_no_page_makes_the_reader_raise(html: str) -> None:
    read = read_page(page(html))
    assert len(read.title) <= 2 * MAX_LINK


@given(
    st.lists(
        st.sampled_from(["<", ">", "!", "--", "[", "CDATA", "meta", " ", "=", "'", '"', "script", "/", "&#x", ";", "?"]),
        max_size=60,
    )
)
def test_no_broken_markup_makes_the_reader_raise(parts: list[str]) -> None:
    read_page(page("".join(parts)))
