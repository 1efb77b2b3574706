"""The page: one valid file without script, that hides what it must hide and is read by everybody."""

from __future__ import annotations

import pickle
import re
from datetime import timedelta
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Role
from scanner.portfolio import CauseKind, Heading, Portfolio, assemble
from scanner.report.portfolio import Links, Names, group_tickets, render_portfolio, to_portfolio_csv
from scanner.report.portfolio.page import STYLES
from scanner.report.templates import source
from scanner.suppliers.table import entries
from tests.golden import Golden, text_form
from tests.portfolio.hostile import hostile_portfolio
from tests.portfolio.parks import HEADING, NOW, OWN, Parks

SVG = "{http://www.w3.org/2000/svg}"


def parsed(html: str) -> Element:
    """Strict: a parse error of HTML5 fails the test."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert isinstance(tree, Element)
    return tree


@pytest.fixture(scope="module", params=["fifty", "hostile", "empty", "one", "unseen"])
def shown(request: pytest.FixtureRequest, parks: Parks, portfolio: Portfolio, catalogue: Catalogue) -> Portfolio:
    if request.param == "hostile":
        return hostile_portfolio(catalogue)
    chosen = {"empty": (), "one": (parks.member(0),), "unseen": (parks.member(39),)}
    return portfolio if request.param == "fifty" else assemble(chosen[request.param], catalogue, HEADING)


@pytest.fixture(params=LANGUAGES)
def html(request: pytest.FixtureRequest, shown: Portfolio, catalogue: Catalogue) -> str:
    tickets = group_tickets(shown, catalogue, request.param)
    links = Links({row.member.domain: f"{row.member.domain}/r.html" for row in shown.rows if row.latest}, {})
    return render_portfolio(shown, request.param, tickets=tickets, links=links)


def test_the_page_is_one_valid_file_without_script_or_remote_resource(html: str) -> None:
    html.encode("utf-8")
    tree = parsed(html)
    for element in tree.iter():
        assert element.tag not in {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        assert not [name for name in element.attrib if name.startswith("on") or name in ("src", "srcset", "style")]
        assert element.tag == "a" or "href" not in element.attrib
        assert ":" not in element.get("href", "")  # nothing but places of this page and files beside it
    css = "".join(map(source, STYLES))
    assert "url(" not in css
    assert "@import" not in css
    assert "default-src 'none'" in html
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in html)


def test_a_screen_reader_finds_its_way(html: str) -> None:
    tree = parsed(html)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for name in ("aria-labelledby", "href"):
            target = element.get(name, "")
            if (name == "aria-labelledby" and target) or target.startswith("#"):
                assert target.lstrip("#") in ids, target
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for landmark in ("header", "nav", "main", "footer"):
        assert len(list(tree.iter(landmark))) == 1
    for drawing in tree.iter(f"{SVG}svg"):
        words = drawing.get("aria-label") or "".join(title.text or "" for title in drawing.findall(f"{SVG}title"))
        assert words or drawing.get("aria-hidden") == "true"


def test_every_table_is_as_wide_as_its_head(html: str) -> None:
    for table in parsed(html).iter("table"):
        rows = [sum(int(cell.get("colspan", "1")) for cell in row if cell.tag in ("td", "th")) for row in table.iter("tr")]
        assert len(set(rows)) == 1, (rows, "".join(table.itertext())[:200])


def test_hostile_words_stay_words(catalogue: Catalogue) -> None:
    html = render_portfolio(hostile_portfolio(catalogue), "fr")
    assert "&lt;script&gt;alert(1)" in html
    assert not re.search(r"<script|\x1b|\u202e|\x9b|\ud800", html)
    assert "7*7" in html
    assert "49" in "".join(parsed(html).itertext())
    assert {cause.key.kind for cause in hostile_portfolio(catalogue).causes} == set(CauseKind)


# --- what is hidden -------------------------------------------------------------------------------


def telling_words(portfolio: Portfolio) -> set[str]:
    """Every name, address and server that would say who serves somebody."""
    words = {entry.name for entry in entries()} | {entry.id for entry in entries()} | {OWN, "Agence Trois-Rivières"}
    for cause in portfolio.causes:
        if cause.key.kind in (CauseKind.ADDRESS, CauseKind.MAIL_SERVER, CauseKind.NAME_SERVERS):
            words |= set(cause.key.id.split(" "))
    return {word for word in words if len(word) > 3}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_supplier_can_be_read_out_of_a_version_without_names(parks: Parks, catalogue: Catalogue, lang: str) -> None:
    anonymous = Heading(HEADING.moment, HEADING.campaign)
    portfolio = assemble(parks.examined(50), catalogue, anonymous, own=(OWN,))
    tickets = group_tickets(portfolio, catalogue, lang)
    page = render_portfolio(portfolio, lang, names=Names.HIDDEN, tickets=tickets, links=Links({}, {tickets[0].ticket.id: "x"}))
    table = to_portfolio_csv(portfolio, lang, names=Names.HIDDEN)
    open_page, open_table = render_portfolio(portfolio, lang), to_portfolio_csv(portfolio, lang)
    told = {"OVHcloud", "Gandi", OWN, "Trois-Rivières", "mx1.mail.ovh.net", "198.51.100.20", "dns10.ovh.net"}
    assert {word for word in told if word in open_page} == told
    body = page[page.index("<body>") :]
    for text in (body.casefold(), table.casefold()):
        for word in told:
            assert word.casefold() not in text, word
        for word in telling_words(portfolio):  # « Amen » is a host, and a part of « examen »
            assert not re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text), word
    assert "OVHcloud" in open_table
    assert "BEF-" not in page  # a reference is made of the supplier's name: whoever guesses one can check it


def test_a_supplier_has_one_letter_in_all_its_roles_and_in_both_documents(portfolio: Portfolio) -> None:
    from scanner.report.portfolio.aliases import Aliases
    from scanner.report.words import words

    aliases = Aliases(portfolio, Names.HIDDEN, words("fr"))
    servings = [serving for row in portfolio.rows if row.latest for serving in row.latest.serving]
    called = {(serving.key, aliases.supplier(serving)) for serving in servings}
    assert len(called) == len({key for key, _ in called}) == len({name for _, name in called}) >= 4
    assert len({serving.role for serving in servings if serving.key == "ovhcloud"}) == len(set(Role)) - 2
    letter = dict(called)["ovhcloud"]
    assert letter in render_portfolio(portfolio, "fr", names=Names.HIDDEN)
    assert letter in to_portfolio_csv(portfolio, "fr", names=Names.HIDDEN)


# --- what is said ---------------------------------------------------------------------------------


def test_a_link_leads_only_to_what_is_there(portfolio: Portfolio, catalogue: Catalogue) -> None:
    tickets = group_tickets(portfolio, catalogue, "fr")
    one = tickets[0].ticket.id
    links = Links({"commune-0000.fr": "commune-0000.fr/rapport.html"}, {one: f"interne/{one}.txt"})
    tree = parsed(render_portfolio(portfolio, "fr", tickets=tickets, links=links))
    leading = {element.get("href", "") for element in tree.iter("a")}
    assert {each for each in leading if not each.startswith("#")} == {"commune-0000.fr/rapport.html", f"interne/{one}.txt"}


def test_the_map_is_drawn_only_for_several_departements(parks: Parks, catalogue: Catalogue, portfolio: Portfolio) -> None:
    assert 'id="map-title"' in render_portfolio(portfolio, "fr")
    one = [each for each in parks.examined(50) if each.member.departement == "49"]
    assert 'id="map-title"' not in render_portfolio(assemble(one, catalogue, HEADING), "fr")


def test_a_member_without_a_grade_has_none_anywhere(parks: Parks, catalogue: Catalogue) -> None:
    ungraded = [each for each in parks.examined(60) if each.result is None or each.result.score.value is None]
    assert len(ungraded) > 2
    made = assemble(ungraded, catalogue, HEADING)
    html = render_portfolio(made, "fr")
    assert "Pas de note médiane" in html
    assert made.missing == 0
    assert 'class="chart"' not in html


def test_the_words_of_the_page(parks: Parks, catalogue: Catalogue, golden: Golden) -> None:
    heading = Heading(NOW + timedelta(days=1), "novembre 2026", "adhérent", HEADING.sender)
    chosen = map(parks.member, (0, 1, 3, 4, 6, 7, 9, 39))  # none of the two towns whose servers are slow on purpose
    portfolio = assemble(chosen, catalogue, heading, own=(OWN,))
    for lang in LANGUAGES:
        tickets = group_tickets(portfolio, catalogue, lang)
        golden(f"portfolio.{lang}.txt", text_form(render_portfolio(portfolio, lang, tickets=tickets)))


def test_three_thousand_members_stay_below_six_megabytes(parks: Parks) -> None:
    """The page grows by what one more member adds."""
    few, many = (len(render_portfolio(parks.portfolio(count), "fr").encode()) for count in (60, 180))
    assert few + (many - few) / 120 * 2_940 < 6_000_000


def test_little_is_kept_of_each_member(parks: Parks) -> None:
    """Three thousand of them are a few megabytes; a result is seventy thousand characters."""
    few, many = (len(pickle.dumps(parks.portfolio(count))) for count in (60, 180))
    assert (many - few) / 120 < 4_000


def test_one_authority_is_found_by_its_name_where_there_are_many(parks: Parks) -> None:
    """Without a script: an index by first letter leads to each row, and opens the list in which it stands."""
    html = render_portfolio(parks.portfolio(60), "fr")
    targets = re.findall(r"<li><a href=#(m[0-9]+)>", html)
    assert len(targets) == len(set(targets)) == html.count("<tr id=m") == 60
    assert all(f"<tr id={target}>" in html for target in targets)
    letters = re.findall(r"<details><summary>([A-Z#]) <small>", html)
    assert letters == sorted(letters)
    assert "S" in letters
    assert 'class="index"' not in render_portfolio(parks.portfolio(20), "fr")


def test_the_causes_name_their_columns_again_where_the_table_is_a_stack(parks: Parks) -> None:
    html = render_portfolio(parks.portfolio(40), "fr")
    table = html.partition('<table class="causes">')[2].partition("</table>")[0]
    assert table.count("<td") == table.count("data-label=") > 0
