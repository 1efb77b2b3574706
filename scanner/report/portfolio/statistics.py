"""Rows counted: letters, medians, movements, by whatever they have in common. Pure, and free of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median_low

from scanner.portfolio import Grade, GradeMovement, Point, Portfolio, Row
from scanner.scoring import LETTERS, Perimeter, Pillar, letter

MONTHS = 12
#: Fewest inhabitants of each class; 30,000 is where NIS 2 begins for a commune.
SIZES = (0, 500, 1_000, 2_000, 5_000, 10_000, 30_000)


@dataclass(frozen=True, slots=True)
class Measure:
    """What two grades must have in common to stand in one median: the perimeter and the version of the scoring."""

    perimeter: Perimeter
    version: str

    def fits(self, row: Row) -> bool:
        """Whether this row's grade was measured so."""
        return row.latest is not None and (row.latest.perimeter, row.latest.version) == (self.perimeter, self.version)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows have each letter, have no grade, and were never seen; `median` counts those of one measure only."""

    letters: tuple[tuple[str, int], ...]
    ungraded: int
    unseen: int
    median: Grade | None
    improved: int
    lowered: int

    @property
    def total(self) -> int:
        """All rows."""
        return sum(count for _, count in self.letters) + self.ungraded + self.unseen


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with something in common; `id` is "" for those that nobody told us of."""

    id: str
    tally: Tally
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """The values of one month, one for each domain: the last that it had then."""

    first: date
    values: tuple[int, ...]

    @property
    def median(self) -> int | None:
        """None where nobody had a grade."""
        return median_low(self.values) if self.values else None

    @property
    def high(self) -> int:
        """How many have A or B."""
        return sum(letter(value) in ("A", "B") for value in self.values)

    @property
    def low(self) -> int:
        """How many have D or E."""
        return sum(letter(value) in ("D", "E") for value in self.values)


def common_measure(rows: Iterable[Row]) -> Measure | None:
    """The one that most grades share; None where there is no grade."""
    found = Counter(
        Measure(row.latest.perimeter, row.latest.version)
        for row in rows
        if row.latest is not None and row.latest.grade is not None
    )
    return max(found, key=lambda each: (found[each], each.version, each.perimeter), default=None)


def tally(rows: Iterable[Row], measure: Measure | None) -> Tally:
    """Count them. A row without grade counts as such, never as zero."""
    rows = tuple(rows)
    counts = Counter(row.grade.letter for row in rows if row.grade is not None)
    unseen = sum(row.latest is None for row in rows)
    moves = Counter(row.moved.movement for row in rows)
    values = [row.grade.value for row in rows if row.grade is not None and measure is not None and measure.fits(row)]
    return Tally(
        tuple((name, counts[name]) for name, _ in LETTERS),
        len(rows) - unseen - sum(counts.values()),
        unseen,
        _middle(values),
        moves[GradeMovement.IMPROVED],
        moves[GradeMovement.LOWERED],
    )


def groups(rows: Iterable[Row], id: Callable[[Row], str], measure: Measure | None) -> tuple[Group, ...]:
    """One group for each id, in the order of the ids; those without one come last."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(id(row), []).append(row)
    return tuple(
        Group(key, tally(found[key], measure), tuple(found[key])) for key in sorted(found, key=lambda key: (not key, key))
    )


def size_class(row: Row) -> str:
    """The fewest inhabitants of the row's class, "" where nobody knows how many there are."""
    people = row.member.population
    return "" if people is None else str(max(floor for floor in SIZES if floor <= max(people, 0)))


def by_size(rows: Iterable[Row], measure: Measure | None) -> tuple[Group, ...]:
    """From the smallest to the largest; the unknown last."""
    return tuple(sorted(groups(rows, size_class, measure), key=lambda group: (not group.id, int(group.id or 0))))


def pillar_tally(rows: Iterable[Row], id: str, measure: Measure | None) -> tuple[Tally, int]:
    """(one pillar's letters, how many rows have it outside their perimeter); no movement is counted."""
    pillars = [(row, pillar) for row in rows if row.latest is not None for pillar in row.latest.pillars if pillar.id == id]
    examined = [(row, pillar) for row, pillar in pillars if pillar.examined]
    counts = Counter(pillar.grade for _, pillar in examined)
    values = [pillar.value for row, pillar in examined if pillar.value is not None and measure is not None and measure.fits(row)]
    made = Tally(tuple((name, counts[name]) for name, _ in LETTERS), counts[None], 0, _middle(values), 0, 0)
    return made, len(pillars) - len(examined)


def months(portfolio: Portfolio, measure: Measure | None) -> tuple[Month, ...]:
    """The last twelve months, the oldest first; only values of one measure are put side by side."""
    end = portfolio.heading.moment
    names = [_month(end, back) for back in reversed(range(MONTHS))]
    found: dict[date, list[int]] = {name: [] for name in names}
    for row in portfolio.rows:
        last: dict[date, Point] = {}
        for point in row.trend:
            known = last.get(_month(point.moment, 0))
            if point.moment <= end and (known is None or known.moment <= point.moment):
                last[_month(point.moment, 0)] = point
        for name, point in last.items():
            same = measure is not None and (point.perimeter, point.version) == (measure.perimeter, measure.version)
            if same and point.value is not None and name in found:
                found[name].append(point.value)
    return tuple(Month(name, tuple(sorted(values))) for name, values in found.items())


def pillars_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """The ids of the pillars that any row has, in the order of the first one that has them."""
    ids: dict[str, None] = {}
    for row in rows:
        pillars: tuple[Pillar, ...] = row.latest.pillars if row.latest else ()
        ids.update(dict.fromkeys(pillar.id for pillar in pillars))
    return tuple(ids)


def _month(moment: datetime, back: int) -> date:
    number = moment.year * 12 + moment.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def _middle(values: list[int]) -> Grade | None:
    if not values:
        return None
    value = median_low(values)
    return Grade(value, letter(value))
