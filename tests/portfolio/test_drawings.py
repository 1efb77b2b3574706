"""Every département has a square of its own, and every line stays in its drawing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from scanner.portfolio import Point
from scanner.registry.identity import departement_of
from scanner.report.help_line import help_line
from scanner.report.portfolio.drawings import (
    SPARK_HEIGHT,
    SPARK_WIDTH,
    chart,
    comparable,
    departements,
    line,
    palette,
    spark,
    stack,
)
from scanner.report.portfolio.statistics import Measure, Month, Tally
from scanner.scoring import LETTERS, Perimeter

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MEASURE = Measure(Perimeter.MANDATED, "1")
MAINLAND = {f"{number:02}" for number in range(1, 96)} - {"20"} | {"2A", "2B"}


def test_every_departement_has_a_name_and_one_square() -> None:
    known = departements()
    assert known.places.keys() == known.names.keys()
    assert len(set(known.places.values())) == len(known.places) == 107
    assert MAINLAND | {"971", "972", "973", "974", "976"} <= known.names.keys()
    assert {departement_of(code) for code in ("01001", "2A004", "97411", "98818")} <= known.names.keys()


@pytest.mark.parametrize(
    ("north", "south"),
    [("59", "75"), ("75", "45"), ("45", "63"), ("63", "34"), ("76", "61"), ("35", "44"), ("33", "64"), ("2B", "2A")],
)
def test_what_lies_north_stands_above(north: str, south: str) -> None:
    places = departements().places
    assert places[north][1] < places[south][1]


@pytest.mark.parametrize(
    ("west", "east"), [("29", "35"), ("35", "75"), ("75", "67"), ("33", "69"), ("64", "66"), ("13", "06"), ("44", "21")]
)
def test_what_lies_west_stands_left(west: str, east: str) -> None:
    places = departements().places
    assert places[west][0] < places[east][0]


def test_paper_has_a_colour_for_each_letter() -> None:
    assert set(palette()) == {name for name, _ in LETTERS} | {"none"}


def test_a_bar_is_whole_and_has_no_empty_part() -> None:
    parts = stack(Tally((("A", 1), ("B", 0), ("C", 2)), 1, 2, None, 0, 0))
    assert [(part.kind, part.count) for part in parts] == [("A", 1), ("C", 2), ("none", 3)]
    assert sum(part.width for part in parts) == pytest.approx(100, abs=0.1)
    assert stack(Tally((("A", 0),), 0, 0, None, 0, 0)) == ()


def point(months: int, value: int | None, version: str = "1") -> Point:
    return Point(NOW - timedelta(days=30 * months), value, Perimeter.MANDATED, version)


def test_a_spark_shows_only_what_compares() -> None:
    trend = (point(14, 1), point(5, 10), point(4, None), point(3, 20, "0"), point(1, 30), point(0, 40), point(-1, 50))
    assert [each.value for each in comparable(trend, NOW, MEASURE)] == [10, 30, 40]
    assert comparable(trend, NOW, None) == ()
    assert spark((point(0, 40),), NOW) == ""


@pytest.mark.parametrize("value", [0, 50, 100])
def test_a_spark_stays_in_its_drawing(value: int) -> None:
    path = spark(tuple(point(months, value) for months in range(12, -1, -1)), NOW)
    numbers = [tuple(map(float, pair.split(" "))) for pair in re.split("[ML]", path)[1:]]
    assert len(numbers) == 13
    assert all(0 <= x <= SPARK_WIDTH and 0 <= y <= SPARK_HEIGHT for x, y in numbers)


def test_a_month_without_a_grade_is_a_gap() -> None:
    months = tuple(Month(NOW.date(), values) for values in ((10,), (20,), (), (30,)))
    drawn = chart(months)
    assert [each.y is None for each in drawn] == [False, False, True, False]
    assert line(drawn).count("M") == 2


def test_the_help_line_and_the_map_know_the_same_departements() -> None:
    assert all(code in departements().names for code in MAINLAND if help_line(code))
