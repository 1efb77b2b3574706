"""judge(): checks over what was observed. Pure: no network, no clock of its own, no file."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scanner.contract import CheckSpec, Need
from scanner.landscape import Landscape, Seen
from scanner.model import (
    Absent,
    Finding,
    Flaw,
    NotApplicable,
    Observation,
    Outcome,
    Reason,
    Status,
    Subject,
    Unknown,
    Unobserved,
    Verdict,
)

log = logging.getLogger(__name__)

Value = Observation | Absent | Unobserved | tuple[Observation | Absent | Unobserved, ...]


def judge(checks: Iterable[CheckSpec], landscape: Landscape, seen: Seen, now: datetime) -> tuple[Outcome, ...]:
    """Every check on every subject of its kind, in the order of the catalogue and of the landscape."""
    return tuple(
        judge_one(spec, subject, _gather(spec, subject, landscape, seen), now)
        for spec in checks
        for subject in landscape.of_kind(spec.signature.subject)
    )


def judge_one(spec: CheckSpec, subject: Subject, values: Mapping[str, Value], now: datetime) -> Outcome:
    """One check on one subject; `values` by parameter name. What is missing decides before the check runs."""
    blocked = _blocked(spec, subject, values)
    if blocked is not None:
        return blocked
    arguments: dict[str, Any] = {spec.signature.subject_parameter: subject, **values}
    if spec.signature.now_parameter:
        arguments[spec.signature.now_parameter] = now
    for need in spec.signature.needs:
        if need.many:
            arguments[need.parameter] = tuple(m for m in _members(values[need.parameter]) if _accepted(need, m))
    try:
        verdicts = list(spec.function(**arguments))
    except Exception as error:  # a faulty check must never end a scan nor read as health
        log.exception("check %s failed on %s", spec.id, subject.key)
        return Outcome(spec.id, subject, Status.UNKNOWN, reason=Reason.BUG, detail=f"{type(error).__name__}: {error}"[:300])
    return _conclude(spec, subject, verdicts)


def _gather(spec: CheckSpec, subject: Subject, landscape: Landscape, seen: Seen) -> dict[str, Value]:
    return {
        need.parameter: (
            tuple(seen.exactly(member, need.gives) for member in landscape.below(subject) if seen.expects(member, need.gives))
            if need.many
            else seen.find(subject, need.gives)
        )
        for need in spec.signature.needs
    }


def _blocked(spec: CheckSpec, subject: Subject, values: Mapping[str, Value]) -> Outcome | None:
    """NOT_APPLICABLE or UNKNOWN where a needed fact is absent or was not seen; absence speaks first."""
    missing = [
        (need, member)
        for need in spec.signature.needs
        for member in _members(values[need.parameter])
        if isinstance(member, Unobserved) and not need.unobserved
    ]
    for need in spec.signature.needs:
        value = values[need.parameter]
        if isinstance(value, Absent) and not need.absent:
            return Outcome(spec.id, subject, Status.NOT_APPLICABLE, detail=f"{need.gives.__name__}: {value.proof}")
    if not missing:
        return None
    first = missing[0][1]
    names = tuple(dict.fromkeys(need.gives.__name__ for need, _ in missing))
    return Outcome(
        spec.id, subject, Status.UNKNOWN, reason=first.reason, detail=first.detail, missing=names, because=first.because
    )


def _members(value: Value) -> tuple[Observation | Absent | Unobserved, ...]:
    return value if isinstance(value, tuple) else (value,)


def _accepted(need: Need, member: Observation | Absent | Unobserved) -> bool:
    """An absent member of a tuple is left out unless the check asks for it."""
    return need.absent if isinstance(member, Absent) else True


def _conclude(spec: CheckSpec, subject: Subject, verdicts: list[Verdict]) -> Outcome:
    """Precedence of DESIGN 4: Flaw, then Unknown, then NotApplicable; nothing yielded is PASS."""
    flaws = [verdict for verdict in verdicts if isinstance(verdict, Flaw)]
    if flaws:
        findings = tuple(
            Finding(spec.severity if flaw.severity is None else flaw.severity, flaw.facts, flaw.evidence, flaw.variant)
            for flaw in flaws
        )
        return Outcome(spec.id, subject, Status.FAIL, findings)
    for verdict in verdicts:
        if isinstance(verdict, Unknown):
            return Outcome(
                spec.id, subject, Status.UNKNOWN, reason=verdict.reason, detail=verdict.detail, because=verdict.because
            )
    for verdict in verdicts:
        if isinstance(verdict, NotApplicable):
            return Outcome(spec.id, subject, Status.NOT_APPLICABLE, detail=verdict.detail)
    return Outcome(spec.id, subject, Status.PASS)
