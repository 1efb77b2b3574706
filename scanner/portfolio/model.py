"""The rows of the portfolio: one for each domain of each member, and light enough for thousands of them. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scanner.diff import Incomparable
from scanner.dossier import Role
from scanner.model import Severity
from scanner.registry.model import Kind
from scanner.rpnt import Attainment
from scanner.rpnt import Status as Criterion
from scanner.scoring import Perimeter, Pillar
from scanner.suppliers.recognise import Certainty


@dataclass(frozen=True, slots=True)
class Member:
    """One domain of one authority; "" and None stand for what nobody told us. `domain` is in A-labels.

    `shares_with_suppliers` says that the authority lets a supplier read its name beside those of other clients.
    """

    authority: str
    kind: Kind
    domain: str
    population: int | None = None
    departement: str = ""
    epci: str = ""
    tags: tuple[str, ...] = ()
    shares_with_suppliers: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """The value of one domain at one moment, None where it had no grade."""

    moment: datetime
    value: int | None
    perimeter: Perimeter
    version: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A value from 0 to 100 and its letter."""

    value: int
    letter: str


class Mark(StrEnum):
    """What one check says of one domain, over all its subjects; one character each, so that a row is one string."""

    CRITICAL = "c"
    HIGH = "h"
    MEDIUM = "m"
    LOW = "l"
    INFO = "i"
    UNKNOWN = "u"
    UNEXAMINED = "x"  # outside the perimeter
    PASS = "p"  # noqa: S105 - a verdict, not a password
    NOT_APPLICABLE = "n"
    NOT_RUN = "-"


@dataclass(frozen=True, slots=True)
class Serving:
    """Who serves a domain in one role; `id` as in suppliers.toml, "" for a plain name of the register."""

    role: Role
    id: str
    name: str
    certainty: Certainty

    @property
    def key(self) -> str:
        """The same for one company whatever its role; a plain name is not told apart by its capitals."""
        return self.id or f"={self.name.casefold()}"


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the portfolio keeps of one result.

    `marks` has one Mark for each check of the portfolio, in its order; `findings` counts by severity, as a reader
    counts them; `pillars` are without their losses; `levels` are the two of the RPNT, A first.
    """

    moment: datetime
    grade: Grade | None
    coverage: int
    perimeter: Perimeter
    version: str
    pillars: tuple[Pillar, ...]
    marks: str
    findings: tuple[tuple[Severity, int], ...]
    levels: tuple[Attainment, Attainment]
    criteria: tuple[Criterion, ...]
    serving: tuple[Serving, ...]
    interrupted: bool


class GradeMovement(StrEnum):
    """How a grade stands to the one of the last campaign. In the order of display."""

    IMPROVED = "improved"
    SAME = "same"
    LOWERED = "lowered"
    NOT_COMPARABLE = "not_comparable"
    FIRST = "first"  # there is no earlier result
    NO_RESULT = "no_result"  # it was never looked at, or nothing could be graded


@dataclass(frozen=True, slots=True)
class Moved:
    """Since the last campaign. `points` only where both grades compare, `why` only where they do not;
    `new` and `fixed` count changed findings, as scanner/diff.py gathers them."""

    movement: GradeMovement
    points: int | None = None
    why: Incomparable | None = None
    before: Grade | None = None
    before_at: datetime | None = None
    new: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Relief:
    """What waivers change: the grade without the cost of what they cover, and how many of each cover something."""

    grade: Grade | None
    accepted: int
    disputed: int


@dataclass(frozen=True, slots=True)
class Row:
    """One domain as the portfolio shows it. `latest` is None where there is no result, `relief` where nothing is waived."""

    member: Member
    latest: Summary | None
    moved: Moved
    trend: tuple[Point, ...] = ()
    relief: Relief | None = None

    @property
    def grade(self) -> Grade | None:
        """None where there is none: never the same as zero."""
        return self.latest.grade if self.latest else None
