"""Findings that may mean that data lie open to everybody: a person looks before anybody else is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Finding, Outcome

#: (check, variant) where access without any password was observed. One that only greets, and asks for a name, is not here;
#: `software.cms-installer` gives a site away, and no data that are there already.
EXPOSURES = frozenset(
    {
        ("services.database-open", ""),
        ("services.management-exposed", "docker"),
        ("services.remote-desktop-exposed", "open"),
    }
)


def exposures(outcomes: Iterable[Outcome]) -> tuple[tuple[Outcome, Finding], ...]:
    """The findings that may mean an exposure of data, each with what it was found on."""
    found = ((outcome, finding) for outcome in outcomes for finding in outcome.findings)
    return tuple((outcome, finding) for outcome, finding in found if (outcome.check, finding.variant) in EXPOSURES)
