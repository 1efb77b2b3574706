"""Accepted and disputed findings: both grades are there, and nothing is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scanner.catalogue import Catalogue
from scanner.dossier import WaiverKind
from scanner.model import Finding, Outcome, Severity, Site, Status
from scanner.registry import Waiver
from scanner.registry.waiving import Waived, apply_waivers
from scanner.result import ScanResult
from scanner.scoring import CAPS, Perimeter, score
from tests.judging import DOMAIN
from tests.registry.samples import TODAY, WAIVER
from tests.report.sample import result as result_of

SITE = Site(DOMAIN.name, DOMAIN)
WWW = Site(f"www.{DOMAIN.name}", DOMAIN)
MEDIUM, HIGH, CRITICAL = Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL


def finding(check: str, severity: Severity, subject: Site = SITE, variant: str = "") -> Outcome:
    return Outcome(check, subject, Status.FAIL, (Finding(severity, {}, variant=variant),))


@pytest.fixture
def severities(catalogue: Catalogue) -> dict[str, Severity]:
    return {spec.id: spec.severity for spec in catalogue.checks}


def seen(catalogue: Catalogue, *failed: Outcome) -> ScanResult:
    """Everything passes, but for these."""
    failing = {outcome.check for outcome in failed}
    passed = (Outcome(spec.id, SITE, Status.PASS) for spec in catalogue.checks if spec.id not in failing)
    judged = (*passed, *failed)
    graded = score(judged, Perimeter.PUBLIC, {spec.id: spec.severity for spec in catalogue.checks})
    return result_of(catalogue, judged, score=graded)


def waiver(check: str, **changes: object) -> Waiver:
    return replace(WAIVER, domain=DOMAIN.name, check=check, **changes)  # type: ignore[arg-type]


def test_both_grades_are_kept_and_the_first_counts_everything(catalogue: Catalogue, severities: dict[str, Severity]) -> None:
    result = seen(catalogue, finding("web.hsts-missing", MEDIUM))
    waived = apply_waivers(result, [waiver("web.hsts-missing")], TODAY, severities)
    assert waived.without == result.score
    assert waived.with_waivers.value == 100
    assert waived.without.value is not None
    assert waived.without.value < 100
    assert [(held.outcome.check, held.lifted) for held in waived.accepted] == [("web.hsts-missing", True)]
    assert waived.with_waivers.coverage == waived.without.coverage


def test_a_dispute_is_not_an_accepted_risk(catalogue: Catalogue, severities: dict[str, Severity]) -> None:
    result = seen(catalogue, finding("web.hsts-missing", MEDIUM), finding("mail.dmarc-missing", MEDIUM))
    given = [waiver("web.hsts-missing", kind=WaiverKind.DISPUTE), waiver("mail.dmarc-missing")]
    waived = apply_waivers(result, given, TODAY, severities)
    assert [held.outcome.check for held in waived.disputed] == ["web.hsts-missing"]
    assert [held.outcome.check for held in waived.accepted] == ["mail.dmarc-missing"]


def test_a_critical_finding_costs_the_same_with_and_without(catalogue: Catalogue, severities: dict[str, Severity]) -> None:
    result = seen(catalogue, finding("services.database-open", CRITICAL))
    waived = apply_waivers(result, [waiver("services.database-open")], TODAY, severities)
    assert waived.with_waivers == waived.without
    assert [held.lifted for held in waived.accepted] == [False]


@pytest.mark.parametrize(("check", "variant", "cap"), [(*key, cap) for key, cap in CAPS.items()])
def test_a_cap_that_names_a_check_is_never_lifted(
    catalogue: Catalogue, severities: dict[str, Severity], check: str, variant: str, cap: int
) -> None:
    result = seen(catalogue, finding(check, MEDIUM, variant=variant))
    waived = apply_waivers(result, [waiver(check)], TODAY, severities)
    assert waived.with_waivers.value is not None
    assert waived.with_waivers.value <= cap


def test_a_waiver_that_ended_gives_its_finding_back(catalogue: Catalogue, severities: dict[str, Severity]) -> None:
    result = seen(catalogue, finding("web.hsts-missing", HIGH))
    given = waiver("web.hsts-missing")
    last = apply_waivers(result, [given], given.valid_until, severities)
    over = apply_waivers(result, [given], given.valid_until + timedelta(days=1), severities)
    stopped = apply_waivers(result, [replace(given, ended=TODAY)], TODAY, severities)
    assert last.with_waivers != last.without
    for waived in (over, stopped):
        assert waived.with_waivers == waived.without
        assert waived.accepted == ()
        assert [held.outcome.check for held in waived.returned] == ["web.hsts-missing"]


def test_a_waiver_of_one_subject_leaves_the_other_as_it_is(catalogue: Catalogue, severities: dict[str, Severity]) -> None:
    result = seen(catalogue, finding("web.hsts-missing", HIGH), finding("web.hsts-missing", MEDIUM, WWW))
    waived = apply_waivers(result, [waiver("web.hsts-missing", subject=SITE.key)], TODAY, severities)
    web = next(pillar for pillar in waived.with_waivers.pillars if pillar.id == "web")
    assert [(loss.check, loss.severity) for loss in web.losses] == [("web.hsts-missing", MEDIUM)]


@pytest.mark.parametrize(
    "changes",
    [
        {"domain": "autre.fr"}, {"check": "web.csp-missing"}, {"subject": "site:autre.fr"},
        {"valid_from": TODAY + timedelta(days=1)}, {"valid_until": date(2026, 1, 1), "valid_from": date(2025, 12, 1)},
    ],
)  # fmt: skip
def test_a_waiver_of_something_else_changes_nothing(
    catalogue: Catalogue, severities: dict[str, Severity], changes: dict[str, object]
) -> None:
    result = seen(catalogue, finding("web.hsts-missing", MEDIUM))
    given: Waiver = replace(waiver("web.hsts-missing"), **changes)  # type: ignore[arg-type]
    waived: Waived = apply_waivers(result, [given], TODAY, severities)
    assert (waived.with_waivers, waived.accepted, waived.disputed) == (result.score, (), ())


def test_what_passes_is_nobodys_to_waive(catalogue: Catalogue, severities: dict[str, Severity]) -> None:
    result = seen(catalogue)
    assert apply_waivers(result, [waiver("web.hsts-missing")], TODAY, severities).accepted == ()
