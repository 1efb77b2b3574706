"""Holds what a scan concluded against what a town declares."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Outcome, Status
from tests.lab.model import Town


def differences(town: Town, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """One line for each missing finding, false alarm or unexpected UNKNOWN; empty where the scan told the truth."""
    seen = tuple(outcomes)
    failed = {(outcome.check, outcome.subject.key) for outcome in seen if outcome.status is Status.FAIL}
    missing = [f"missing: {check} on {subject}" for check, subject in sorted(town.must - failed)]
    alarms = [
        f"false alarm: {check} on {subject}"
        for check, subject in sorted(failed - town.must)
        if town.forbids(check)
    ]  # fmt: skip
    unknown = [
        f"unknown: {outcome.check} on {outcome.subject.key} ({outcome.reason}: {outcome.detail})"
        for outcome in seen
        if outcome.status is Status.UNKNOWN and not town.tolerates_unknown(outcome.check)
    ]
    return (*missing, *alarms, *unknown)
