"""Where the lines and squares of the portfolio's drawings stand; the template draws them. No words, no colours of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files

from scanner.portfolio import Point
from scanner.report.portfolio.statistics import Group, Measure, Month, Tally
from scanner.report.templates import source

SPARK_WIDTH, SPARK_HEIGHT = 72, 20
SPARK_SPAN = timedelta(days=366)
TILE, STEP = 46, 50  # a square of the map, and from one to the next
CHART_WIDTH, CHART_HEIGHT, CHART_LEFT, CHART_TOP = 640, 200, 34, 10


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar 100 wide; `kind` is a letter or `none`."""

    kind: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Tile:
    """One département on the map; `group` is None where no member is."""

    code: str
    x: int
    y: int
    group: Group | None


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One month on the line; `y` is None where nobody had a grade."""

    x: float
    y: float | None
    month: Month


@dataclass(frozen=True, slots=True)
class Departements:
    """The names by code, and the place (column, row) of each on the map."""

    names: dict[str, str]
    places: dict[str, tuple[int, int]]


@lru_cache(maxsize=1)
def departements() -> Departements:
    """departements.toml."""
    content = tomllib.loads(files("scanner.report.portfolio").joinpath("departements.toml").read_text("utf-8"))
    rows = enumerate(content["grid"].splitlines())
    places = {code: (column, row) for row, line in rows for column, code in enumerate(line.split()) if code != ".."}
    return Departements(content["name"], places)


@lru_cache(maxsize=1)
def palette() -> dict[str, str]:
    """The colours of the letters on paper, as tokens.css has them: a drawing in a PDF knows no style sheet."""
    return dict(re.findall(r"--grade-(\w+): (#[0-9a-f]{6})", source("tokens.css")))


def stack(tally: Tally) -> tuple[Segment, ...]:
    """One bar: the letters from the best, then those without grade and those never seen as one part."""
    counts = [*tally.letters, ("none", tally.ungraded + tally.unseen)]
    total = sum(count for _, count in counts)
    made, start = [], 0.0
    for kind, count in counts:
        width = 100 * count / total if total else 0.0
        if count:
            made.append(Segment(kind, count, round(start, 2), round(width, 2)))
        start += width
    return tuple(made)


def tiles(found: Iterable[Group]) -> tuple[Tile, ...]:
    """All squares of the map, with those of the members filled."""
    known = {group.id: group for group in found}
    return tuple(Tile(code, column * STEP, row * STEP, known.get(code)) for code, (column, row) in departements().places.items())


def comparable(trend: Iterable[Point], end: datetime, last: Measure | None) -> tuple[Point, ...]:
    """The values of the last twelve months that compare with the last one, the oldest first."""
    return tuple(
        point
        for point in trend
        if point.value is not None
        and last is not None
        and (point.perimeter, point.version) == (last.perimeter, last.version)
        and end - SPARK_SPAN <= point.moment <= end
    )


def spark(points: tuple[Point, ...], end: datetime) -> str:
    """Their path, "" where fewer than two make a line."""
    if len(points) < 2:
        return ""
    width, height = SPARK_WIDTH - 4, SPARK_HEIGHT - 4
    return "M" + "L".join(
        f"{2 + round((1 - (end - point.moment) / SPARK_SPAN) * width)} {2 + round(height * (100 - (point.value or 0)) / 100)}"
        for point in points
    )


def chart(found: tuple[Month, ...]) -> tuple[ChartPoint, ...]:
    """The medians, from left to right; 0 is at the foot."""
    step = (CHART_WIDTH - CHART_LEFT - 30) / max(1, len(found) - 1)
    return tuple(
        ChartPoint(round(CHART_LEFT + 10 + place * step, 1), None if month.median is None else height_of(month.median), month)
        for place, month in enumerate(found)
    )


def height_of(value: int) -> float:
    """Where a value from 0 to 100 stands on the chart."""
    return round(CHART_TOP + (CHART_HEIGHT - CHART_TOP) * (100 - value) / 100, 1)


def line(points: Iterable[ChartPoint]) -> str:
    """The path through the months that have a median; a gap stays a gap."""
    path, drawing = "", False
    for point in points:
        if point.y is not None:
            path += f"{'L' if drawing else 'M'}{point.x} {point.y}"
        drawing = point.y is not None
    return path
