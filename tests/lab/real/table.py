"""Holds what was concluded against the declared truth, and prints it by family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.model import Outcome, Status
from tests.lab.real.model import RealTown


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome, as far as truth is concerned; `subject` is its key."""

    check: str
    subject: str
    status: str
    reason: str = ""
    detail: str = ""

    @classmethod
    def of(cls, outcome: Outcome) -> Row:
        reason = outcome.reason.value if outcome.reason else ""
        return cls(outcome.check, outcome.subject.key, outcome.status.value, reason, outcome.detail[:200])

    @property
    def family(self) -> str:
        """The part of the check id before the dot."""
        return self.check.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One town. `missed` are not declared, `known_missed` are; `unknown` are all, `unexpected` those not tolerated."""

    town: RealTown
    true: tuple[Row, ...] = ()
    missed: tuple[Row, ...] = ()
    known_missed: tuple[Row, ...] = ()
    alarms: tuple[Row, ...] = ()
    unknown: tuple[Row, ...] = ()
    unexpected: tuple[Row, ...] = ()
    no_longer_missed: tuple[Row, ...] = ()
    broken: str = ""  # why it could not be built, or why its scan did not end

    @property
    def right(self) -> bool:
        """Whether nothing differs from what is declared."""
        return not (self.missed or self.alarms or self.unexpected or self.broken)


def compare(town: RealTown, rows: Iterable[Row]) -> Comparison:
    """Findings that the town declares neither as true nor as beside the point are false alarms."""
    seen = {(row.check, row.subject): row for row in rows}
    failed = {place: row for place, row in seen.items() if row.status == Status.FAIL}
    unknown = tuple(row for row in seen.values() if row.status == Status.UNKNOWN)
    true = town.must | town.missed
    return Comparison(
        town=town,
        true=tuple(row for place, row in sorted(failed.items()) if place in true),
        missed=tuple(seen.get(place, Row(*place, "absent")) for place in sorted(town.must - failed.keys())),
        known_missed=tuple(seen.get(place, Row(*place, "absent")) for place in sorted(town.missed - failed.keys())),
        alarms=tuple(row for place, row in sorted(failed.items()) if place not in true and not town.allows(row.check)),
        unknown=unknown,
        unexpected=tuple(
            row for row in unknown if not town.tolerates_unknown(row.check) and (row.check, row.subject) not in true
        ),
        no_longer_missed=tuple(row for place, row in sorted(failed.items()) if place in town.missed),
    )


def render(comparisons: Sequence[Comparison], families: Sequence[str]) -> str:
    """What differs, town by town; then one line a family, and the verdict."""
    lines = [line for comparison in comparisons for line in _differences(comparison)]
    if lines:
        lines.append("")
    lines.append(f"{'family':<10}{'true':>7}{'missed':>8}{'declared':>10}{'false':>7}{'not':>13}")
    lines.append(f"{'':<10}{'found':>7}{'':>8}{'missed':>10}{'alarms':>7}{'verifiable':>13}")
    for family in families:
        counts = _counts(comparisons, family)
        lines.append(f"{family:<10}{counts[0]:>7}{counts[1]:>8}{counts[2]:>10}{counts[3]:>7}{counts[4]:>13}")
    counts = _counts(comparisons, None)
    lines.append(f"{'all':<10}{counts[0]:>7}{counts[1]:>8}{counts[2]:>10}{counts[3]:>7}{counts[4]:>13}")
    wrong = [comparison.town.name for comparison in comparisons if not comparison.right]
    verdict = f"wrong: {', '.join(wrong)}" if wrong else "every town as declared"
    lines.append(f"\n{len(comparisons)} towns, {verdict}")
    return "\n".join(lines)


def _counts(comparisons: Sequence[Comparison], family: str | None) -> tuple[int, int, int, int, int]:
    def count(rows: Iterable[Row]) -> int:
        return sum(1 for row in rows if family in (None, row.family))

    return (
        sum(count(one.true) for one in comparisons),
        sum(count(one.missed) for one in comparisons),
        sum(count(one.known_missed) for one in comparisons),
        sum(count(one.alarms) for one in comparisons),
        sum(count(one.unknown) for one in comparisons),
    )


def _differences(comparison: Comparison) -> list[str]:
    if comparison.broken:
        return [f"{comparison.town.name}: NOT COMPARED: {comparison.broken}"]
    kinds = (
        ("MISSED", comparison.missed),
        ("FALSE ALARM", comparison.alarms),
        ("NOT VERIFIABLE", comparison.unexpected),
        ("declared as missed", comparison.known_missed),
        ("declared as missed, and found: move it to `must`", comparison.no_longer_missed),
    )
    return [
        f"{comparison.town.name}: {kind}: {row.check} on {row.subject}"
        + (f" ({row.status}{': ' if row.reason or row.detail else ''}{row.reason} {row.detail}".rstrip() + ")")
        for kind, rows in kinds
        for row in rows
    ]
