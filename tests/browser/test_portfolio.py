"""The portfolio in a real browser: WCAG 2.2 AA by axe-core, nothing that sticks out, nothing that is fetched."""

from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from scanner.portfolio import Portfolio
from scanner.report.pdf import pdf_possible, to_pdf
from scanner.report.portfolio import Links, Names, group_tickets, render_portfolio
from scanner.result import ScanResult
from tests.browser.chromium import look, needs_browser, screenshot
from tests.portfolio.hostile import hostile_portfolio
from tests.portfolio.parks import NOW, Parks


@pytest.fixture(scope="module")
def portfolio(scanned: dict[str, ScanResult], catalogue: Catalogue) -> Portfolio:
    return Parks(scanned, catalogue).portfolio(50)


@pytest.fixture(scope="module")
def html(portfolio: Portfolio, catalogue: Catalogue) -> str:
    tickets = group_tickets(portfolio, catalogue, "fr")
    links = Links(
        {row.member.domain: f"{row.member.domain}.html" for row in portfolio.rows if row.latest},
        {ticket.ticket.id: f"interne/{ticket.ticket.id}.txt" for ticket in tickets},
    )
    return render_portfolio(portfolio, "fr", tickets=tickets, links=links)


@needs_browser
@pytest.mark.parametrize(("width", "dark"), [(360, False), (1_280, False), (1_280, True)])
@pytest.mark.parametrize("unfolded", ["folded", "unfolded"])
def test_the_portfolio_has_no_fault_that_axe_can_see(html: str, width: int, dark: bool, unfolded: str) -> None:
    page = html.replace("<details", "<details open") if unfolded == "unfolded" else html
    seen = look(page.replace(" open open", " open"), width, dark=dark)
    assert not seen.violations
    assert not seen.wide
    assert not seen.fetched
    assert seen.passes > 25


@needs_browser
def test_hostile_words_break_neither_the_page_nor_its_layout(catalogue: Catalogue) -> None:
    seen = look(render_portfolio(hostile_portfolio(catalogue), "en").replace("<details", "<details open"), 360)
    assert (seen.violations, seen.wide, seen.fetched) == ((), (), ())


@needs_browser
def test_the_portfolio_can_be_photographed(portfolio: Portfolio, tmp_path: Path) -> None:
    screenshot(render_portfolio(portfolio, "fr", names=Names.HIDDEN), tmp_path / "page.png", 1_280, 900, dark=True)
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(not pdf_possible(), reason="Pango is missing")
def test_the_portfolio_can_be_printed(html: str) -> None:
    assert to_pdf(html, NOW).startswith(b"%PDF-")
