from dataclasses import replace

import pytest

from scanner.catalogue import Catalogue
from scanner.model import Finding, Outcome, Reason, Severity, Site, Status, Subject
from scanner.report.view import view
from tests.judging import DOMAIN, SUBJECTS
from tests.report.sample import outcomes, result

APEX, WWW = Site(DOMAIN.name, DOMAIN), SUBJECTS[Site]
HSTS = "web.hsts-missing"


def failed(subject: Subject, finding: Finding, check: str = HSTS) -> Outcome:
    return Outcome(check, subject, Status.FAIL, (finding,))


def test_the_same_flaw_on_apex_and_www_is_one_finding(catalogue: Catalogue) -> None:
    flaw = Finding(Severity.MEDIUM, {}, ("raw",))
    report = view(result(catalogue, (failed(APEX, flaw), failed(WWW, flaw))), catalogue, "fr")
    assert [finding.subjects for finding in report.findings] == [(APEX.name, WWW.name)]
    assert [(each.subject, each.lines) for each in report.findings[0].evidence] == [("", ("raw",))]


def test_different_facts_are_two_findings_and_different_evidence_is_named(catalogue: Catalogue) -> None:
    flaw = Finding(Severity.LOW, {"days": 3}, ("a",), "short")
    other = replace(flaw, facts={"days": 4})
    assert len(view(result(catalogue, (failed(APEX, flaw), failed(WWW, other))), catalogue, "fr").findings) == 2
    alike = view(result(catalogue, (failed(APEX, flaw), failed(WWW, replace(flaw, evidence=("b",))))), catalogue, "fr")
    assert [each.subject for each in alike.findings[0].evidence] == [APEX.name, WWW.name]


def test_findings_are_ordered_by_urgency(catalogue: Catalogue) -> None:
    report = view(result(catalogue, outcomes(catalogue)), catalogue, "fr")
    severities = [finding.severity for finding in report.findings]
    assert severities == sorted(severities, reverse=True)
    assert [finding.number for finding in report.findings] == list(range(1, len(severities) + 1))


@pytest.mark.parametrize("reason", [Reason.NO_MANDATE, Reason.SHARED_ADDRESS])
def test_what_nobody_allowed_is_not_examined_and_says_how_to_allow_it(catalogue: Catalogue, reason: Reason) -> None:
    unknown = Outcome("services.database-open", SUBJECTS[next(kind for kind in SUBJECTS if kind.kind == "host")], Status.UNKNOWN)
    report = view(result(catalogue, (replace(unknown, reason=reason),)), catalogue, "fr")
    assert report.unknown == ()
    assert report.unexamined[0].command == (
        'beffroi scan mairie-exemple.fr --i-am-authorised "nom, motif" --dedicated 203.0.113.7'
    )


def test_a_check_is_conform_only_where_nothing_of_it_is_in_doubt(catalogue: Catalogue) -> None:
    passed = Outcome(HSTS, APEX, Status.PASS)
    doubt = Outcome(HSTS, WWW, Status.UNKNOWN, reason=Reason.TIMEOUT)
    absent = Outcome(HSTS, WWW, Status.NOT_APPLICABLE)
    assert view(result(catalogue, (passed, doubt)), catalogue, "fr").conform_count == 0
    assert view(result(catalogue, (passed, absent)), catalogue, "fr").conform_count == 1


def test_a_finding_whose_fact_is_missing_is_still_shown(catalogue: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    report = view(result(catalogue, (failed(APEX, Finding(Severity.LOW, {}, (), "short")),)), catalogue, "fr")
    assert len(report.findings) == 1
    assert "days" in caplog.text


def test_evidence_is_cut_with_a_visible_mark(catalogue: Catalogue) -> None:
    flaw = Finding(Severity.MEDIUM, {}, ("y" * 600, "a\r\nb\x00"))
    lines = view(result(catalogue, (failed(APEX, flaw),)), catalogue, "fr").findings[0].evidence[0].lines
    assert lines == ("y" * 500 + " […]", "a", "b\\x00")
