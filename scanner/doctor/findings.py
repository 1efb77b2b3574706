"""What one test of this machine showed, and whether towns may be graded from here. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from scanner.model import Fact


class Verdict(StrEnum):
    """A key of the messages (`cli.doctor.verdict.<verdict>`)."""

    GOOD = "good"
    TO_FIX = "to_fix"
    UNVERIFIABLE = "unverifiable"  # this machine cannot see it, or was not told how


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination; `test` and `case` name its texts (`cli.doctor.<test>.<case>`, `…_do`).

    Where `stops`, whatever was seen from here would be our own network's fault: nobody may be graded.
    """

    test: str
    case: str
    verdict: Verdict
    facts: dict[str, Fact] = field(default_factory=dict)
    stops: bool = False


def good(test: str, case: str = "good", **facts: Fact) -> Finding:
    """A test that this machine passes."""
    return Finding(test, case, Verdict.GOOD, facts)


def to_fix(test: str, case: str, **facts: Fact) -> Finding:
    """Something that a person should change."""
    return Finding(test, case, Verdict.TO_FIX, facts)


def stopping(test: str, case: str, **facts: Fact) -> Finding:
    """Something that a person must change before anybody is graded."""
    return Finding(test, case, Verdict.TO_FIX, facts, stops=True)


def unverifiable(test: str, case: str, **facts: Fact) -> Finding:
    """Something that could not be seen from here, which is neither good nor bad."""
    return Finding(test, case, Verdict.UNVERIFIABLE, facts)


def grading_allowed(findings: Iterable[Finding]) -> bool:
    """Whether results of this machine may become grades."""
    return not any(finding.stops for finding in findings)
