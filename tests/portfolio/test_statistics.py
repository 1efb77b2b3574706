"""Counting rows: what has no grade counts as such, and what does not compare is not put side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scanner.portfolio import Grade, GradeMovement, Heading, Member, Moved, Point, Portfolio, Row, Summary
from scanner.registry.model import Kind
from scanner.report.portfolio.statistics import (
    Measure,
    by_size,
    common_measure,
    groups,
    months,
    pillar_tally,
    tally,
)
from scanner.rpnt import Attainment
from scanner.scoring import Perimeter, Pillar, letter

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MANDATED = Measure(Perimeter.MANDATED, "1")


def row(value: int | None, *, perimeter: Perimeter = Perimeter.MANDATED, version: str = "1", **changes: object) -> Row:
    grade = None if value is None else Grade(value, letter(value))
    pillars = (Pillar("web", value, grade.letter if grade else None, 90, examined=True),)
    unknown = (Attainment.NOT_VERIFIABLE, Attainment.NOT_VERIFIABLE)
    latest = Summary(NOW, grade, 90, perimeter, version, pillars, "", (), unknown, (), (), interrupted=False)
    member = Member("Commune", Kind.COMMUNE, "exemple.fr", **changes)  # type: ignore[arg-type]
    return Row(member, latest, Moved(GradeMovement.FIRST))


def unseen() -> Row:
    return Row(Member("Autre", Kind.COMMUNE, "autre.fr"), None, Moved(GradeMovement.NO_RESULT))


def test_a_row_without_a_grade_is_never_a_zero() -> None:
    found = tally([row(90), row(None), row(None), unseen()], MANDATED)
    assert dict(found.letters) == {"A": 1, "B": 0, "C": 0, "D": 0, "E": 0}
    assert (found.ungraded, found.unseen, found.total) == (2, 1, 4)
    assert found.median == Grade(90, "A")


def test_a_median_is_of_one_perimeter_and_one_version() -> None:
    rows = [row(90), row(92), row(10, perimeter=Perimeter.PUBLIC), row(5, version="0"), row(None)]
    assert common_measure(rows) == MANDATED
    assert tally(rows, MANDATED).median == Grade(90, "A")
    assert tally(rows[2:], MANDATED).median is None
    assert common_measure([row(None), unseen()]) is None


@pytest.mark.parametrize(("values", "middle"), [((10,), 10), ((10, 90), 10), ((10, 60, 90), 60), ((0, 0, 100, 100), 0)])
def test_the_median_is_a_grade_that_somebody_has(values: tuple[int, ...], middle: int) -> None:
    assert tally([row(value) for value in values], MANDATED).median == Grade(middle, letter(middle))


@pytest.mark.parametrize(
    ("people", "floor"),
    [(None, ""), (0, "0"), (499, "0"), (500, "500"), (999, "500"), (1_000, "1000"), (4_999, "2000"), (29_999, "10000"),
        (30_000, "30000")],
)  # fmt: skip
def test_a_size_stands_in_one_class(people: int | None, floor: str) -> None:
    assert [group.id for group in by_size([row(50, population=people)], MANDATED)] == [floor]


def test_groups_come_in_order_and_the_unknown_last() -> None:
    rows = [row(50, epci=name) for name in ("", "CC B", "CC A", "CC B")]
    assert [(group.id, group.tally.total) for group in groups(rows, lambda each: each.member.epci, MANDATED)] == [
        ("CC A", 1), ("CC B", 2), ("", 1),
    ]  # fmt: skip
    sizes = [row(50, population=people) for people in (None, 40_000, 10, 1_500)]
    assert [group.id for group in by_size(sizes, MANDATED)] == ["0", "1000", "30000", ""]


def test_a_pillar_outside_the_perimeter_is_apart() -> None:
    inside, blind = row(80), row(None)
    assert inside.latest is not None
    outside = replace(inside, latest=replace(inside.latest, pillars=(Pillar("web", None, None, 0, examined=False),)))
    found, away = pillar_tally([inside, blind, outside, unseen()], "web", MANDATED)
    assert (dict(found.letters)["B"], found.ungraded, away) == (1, 1, 1)
    assert found.median == Grade(80, "B")


def portfolio(*points: Point) -> Portfolio:
    return Portfolio(Heading(NOW), (), (replace(row(50), trend=points),), (), ())


def test_a_month_has_the_last_value_of_each_domain() -> None:
    def at(month: int, day: int, value: int | None, version: str = "1") -> Point:
        return Point(datetime(2026, month, day, tzinfo=UTC), value, Perimeter.MANDATED, version)

    made = portfolio(at(9, 2, 10), at(9, 28, 40), at(10, 3, 50), at(10, 4, None), at(11, 1, 60, "0"), at(11, 30, 99))
    found = {month.first: month.values for month in months(made, MANDATED)}
    assert len(found) == 12
    assert min(found) == date(2025, 12, 1)
    assert max(found) == date(2026, 11, 1)
    assert found[date(2026, 9, 1)] == (40,)
    assert found[date(2026, 10, 1)] == ()  # the last one had no grade: the earlier one is not its value
    assert found[date(2026, 11, 1)] == ()  # another version, and a moment after the portfolio's own


def test_a_year_ends_where_it_ends() -> None:
    made = replace(portfolio(), heading=Heading(datetime(2027, 1, 31, tzinfo=UTC)))
    assert [month.first for month in months(made, MANDATED)][::11] == [date(2026, 2, 1), date(2027, 1, 1)]
