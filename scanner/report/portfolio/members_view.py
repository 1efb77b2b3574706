"""The members one by one: grade, movement, twelve months, what is grave, and where the report of each stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from scanner.model import Severity
from scanner.portfolio import Grade, GradeMovement, Row
from scanner.report.portfolio.aliases import MAX_NAME
from scanner.report.portfolio.drawings import comparable, spark
from scanner.report.portfolio.statistics import Measure
from scanner.report.values import visible
from scanner.report.words import Words
from scanner.rpnt import Attainment
from scanner.scoring import LETTERS

OPEN_UNTIL = 40  # rows of a letter that are shown without a click; a longer list has an index
_WORST_FIRST = tuple(name for name, _ in reversed(LETTERS))


@dataclass(frozen=True, slots=True)
class MemberView:
    """One row. `letter` is "" without grade; `trend` a path, `trend_text` what it says; `report` an address or ""."""

    name: str
    domain: str
    letter: str
    value: str
    relief: str
    movement: str
    way: str
    trend: str
    trend_text: str
    coverage: str
    findings: str
    rpnt: str
    report: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """All rows of one letter, the lowest value first; `id` is a letter, `none` or `unseen`."""

    id: str
    title: str
    open: bool
    members: tuple[MemberView, ...]


def member_groups(rows: Iterable[Row], reports: Mapping[str, str], moment: datetime, say: Words) -> tuple[MemberGroup, ...]:
    """From E to A, then those without grade, then those never seen."""
    numbers = count(1)
    found: dict[str, list[Row]] = {id: [] for id in (*_WORST_FIRST, "none", "unseen")}
    for row in rows:
        found["unseen" if row.latest is None else row.grade.letter if row.grade else "none"].append(row)
    return tuple(
        MemberGroup(
            id,
            say(f"portfolio.list.{id}") if id in ("none", "unseen") else say("portfolio.list.letter", letter=id),
            len(members) <= OPEN_UNTIL,
            tuple(
                _view(row, reports.get(row.member.domain, ""), moment, say, f"m{next(numbers)}")
                for row in sorted(members, key=_order)
            ),
        )
        for id, members in found.items()
        if members
    )


def alphabetical(groups: Iterable[MemberGroup]) -> tuple[tuple[str, tuple[MemberView, ...]], ...]:
    """Every member by the first letter of its name, accents aside; () where the list is short enough to read through."""
    members = [member for group in groups for member in group.members]
    if len(members) <= OPEN_UNTIL:
        return ()
    found: dict[str, list[MemberView]] = {}
    for member in sorted(members, key=lambda member: (_folded(member.name), member.domain)):
        initial = _folded(member.name)[:1].upper()
        found.setdefault(initial if "A" <= initial <= "Z" else "#", []).append(member)
    return tuple((letter, tuple(entries)) for letter, entries in found.items())


def _folded(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalnum() or letter == " ").strip()


def movement_words(row: Row, say: Words) -> str:
    """`+12`, `−5`, `=`, or why there is no number."""
    moved = row.moved
    if moved.points is None:
        return say(f"portfolio.moved.{moved.movement}")
    return signed(moved.points)


def signed(points: int) -> str:
    """With the sign of typography; `=` for none."""
    return "=" if points == 0 else f"+{points}" if points > 0 else f"\u2212{-points}"


def graded(grade: Grade | None, say: Words) -> str:
    """`C, 62` or `non noté`."""
    return f"{grade.letter}, {grade.value}" if grade else say("grade.none")


def _order(row: Row) -> tuple[int, str]:
    return row.grade.value if row.grade else 0, row.member.authority.casefold()


def _view(row: Row, report: str, moment: datetime, say: Words, anchor: str) -> MemberView:
    latest = row.latest
    measure = Measure(latest.perimeter, latest.version) if latest else None
    points = comparable(row.trend, moment, measure)
    path = spark(points, moment)
    relief = row.relief
    ways = {GradeMovement.IMPROVED: "up", GradeMovement.LOWERED: "down"}
    return MemberView(
        name=visible(row.member.authority, MAX_NAME),
        domain=visible(row.member.domain, MAX_NAME),
        letter=row.grade.letter if row.grade else "",
        value=str(row.grade.value) if row.grade else "–",
        relief=say("portfolio.relief", grade=graded(relief.grade, say), n=relief.accepted + relief.disputed) if relief else "",
        movement=movement_words(row, say),
        way=ways.get(row.moved.movement, ""),
        trend=path,
        trend_text=say("portfolio.trend", first=points[0].value or 0, last=points[-1].value or 0) if path else "",
        coverage=say("report.percent", value=latest.coverage) if latest else "–",
        findings=_grave(row, say),
        rpnt=_level(row, say),
        report=report,
        anchor=anchor,
    )


def _grave(row: Row, say: Words) -> str:
    counts = dict(row.latest.findings) if row.latest else {}
    grave = ((severity, counts.get(severity, 0)) for severity in (Severity.CRITICAL, Severity.HIGH))
    return " · ".join(f"{say(f'severity.{severity.label}')}\u00a0{count}" for severity, count in grave if count) or "–"


def _level(row: Row, say: Words) -> str:
    """The highest level of the RPNT that is reached, else what is concluded of the first."""
    if row.latest is None:
        return "–"
    low, high = row.latest.levels
    if Attainment.REACHED in (low, high):
        return "AA" if high is Attainment.REACHED else "A"
    return say(f"portfolio.attainment.{low}")
