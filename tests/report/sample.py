"""Results made by hand from the rows of every check's own test, with and without hostile words in them."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

import tests.checks
from scanner.catalogue import Catalogue
from scanner.discovery import Addresses
from scanner.landscape import Landscape, Seen
from scanner.model import Absent, Fact, Finding, Host, Outcome, Proof, Reason, Site, Status, Subject, Unobserved
from scanner.net.cost import Cost, HostCost
from scanner.result import Authorisation, ScanResult
from scanner.scoring import Perimeter, score
from tests.judging import DOMAIN, NOW, SUBJECTS, Row

HOSTILE = "<script>alert(1)</script>{domain}{{7*7}}**x** `c` [a](javascript:b)\x1b[31m\u202e[red]&\"'\r\n$(reboot)\ud800\x9b"


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """Every row of every truth table under tests/checks."""
    found: list[Row] = []
    for module in pkgutil.walk_packages(tests.checks.__path__, "tests.checks."):
        found += [each for each in getattr(importlib.import_module(module.name), "ROWS", ()) if isinstance(each, Row)]
    return tuple(found)


def failures() -> tuple[tuple[Row, Finding], ...]:
    """Every finding that a row gives, with its row."""
    return tuple((row, finding) for row in rows() if row.expected is Status.FAIL for finding in row.outcome().findings)


def poisoned(finding: Finding) -> Finding:
    """The same finding as a hostile host would have it: its words in every string fact and in the evidence."""

    def poison(value: Fact) -> Fact:
        if isinstance(value, tuple):
            return (HOSTILE, *value)
        return HOSTILE if isinstance(value, str) else value

    facts = {name: poison(value) for name, value in finding.facts.items()}
    return replace(finding, facts=facts, evidence=(HOSTILE, "x" * 2_000))


def outcomes(catalogue: Catalogue, *, hostile: bool = False) -> tuple[Outcome, ...]:
    """For each check the outcome of one row of each status; the findings on apex and www alike."""
    www = SUBJECTS[Site]
    apex = Site(DOMAIN.name, DOMAIN)
    found: dict[tuple[str, Subject, Status], Outcome] = {}
    for row in rows():
        if catalogue.check(row.spec.id) is None:
            continue
        outcome = row.outcome()
        if hostile:
            outcome = replace(outcome, findings=tuple(map(poisoned, outcome.findings)), detail=HOSTILE)
        for subject in (apex, www) if outcome.subject == www else (outcome.subject,):
            found.setdefault((row.spec.id, subject, row.expected), replace(outcome, subject=subject))
    return tuple(found.values())


def result(catalogue: Catalogue, judged: tuple[Outcome, ...], **changes: object) -> ScanResult:
    """A result around these outcomes."""
    sites = (Site(DOMAIN.name, DOMAIN), SUBJECTS[Site])
    subjects = (DOMAIN, *sites, *(each for kind, each in SUBJECTS.items() if kind not in (type(DOMAIN), Site)))
    seen = Seen()
    seen.record(sites[0], Addresses, Addresses(("203.0.113.7",), ("2001:db8::7",)))
    seen.record(sites[1], Addresses, Absent(Proof.NXDOMAIN, "www"))
    seen.record(DOMAIN, "HomePage", Unobserved(Reason.TIMEOUT, HOSTILE))
    severities = {spec.id: spec.severity for spec in catalogue.checks}
    made = ScanResult(
        domain=DOMAIN,
        started_at=NOW,
        finished_at=NOW + timedelta(seconds=12),
        landscape=Landscape(DOMAIN, subjects, {sites[1]: (SUBJECTS[Host],)}),
        seen=seen,
        outcomes=judged,
        score=score(judged, Perimeter.PUBLIC, severities),
        cost=Cost(12, 3, 40, 123_456, 11.7, {"203.0.113.7": HostCost(12, 3, 0, 123_456, 4)}, 4),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def hostile_result(catalogue: Catalogue) -> ScanResult:
    """Everything that a host or a third party can write is hostile."""
    authorisation = Authorisation(HOSTILE, HOSTILE, HOSTILE)
    judged = outcomes(catalogue, hostile=True)
    return result(
        catalogue, judged, warnings=(HOSTILE,), authorisation=authorisation, left_out=("203.0.113.7",), interrupted=True
    )
