"""Checks x members: one character a cell, so that three thousand rows stay a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from scanner.portfolio import Mark, Portfolio, Row
from scanner.report.portfolio.statistics import Group, Measure, groups
from scanner.report.values import visible
from scanner.report.words import Words, check_name
from scanner.report.writers import escape_text

#: What makes a check worth a column.
_TELLING = frozenset({Mark.CRITICAL, Mark.HIGH, Mark.MEDIUM, Mark.LOW, Mark.INFO, Mark.UNKNOWN})
FAILING = (Mark.CRITICAL, Mark.HIGH, Mark.MEDIUM, Mark.LOW, Mark.INFO)
MAX_NAME = 60  # characters of a member's name in a narrow column


@dataclass(frozen=True, slots=True)
class Column:
    """One check over all domains; `counts` by mark."""

    check: str
    name: str
    counts: Counter[str]

    @property
    def failing(self) -> int:
        """How many domains have a finding."""
        return sum(self.counts[mark] for mark in FAILING)

    @property
    def worst(self) -> Mark | None:
        """The gravest finding of any domain; None where it fails nowhere."""
        return next((mark for mark in FAILING if self.counts[mark]), None)


@dataclass(frozen=True, slots=True)
class Heat:
    """The columns in the order of the checks, those that pass everywhere apart in `clear`;
    `groups` are (name, EPCI, its rows as HTML)."""

    columns: tuple[Column, ...]
    clear: tuple[Column, ...]
    groups: tuple[tuple[str, Group, Markup], ...]

    @property
    def by_failures(self) -> tuple[Column, ...]:
        """The checks that fail, the most frequent first."""
        failing = (column for column in self.columns if column.failing)
        return tuple(
            sorted(failing, key=lambda column: (-column.failing, FAILING.index(column.worst or Mark.INFO), column.check))
        )


def heat(portfolio: Portfolio, measure: Measure | None, say: Words, lang: str) -> Heat:
    """The table. What was never looked at by anybody is no column."""
    seen = [row for row in portfolio.rows if row.latest is not None]
    columns = tuple(
        Column(check, check_name(lang, check) or visible(check), Counter(row.latest.marks[place] for row in seen if row.latest))
        for place, check in enumerate(portfolio.checks)
    )
    shown = [place for place, column in enumerate(columns) if _TELLING & column.counts.keys()]
    clear = tuple(column for place, column in enumerate(columns) if place not in shown and column.counts[Mark.PASS])
    cells = {mark.value: _cell(mark, say) for mark in Mark}
    by_epci = groups(seen, lambda row: row.member.epci, measure)
    return Heat(
        tuple(columns[place] for place in shown),
        clear,
        tuple(
            (visible(group.id, MAX_NAME) or say("portfolio.no_epci"), group, _rows(group.rows, shown, cells)) for group in by_epci
        ),
    )


def _cell(mark: Mark, say: Words) -> str:
    """The end tag of a cell may be left out (HTML, optional tags): a third of the file."""
    kind = f" class={mark.value}" if mark in _TELLING else ""
    return f"<td{kind}>{escape_text(say(f'portfolio.mark.{mark.name.lower()}'))}"


def _rows(rows: Iterable[Row], shown: list[int], cells: dict[str, str]) -> Markup:
    lines = []
    for row in rows:
        marks = row.latest.marks if row.latest else ""
        name = escape_text(visible(row.member.authority, MAX_NAME))
        lines.append(f"<tr><th scope=row>{name}{''.join(cells[marks[place]] for place in shown)}\n")
    return Markup("".join(lines))  # noqa: S704 - cells are ours, names went through escape_text
