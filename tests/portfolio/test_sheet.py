"""The table: one row a domain, as wide as its head, that no spreadsheet computes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.portfolio import Portfolio, assemble
from scanner.report.portfolio import to_portfolio_csv
from tests.portfolio.hostile import hostile_portfolio
from tests.portfolio.parks import HEADING, Parks


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_one_row_a_domain_as_wide_as_the_head(portfolio: Portfolio, lang: str) -> None:
    head, *lines = rows(to_portfolio_csv(portfolio, lang))
    assert len(lines) == len(portfolio.rows)
    assert {len(line) for line in lines} == {len(head)}
    assert len(set(head)) == len(head) - 3  # each of the four suppliers has its certainty
    assert [line[6] for line in lines] == [row.member.domain for row in portfolio.rows]


def test_no_grade_is_no_number(portfolio: Portfolio) -> None:
    head, *lines = rows(to_portfolio_csv(portfolio, "fr"))
    value = head.index("Sur 100")
    for row, line in zip(portfolio.rows, lines, strict=True):
        assert line[value] == ("" if row.grade is None else str(row.grade.value))
        assert line[value - 1] == ("" if row.latest is None else row.grade.letter if row.grade else "non noté")


def test_the_table_has_what_the_page_has(portfolio: Portfolio) -> None:
    head, *lines = rows(to_portfolio_csv(portfolio, "fr"))
    dmarc = next(place for place, name in enumerate(head) if name.startswith("mail.dmarc-missing"))
    mark = portfolio.checks.index("mail.dmarc-missing")
    words = {"h": "élevée", "p": "conforme", "u": "non vérifiable", "n": "sans objet", "-": "non demandé"}
    for row, line in zip(portfolio.rows, lines, strict=True):
        assert line[dmarc] == words[row.latest.marks[mark] if row.latest else "-"]
    best = head.index("Points à gagner par cette cause")
    assert sum(int(line[best] or 0) for line in lines) > 0
    for row, line in zip(portfolio.rows, lines, strict=True):
        gains = [share.tie.won or 0 for cause in portfolio.causes for share in cause.shares if share.row is row]
        assert int(line[best] or 0) == max(gains, default=0)


def test_no_cell_is_computed(catalogue: Catalogue, parks: Parks) -> None:
    text = to_portfolio_csv(hostile_portfolio(catalogue), "fr")
    text.encode()
    assert "\x1b" not in text
    examined = parks.member(0)
    formula = assemble([replace(examined, member=replace(examined.member, authority="=1+1", epci="@x"))], catalogue, HEADING)
    line = rows(to_portfolio_csv(formula, "fr"))[1]
    assert line[0] == "'=1+1"
    assert line[4] == "'@x"


def test_points_lost_are_a_number_for_a_spreadsheet(portfolio: Portfolio) -> None:
    head, *lines = rows(to_portfolio_csv(portfolio, "fr"))
    lost = [line[head.index("Points gagnés ou perdus")] for line in lines]
    assert [cell for cell in lost if cell.startswith("-")]
    assert all(int(cell) is not None for cell in lost if cell)
