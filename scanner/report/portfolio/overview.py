"""What a reader of one page should know: the figures, how grades moved, what is grave, the RPNT of all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scanner.model import Severity
from scanner.portfolio import GradeMovement, Portfolio, Row
from scanner.report.portfolio.aliases import MAX_NAME
from scanner.report.portfolio.members_view import graded, movement_words
from scanner.report.portfolio.statistics import Measure, Tally, tally
from scanner.report.values import Worded, visible
from scanner.report.words import Words
from scanner.rpnt import CRITERIA, LEVELS, Attainment
from scanner.rpnt import Status as Criterion
from scanner.scoring import Perimeter

MOVERS = 10  # of each direction that are named


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a table: words and numbers."""

    label: str
    counts: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mover:
    """A member whose grade moved much."""

    name: str
    domain: str
    before: str
    after: str
    points: str


@dataclass(frozen=True, slots=True)
class Movements:
    """How the grades stand to the last campaign; `reasons` say why some do not compare."""

    counts: tuple[Counted, ...]
    reasons: tuple[Counted, ...]
    down: tuple[Mover, ...]
    up: tuple[Mover, ...]


def movements(portfolio: Portfolio, say: Words) -> Movements:
    """Counted, then the greatest by name."""
    counts = Counter(row.moved.movement for row in portfolio.rows)
    reasons = Counter(row.moved.why for row in portfolio.rows if row.moved.why is not None)
    compared = [row for row in portfolio.rows if row.moved.points]
    down = sorted((row for row in compared if (row.moved.points or 0) < 0), key=lambda row: (row.moved.points, _name(row)))
    up = sorted((row for row in compared if (row.moved.points or 0) > 0), key=lambda row: (-(row.moved.points or 0), _name(row)))
    return Movements(
        tuple(Counted(say(f"portfolio.moves.{each}"), (counts[each],)) for each in GradeMovement),
        tuple(Counted(say(f"portfolio.why.{why}"), (reasons[why],)) for why in sorted(reasons)),
        tuple(_mover(row, say) for row in down[:MOVERS]),
        tuple(_mover(row, say) for row in up[:MOVERS]),
    )


def by_perimeter(portfolio: Portfolio) -> tuple[tuple[Perimeter, Tally], ...]:
    """The letters of each perimeter that occurs: they do not compare."""
    found: dict[Perimeter, list[Row]] = {}
    for row in portfolio.rows:
        if row.latest is not None:
            found.setdefault(row.latest.perimeter, []).append(row)
    return tuple((perimeter, tally(found[perimeter], None)) for perimeter in Perimeter if perimeter in found)


def measured(portfolio: Portfolio, measure: Measure | None, say: Words) -> Worded:
    """The sentence that stands before every median."""
    if measure is None:
        return say("portfolio.measure_none")
    others = sum(not measure.fits(row) for row in portfolio.graded)
    fact = {"perimeter": say(f"perimeter.{measure.perimeter}"), "version": measure.version}
    if not others:
        return say("portfolio.measure_all", **fact)
    return say("portfolio.measure_some", **fact, members=say("portfolio.domains", n=others))


def with_critical(portfolio: Portfolio) -> int:
    """How many rows have a critical finding."""
    return sum(bool(dict(row.latest.findings).get(Severity.CRITICAL)) for row in portfolio.rows if row.latest)


def levels(portfolio: Portfolio, say: Words) -> tuple[Counted, ...]:
    """For each level of the RPNT how many reach it, do not, and cannot be told."""
    seen = [row.latest for row in portfolio.rows if row.latest is not None]
    made = []
    for place, id in enumerate(LEVELS):
        counts = Counter(latest.levels[place] for latest in seen)
        made.append(Counted(say("portfolio.level", level=id), tuple(counts[each] for each in Attainment)))
    return tuple(made)


def criteria(portfolio: Portfolio, say: Words) -> tuple[Counted, ...]:
    """For each criterion of the RPNT how many fulfil it, do not, cannot be told, and have nothing to be asked."""
    seen = [row.latest for row in portfolio.rows if row.latest is not None]
    return tuple(
        Counted(
            say(f"rpnt.criterion.{id}"),
            tuple(sum(latest.criteria[place] is status for latest in seen) for status in Criterion),
            id,
        )
        for place, id in enumerate(CRITERIA)
    )


def authorities(portfolio: Portfolio) -> int:
    """How many there are; one may have several domains."""
    return len({(row.member.authority, row.member.departement, row.member.epci) for row in portfolio.rows})


def highlights(portfolio: Portfolio, say: Words) -> tuple[Worded, ...]:
    """What moved and what is grave, a sentence each; nothing where there is nothing to say."""
    counts = Counter(row.moved.movement for row in portfolio.rows)
    said = []
    critical = with_critical(portfolio)
    if critical:
        said.append(say("portfolio.critical", n=critical))
    if any(counts[each] for each in (GradeMovement.IMPROVED, GradeMovement.SAME, GradeMovement.LOWERED)):
        facts = {each.value: counts[each] for each in GradeMovement}
        said.append(say("portfolio.movement_sentence", **facts))
    ungraded = sum(row.latest is not None and row.grade is None for row in portfolio.rows)
    if ungraded:
        said.append(say("portfolio.ungraded_sentence", n=ungraded))
    if counts[GradeMovement.NO_RESULT]:
        said.append(say("portfolio.unseen_sentence", n=counts[GradeMovement.NO_RESULT]))
    return tuple(said)


def _name(row: Row) -> str:
    return row.member.authority.casefold()


def _mover(row: Row, say: Words) -> Mover:
    return Mover(
        visible(row.member.authority, MAX_NAME),
        visible(row.member.domain, MAX_NAME),
        graded(row.moved.before, say),
        graded(row.grade, say),
        movement_words(row, say),
    )
