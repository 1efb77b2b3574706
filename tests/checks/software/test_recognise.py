"""Fixtures here are synthetic: the markers were read in the packages' own sources."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from checks.software.recognise import Candidate, core_version, recognise, roundcube_version
from checks.web.home import HomePage

URL = "https://www.mairie-exemple.fr/"


def page(
    *links: str,
    generators: tuple[str, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    versions: tuple[str, ...] = (),
    url: str = URL,
) -> HomePage:
    return HomePage(url, 200, headers, generators=generators, links=links, versions=versions)


def only(shown: HomePage) -> Candidate:
    found = recognise(shown)
    assert len(found) == 1, found
    return found[0]


def test_wordpress_is_recognised_by_its_folders_and_dated_by_its_own_styles() -> None:
    shown = page(
        "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1",
        "/wp-includes/css/dist/block-library/style.min.css?ver=7.0.2",
    )
    assert (only(shown).product, only(shown).base, only(shown).version) == ("wordpress", "/", "7.0.2")


def test_wordpress_in_a_folder_keeps_its_folder() -> None:
    shown = page("https://www.mairie-exemple.fr/actu/wp-content/themes/mairie/style.css?ver=1.0")
    assert (only(shown).base, only(shown).version) == ("/actu/", "")


def test_a_picture_of_another_site_says_nothing_of_this_one() -> None:
    assert recognise(page("https://tourisme-exemple.fr/wp-content/uploads/plage.jpg")) == ()


def test_spip_is_recognised_by_its_header_and_its_generator() -> None:
    header = ("composed-by", "SPIP 4.4.3 @ www.spip.net + spip(4.4.3)")
    assert only(page(headers=(header,))).version == "4.4.3"
    assert only(page(generators=("SPIP 3.2.11 [24473]",))).version == "3.2.11"


def test_a_silent_spip_is_recognised_without_a_version() -> None:
    shown = page("/local/cache-css/abc.css?1700000000", headers=(("composed-by", "SPIP @ www.spip.net"),))
    assert (only(shown).product, only(shown).version) == ("spip", "")


def test_drupal_shows_its_major_number_and_sometimes_all_of_it() -> None:
    generator = ("x-generator", "Drupal 10 (https://www.drupal.org)")
    assert only(page(headers=(generator,))).version == "10"
    assert only(page("/core/misc/drupal.js?v=10.3.1")).version == "10.3.1"


def test_the_exact_version_of_a_link_is_preferred_to_the_major_number() -> None:
    generator = ("x-generator", "Drupal 10 (https://www.drupal.org)")
    assert only(page("/core/misc/drupal.js?v=10.3.1", headers=(generator,))).version == "10.3.1"


def test_wikis_and_matomo_are_recognised_by_their_generators_and_files() -> None:
    wiki = page("/w/load.php?lang=fr&modules=startup&only=scripts", generators=("MediaWiki 1.39.17",))
    assert only(wiki) == Candidate("mediawiki", "/w/", "1.39.17", "generator: MediaWiki 1.39.17")
    assert only(page("/lib/exe/css.php?t=dokuwiki&tseed=1", generators=("DokuWiki",))).product == "dokuwiki"
    assert only(page(generators=("Matomo - free/libre analytics platform",))) == Candidate(
        "matomo", trace="generator: Matomo - free/libre analytics platform"
    )
    assert recognise(page("https://stats.exemple.fr/matomo.js")) == ()


def test_a_product_that_says_itself_that_it_is_not_set_up_is_recognised() -> None:
    assert only(replace(page(), unfinished="matomo 5.3.1")).version == "5.3.1"
    assert only(replace(page(), unfinished="spip")) == Candidate("spip", trace="its page says that nobody has set it up")


def test_joomla_shows_no_version_at_home() -> None:
    assert only(page(generators=("Joomla! - Open Source Content Management",))).version == ""


def test_links_to_tools_are_followed_on_this_host_only() -> None:
    assert only(page("/phpMyAdmin/index.php")).base == "/phpMyAdmin/"
    assert only(page("/mail/roundcube")).base == "/mail/roundcube/"
    assert recognise(page("https://autre.fr/phpmyadmin/")) == ()


def test_roundcube_writes_its_version_as_a_number() -> None:
    assert roundcube_version(("rcversion=10621",)) == "1.6.21"
    assert roundcube_version(("rcversion=99999999", "version=3")) == ""


def test_styles_of_the_login_page_agree_on_the_version() -> None:
    links = (
        "/wp-admin/load-styles.php?c=0&dir=ltr&load%5Bchunk_0%5D=dashicons,buttons,forms,l10n,login&ver=6.1.9",
        "/wp-includes/css/buttons.min.css?ver=6.1.9",
        "/wp-admin/css/login.min.css?ver=dac29c1f",
    )
    assert core_version(links) == "6.1.9"


def test_a_hostile_base_is_not_followed() -> None:
    assert only(page("/%2e%2e/\x1b[2J/wp-content/x.css")).base == "/"
    assert recognise(page("http://[/wp-content/x.css"))[:1] in (
        (),
        (Candidate("wordpress", "/", "", "http://[/wp-content/x.css"),),
    )


@given(st.lists(st.text(max_size=80), max_size=5), st.lists(st.text(max_size=80), max_size=3), st.text(max_size=80))
def test_no_page_raises_and_every_string_is_bounded(links: list[str], generators: list[str], header: str) -> None:
    shown = page(*links, generators=tuple(generators), headers=(("composed-by", header), ("x-generator", header)))
    for candidate in recognise(shown):
        assert len(candidate.trace) <= 200
        assert len(candidate.version) <= 41
        assert candidate.base.startswith("/")
