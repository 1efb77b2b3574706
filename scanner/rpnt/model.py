"""The words of the RPNT, version 0.2.1 of 10 July 2026: criteria, levels, and what is concluded of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scanner.model import Fact, Outcome, Reason
from scanner.model import Status as Verdict

RPNT_VERSION = "0.2.1"


class Importance(StrEnum):
    """How the RPNT ranks a criterion."""

    ESSENTIAL = "E"
    RECOMMENDED = "R"


class Kind(StrEnum):
    """Where the answer comes from: what an authority declared on Service-Public, or a test."""

    DECLARED = "d"
    TESTED = "t"


class Status(StrEnum):
    """What is concluded of one criterion."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"  # there is nothing to ask it of; another criterion of the level is then not met


class Attainment(StrEnum):
    """What is concluded of one level."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"  # one needed criterion is not met
    NOT_VERIFIABLE = "not_verifiable"  # none is unmet among those that were seen, and some were not


@dataclass(frozen=True, slots=True)
class Judgement:
    """A status with its reason: `why` is a key of the vocabulary, `facts` fill it, `rests_on` are the outcomes behind it."""

    status: Status
    why: str
    facts: dict[str, Fact] = field(default_factory=dict)
    rests_on: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion under its own id, and what is concluded of it."""

    id: str
    importance: Importance
    kind: Kind
    judgement: Judgement

    @property
    def status(self) -> Status:
        """What is concluded."""
        return self.judgement.status


@dataclass(frozen=True, slots=True)
class Level:
    """A level, and the needed criteria that are unmet and unknown, by id."""

    id: str
    attainment: Attainment
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rpnt:
    """The sixteen criteria in order, and the two levels, A first."""

    criteria: tuple[Criterion, ...]
    levels: tuple[Level, Level]

    @property
    def level(self) -> str | None:
        """The highest level that is reached: "AA", "A", or None."""
        return next((level.id for level in reversed(self.levels) if level.attainment is Attainment.REACHED), None)

    def criterion(self, id: str) -> Criterion:
        """One criterion by its id. Raises StopIteration on an unknown one."""
        return next(criterion for criterion in self.criteria if criterion.id == id)


#: Id -> importance and kind, in the order of the RPNT.
CRITERIA: dict[str, tuple[Importance, Kind]] = {
    id: (Importance(marks[0]), Kind(marks[1]))
    for id, marks in {
        "1.1": "Ed", "1.2": "Ed", "1.3": "Et", "1.4": "Et", "1.5": "Et", "1.6": "Et", "1.7": "Rt", "1.8": "Rd",
        "2.1": "Ed", "2.2": "Ed", "2.3": "Ed", "2.4": "Et", "2.5": "Rt", "2.6": "Rt", "2.7": "Rt", "2.8": "Et",
    }.items()
}  # fmt: skip

#: Level -> the criteria that it needs.
LEVELS: dict[str, tuple[str, ...]] = {
    "A": ("1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3", "2.4", "2.5", "2.8"),
    "AA": tuple(CRITERIA),
}

#: What a register knows of the declared criteria: id -> whether it is met.
Declared = Mapping[str, bool]


def met(why: str, *rests_on: Outcome, **facts: Fact) -> Judgement:
    """Seen, and as it should be."""
    return Judgement(Status.MET, f"rpnt.why.{why}", facts, rests_on)


def not_met(why: str, *rests_on: Outcome, **facts: Fact) -> Judgement:
    """Seen, and not as it should be."""
    return Judgement(Status.NOT_MET, f"rpnt.why.{why}", facts, rests_on)


def unknown(why: str, *rests_on: Outcome, **facts: Fact) -> Judgement:
    """Not seen, or not to be concluded from what was seen."""
    return Judgement(Status.UNKNOWN, f"rpnt.why.{why}", facts, rests_on)


def not_applicable(why: str) -> Judgement:
    """The question does not arise."""
    return Judgement(Status.NOT_APPLICABLE, f"rpnt.why.{why}")


def unseen(reason: Reason | None, *rests_on: Outcome) -> Judgement:
    """Not seen, for the reason of an observation."""
    return Judgement(Status.UNKNOWN, f"reason.{reason or Reason.NOT_OBSERVED}", {}, rests_on)


class Heard:
    """What some checks concluded, on all their subjects; a check that did not run left something unseen."""

    def __init__(self, outcomes: Iterable[Outcome], *checks: str) -> None:
        mine = tuple(outcome for outcome in outcomes if outcome.check in checks)
        self.ran = {outcome.check for outcome in mine} == set(checks)
        self.failed, self.passed, self._unseen, self.idle = (
            tuple(outcome for outcome in mine if outcome.status is status)
            for status in (Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
        )

    @property
    def blind(self) -> Judgement | None:
        """UNKNOWN, where one of them could not conclude."""
        if self._unseen:
            return unseen(self._unseen[0].reason, *self._unseen)
        return None if self.ran else unseen(Reason.NOT_OBSERVED)


def sites(outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The names of their subjects, each once."""
    return tuple(dict.fromkeys(outcome.subject.name for outcome in outcomes))
