"""Truth tables of checks: one row says what a check must conclude from given facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scanner.contract import CheckSpec, spec_of
from scanner.judge import judge_one
from scanner.model import Domain, Finding, Host, MailServer, Outcome, Severity, Site, Status, Subject

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
DOMAIN = Domain("mairie-exemple.fr")
SUBJECTS: dict[type[Subject], Subject] = {
    Domain: DOMAIN,
    Site: Site("www.mairie-exemple.fr", DOMAIN),
    MailServer: MailServer("mx1.mairie-exemple.fr"),
    Host: Host("203.0.113.7"),
}


@dataclass(frozen=True)
class Row:
    """One line of a truth table."""

    spec: CheckSpec
    expected: Status
    facts: dict[str, Any]
    severity: Severity | None
    variant: str | None
    now: datetime

    def __str__(self) -> str:
        return f"{self.spec.id}-{self.expected}"

    def outcome(self) -> Outcome:
        """Judge the row's facts, as the engine would."""
        return judge_one(self.spec, SUBJECTS[self.spec.signature.subject], self.facts, self.now)

    def hold(self) -> tuple[Finding, ...]:
        """Assert that the check concludes as the row says; the findings, for further assertions."""
        outcome = self.outcome()
        assert outcome.status is self.expected, f"{outcome.status} instead of {self.expected}: {outcome}"
        if self.severity is not None:
            assert outcome.severity is self.severity
        if self.variant is not None:
            assert [finding.variant for finding in outcome.findings] == [self.variant]
        return outcome.findings


def row(
    check: Callable[..., Any],
    expected: Status,
    *,
    severity: Severity | None = None,
    variant: str | None = None,
    now: datetime = NOW,
    **facts: Any,
) -> Row:
    """`row(hsts_missing, Status.FAIL, page=HomePage(...))`: facts by the parameter names of the check."""
    spec = spec_of(check)
    assert isinstance(spec, CheckSpec)
    return Row(spec, expected, facts, severity, variant, now)
