"""What changed between two results of one domain. Pure; docs/decisions/0006 explains the categories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from scanner.model import Reason, Severity, Subject
from scanner.result import ScanResult
from scanner.scoring import Pillar, Score
from scanner.standing import Standing, Standings


class Movement(StrEnum):
    """What became of one check on one subject; each pair has one movement at most. In the order of display."""

    NEW = "new"  # a finding now; there was none before, or the subject is new
    FIRST_SEEN = "first_seen"  # a finding now; nobody could see before whether it was there
    WORSE = "worse"
    NO_LONGER_VERIFIABLE = "no_longer_verifiable"  # a finding before, out of sight now: never "fixed"
    STILL = "still"
    LIGHTER = "lighter"
    FIXED = "fixed"
    GONE = "gone"  # a finding on a server or address that the domain no longer leads to; what became of it is unknown
    NEWLY_VERIFIABLE = "newly_verifiable"  # out of sight before, concluded without finding now
    LOST_SIGHT = "lost_sight"  # concluded without finding before, out of sight now
    NEWLY_LOOKED_AT = "newly_looked_at"  # the check did not run before
    NO_LONGER_LOOKED_AT = "no_longer_looked_at"  # the check ran before, and did not now


@dataclass(frozen=True, slots=True)
class Change:
    """One check and the subjects that moved alike, by key.

    `before` and `after` are the worst severity on either side, None where there was no finding. `reason` says why
    one side was not seen; `last_seen` is the moment of a finding that is out of sight. `formerly` are the subjects
    that carried a finding before it stood on these: the site moved to another machine, and its fault went along.
    """

    movement: Movement
    check: str
    subjects: tuple[Subject, ...]
    before: Severity | None = None
    after: Severity | None = None
    reason: Reason | None = None
    last_seen: datetime | None = None
    formerly: tuple[Subject, ...] = ()


class Incomparable(StrEnum):
    """Why two scores say nothing about each other."""

    PERIMETER = "perimeter"
    SCORING_VERSION = "scoring_version"
    UNGRADED_BEFORE = "ungraded_before"
    UNGRADED_AFTER = "ungraded_after"
    FAMILIES = "families"  # one of the two looked at a selection of checks


@dataclass(frozen=True, slots=True)
class PillarMovement:
    """One pillar on both sides."""

    before: Pillar
    after: Pillar

    @property
    def value(self) -> int | None:
        """Points won, below zero where lost; None where one side has no value."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def coverage(self) -> int:
        """Percentage points won, below zero where lost."""
        return self.after.coverage - self.before.coverage


@dataclass(frozen=True, slots=True)
class ScoreMovement:
    """Two scores that both hold a value and a grade. `value` in points won, `coverage` in percentage points won."""

    before: Score
    after: Score
    value: int
    coverage: int
    pillars: tuple[PillarMovement, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """All that moved between two moments, and every finding that stayed. One of `score` and `incomparable` is None."""

    before_at: datetime
    after_at: datetime
    changes: tuple[Change, ...]
    score: ScoreMovement | None
    incomparable: Incomparable | None

    @property
    def comparable(self) -> bool:
        """Whether the two scores may stand side by side."""
        return self.incomparable is None

    @property
    def moved(self) -> tuple[Change, ...]:
        """Every change but the findings that stayed where and as they were."""
        return tuple(change for change in self.changes if change.movement is not Movement.STILL or change.formerly)

    def of(self, *movements: Movement) -> tuple[Change, ...]:
        """The changes of some categories, in the order of display."""
        return tuple(change for change in self.changes if change.movement in movements)

    @property
    def fixed(self) -> tuple[Change, ...]:
        """Findings that are no more."""
        return self.of(Movement.FIXED)

    @property
    def new(self) -> tuple[Change, ...]:
        """Findings that were not there before."""
        return self.of(Movement.NEW)

    @property
    def worse(self) -> tuple[Change, ...]:
        """Findings of a higher severity than before."""
        return self.of(Movement.WORSE)

    @property
    def still(self) -> tuple[Change, ...]:
        """Findings of the same severity as before."""
        return self.of(Movement.STILL)

    @property
    def no_longer_verifiable(self) -> tuple[Change, ...]:
        """Findings that could not be looked at again."""
        return self.of(Movement.NO_LONGER_VERIFIABLE)


def compare(before: ScanResult, after: ScanResult) -> Diff:
    """What became of every check and subject. Raises ValueError where the two are not of one domain."""
    if before.domain != after.domain:
        raise ValueError(f"results of {before.domain.name} and {after.domain.name} cannot be compared")
    earlier, later = Standings(before), Standings(after)
    pairs = sorted({*earlier.outcomes, *later.outcomes}, key=lambda pair: (pair[0], pair[1].key))
    changes = [change for pair in pairs if (change := _change(*pair, earlier, later))]
    incomparable = _incomparable(before, after)
    score = _score(before.score, after.score) if incomparable is None else None
    return Diff(before.started_at, after.started_at, _gathered(_moved_house(changes, earlier)), score, incomparable)


#: (before, after) -> movement; what is not here is no news. FINDING on both sides is told apart by severity.
_MOVEMENTS: dict[tuple[Standing, Standing], Movement] = {
    (Standing.CLEAR, Standing.FINDING): Movement.NEW,
    (Standing.NOT_THERE, Standing.FINDING): Movement.NEW,
    (Standing.UNSEEN, Standing.FINDING): Movement.FIRST_SEEN,
    (Standing.FINDING, Standing.CLEAR): Movement.FIXED,
    (Standing.FINDING, Standing.NOT_THERE): Movement.GONE,
    (Standing.FINDING, Standing.UNSEEN): Movement.NO_LONGER_VERIFIABLE,
    (Standing.UNSEEN, Standing.CLEAR): Movement.NEWLY_VERIFIABLE,
    (Standing.CLEAR, Standing.UNSEEN): Movement.LOST_SIGHT,
    **{(Standing.NOT_RUN, seen): Movement.NEWLY_LOOKED_AT for seen in (Standing.FINDING, Standing.CLEAR)},
    **{(seen, Standing.NOT_RUN): Movement.NO_LONGER_LOOKED_AT for seen in (Standing.FINDING, Standing.CLEAR)},
}


def _change(check: str, subject: Subject, before: Standings, after: Standings) -> Change | None:
    standings = before.of(check, subject), after.of(check, subject)
    severities = before.severity(check, subject), after.severity(check, subject)
    if standings == (Standing.FINDING, Standing.FINDING):
        return Change(_by_severity(*severities), check, (subject,), *severities)
    movement = _MOVEMENTS.get(standings)
    if movement is None:
        return None
    blind = next((side for side, standing in zip((before, after), standings, strict=True) if standing is Standing.UNSEEN), None)
    reason = blind.reason(check, subject) if blind else None
    last_seen = before.moment if movement is Movement.NO_LONGER_VERIFIABLE else None
    return Change(movement, check, (subject,), *severities, reason, last_seen)


def _by_severity(before: Severity | None, after: Severity | None) -> Movement:
    change = (after or Severity.INFO) - (before or Severity.INFO)
    return Movement.WORSE if change > 0 else Movement.LIGHTER if change < 0 else Movement.STILL


def _moved_house(changes: list[Change], before: Standings) -> list[Change]:
    """Where a finding is gone from one subject and stands on a new one of the same kind, it is the same finding."""

    def role(change: Change) -> Movement | None:
        arrived = change.movement is Movement.NEW and before.of(change.check, change.subjects[0]) is Standing.NOT_THERE
        return change.movement if arrived or change.movement is Movement.GONE else None

    movers: dict[tuple[str, str], dict[Movement, list[Change]]] = {}
    for change in changes:
        if role(change):
            movers.setdefault((change.check, change.subjects[0].kind), {}).setdefault(change.movement, []).append(change)
    kept = [change for change in changes if not role(change)]
    for sides in movers.values():
        gone, come = sides.get(Movement.GONE, []), sides.get(Movement.NEW, [])
        kept += [_moved(gone, come)] if gone and come else gone + come
    return kept


def _moved(gone: list[Change], come: list[Change]) -> Change:
    before = max(change.before or Severity.INFO for change in gone)
    after = max(change.after or Severity.INFO for change in come)
    subjects, formerly = (tuple(change.subjects[0] for change in side) for side in (come, gone))
    return Change(_by_severity(before, after), come[0].check, subjects, before, after, formerly=formerly)


def _gathered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Subjects that moved alike in one change; by movement, then the most severe first, then by check."""
    alike: dict[Change, list[Subject]] = {}
    for change in changes:
        alike.setdefault(replace(change, subjects=()), []).extend(change.subjects)
    gathered = [replace(change, subjects=tuple(sorted(subjects, key=_key))) for change, subjects in alike.items()]
    order = list(Movement)

    def place(change: Change) -> tuple[int, int, str, tuple[str, ...]]:
        severity = max((each for each in (change.before, change.after) if each is not None), default=Severity.INFO)
        return order.index(change.movement), -severity, change.check, tuple(map(_key, change.subjects))

    return tuple(sorted(gathered, key=place))


def _key(subject: Subject) -> str:
    return subject.key


def _incomparable(before: ScanResult, after: ScanResult) -> Incomparable | None:
    if before.score.perimeter is not after.score.perimeter:
        return Incomparable.PERIMETER
    if before.score.version != after.score.version:
        return Incomparable.SCORING_VERSION
    if before.score.grade is None:
        return Incomparable.UNGRADED_BEFORE
    if after.score.grade is None:
        return Incomparable.UNGRADED_AFTER
    families = [{outcome.family for outcome in result.outcomes} for result in (before, after)]
    return None if families[0] == families[1] else Incomparable.FAMILIES


def _score(before: Score, after: Score) -> ScoreMovement:
    pillars = {pillar.id: pillar for pillar in before.pillars}
    both = tuple(PillarMovement(pillars[pillar.id], pillar) for pillar in after.pillars if pillar.id in pillars)
    value = (after.value or 0) - (before.value or 0)
    return ScoreMovement(before, after, value, after.coverage - before.coverage, both)
