import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, WaiverKind
from scanner.model import Outcome, Reason, Severity, Status
from scanner.registry.waiving import waivers_of
from scanner.report.sarif import to_sarif
from scanner.result import ScanResult
from tests.lab.model import Town
from tests.lab.towns import TOWNS
from tests.report.sample import hostile_result, outcomes, result
from tests.report.test_csv import found, graver, passed, unseen
from tests.report.test_waivers import ON, waiver

SCHEMA = Path(sys.prefix) / "share" / "sarif" / "sarif-2.1.0.json"
needs_schema = pytest.mark.skipif(not SCHEMA.is_file(), reason="the schema of SARIF is missing: `make sarif` fetches it")


def run_of(dossier: Dossier, catalogue: Catalogue, lang: str = "fr") -> dict[str, Any]:
    """The one run of the log."""
    log = json.loads(to_sarif(dossier, catalogue, lang))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def notes(run: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run["invocations"][0]["toolExecutionNotifications"]
    return found


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        json.loads(SCHEMA.read_text("utf-8")), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@needs_schema
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_what_the_schema_of_sarif_asks(catalogue: Catalogue, validator: jsonschema.Draft202012Validator, lang: str) -> None:
    plain = result(catalogue, outcomes(catalogue))
    older = result(catalogue, tuple(map(passed, outcomes(catalogue))))
    for dossier in (Dossier(plain), Dossier(hostile_result(catalogue)), Dossier(plain, older), Dossier(result(catalogue, ()))):
        validator.validate(json.loads(to_sarif(dossier, catalogue, lang)))


@needs_schema
def test_the_schema_tells_good_from_bad(catalogue: Catalogue, validator: jsonschema.Draft202012Validator) -> None:
    log = json.loads(to_sarif(Dossier(result(catalogue, outcomes(catalogue))), catalogue, "fr"))
    log["runs"][0]["results"][0]["level"] = "critical"
    assert not validator.is_valid(log)


@needs_schema
@pytest.mark.lab
@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.domain)
def test_every_town_validates(
    scanned: dict[str, ScanResult], catalogue: Catalogue, validator: jsonschema.Draft202012Validator, town: Town
) -> None:
    log = json.loads(to_sarif(Dossier(scanned[town.domain]), catalogue, "fr"))
    validator.validate(log)
    findings = sum(len(outcome.findings) for outcome in scanned[town.domain].outcomes)
    assert len(log["runs"][0]["results"]) == findings


def test_every_reference_inside_the_log_leads_somewhere(catalogue: Catalogue) -> None:
    run = run_of(Dossier(hostile_result(catalogue)), catalogue)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len({rule["name"] for rule in rules}) == len(rules)
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
        assert each["locations"]
    for note in notes(run):
        if "associatedRule" in note:
            assert rules[note["associatedRule"]["index"]]["id"] == note["associatedRule"]["id"]


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", 9.5),
        (Severity.HIGH, "error", 8.0),
        (Severity.MEDIUM, "warning", 5.5),
        (Severity.LOW, "note", 2.5),
        (Severity.INFO, "note", None),
    ],
)
def test_a_severity_has_its_level_and_its_score(
    catalogue: Catalogue, severity: Severity, level: str, score: float | None
) -> None:
    judged = (graver(found(catalogue, "web.hsts-missing"), severity),)
    shown = run_of(Dossier(result(catalogue, judged)), catalogue)["results"][0]
    assert shown["level"] == level
    assert shown["properties"].get("security-severity") == (None if score is None else str(score))
    assert shown["properties"]["severity"] == severity.label


def test_what_was_not_seen_is_a_notification_and_never_a_result(catalogue: Catalogue) -> None:
    judged = tuple(each for each in outcomes(catalogue) if each.status is Status.UNKNOWN)
    run = run_of(Dossier(result(catalogue, judged)), catalogue)
    assert run["results"] == []
    assert {note["associatedRule"]["id"] for note in notes(run)} == {outcome.check for outcome in judged}
    assert {note["level"] for note in notes(run)} == {"note"}
    assert {note["properties"]["reason"] for note in notes(run)} == {str(outcome.reason) for outcome in judged}


def test_what_passes_or_has_no_object_is_left_out(catalogue: Catalogue) -> None:
    judged = tuple(each for each in outcomes(catalogue) if each.status in (Status.PASS, Status.NOT_APPLICABLE))
    run = run_of(Dossier(result(catalogue, judged)), catalogue)
    assert run["results"] == run["tool"]["driver"]["rules"] == notes(run) == []


def fingerprints(run: dict[str, Any]) -> list[str]:
    return [each["partialFingerprints"]["checkAndSubject/v1"] for each in run["results"]]


def test_a_finding_keeps_its_fingerprint_from_scan_to_scan(catalogue: Catalogue) -> None:
    judged = outcomes(catalogue)
    run = run_of(Dossier(result(catalogue, judged)), catalogue)
    assert len(set(fingerprints(run))) == len(run["results"])
    later = tuple(
        replace(each, findings=tuple(replace(one, severity=Severity.LOW, evidence=("other",)) for one in each.findings))
        for each in judged
    )
    moment = result(catalogue, ()).started_at + timedelta(days=30)
    again = run_of(Dossier(result(catalogue, later, started_at=moment)), catalogue, "en")
    assert fingerprints(again) == fingerprints(run)
    assert again["automationDetails"]["id"] != run["automationDetails"]["id"]


def test_a_site_has_an_address_and_the_rest_a_logical_place(catalogue: Catalogue) -> None:
    run = run_of(Dossier(result(catalogue, outcomes(catalogue))), catalogue)
    places = [location for each in run["results"] for location in each["locations"]]
    kinds = {location["logicalLocations"][0]["kind"]: location.get("physicalLocation") for location in places}
    assert set(kinds) == {"domain", "site", "mail_server", "host"}
    assert kinds["site"]["artifactLocation"]["uri"] in ("https://mairie-exemple.fr/", "https://www.mairie-exemple.fr/")
    assert kinds["domain"] is kinds["mail_server"] is kinds["host"] is None


def test_with_an_earlier_result_every_finding_says_how_it_stands_to_it(catalogue: Catalogue) -> None:
    csp, hsts, spf, caa, dkim = (
        found(catalogue, check)
        for check in ("web.csp-missing", "web.hsts-missing", "mail.spf-missing", "dns.caa-missing", "mail.dkim-missing")
    )
    before = result(catalogue, (passed(csp), graver(hsts, Severity.LOW), spf, unseen(caa), dkim))
    after = result(catalogue, (csp, graver(hsts, Severity.HIGH), spf, caa, passed(dkim)))
    run = run_of(Dossier(after, before), catalogue)
    assert {each["ruleId"]: each["baselineState"] for each in run["results"]} == {
        "web.csp-missing": "new",
        "web.hsts-missing": "updated",
        "mail.spf-missing": "unchanged",
        "dns.caa-missing": "new",
    }
    assert "baselineState" not in run_of(Dossier(after), catalogue)["results"][0]


def test_a_host_writes_neither_link_nor_placeholder(catalogue: Catalogue) -> None:
    run = run_of(Dossier(hostile_result(catalogue)), catalogue)
    texts = [each["message"]["text"] for each in (*run["results"], *notes(run))]
    assert any("alert(1)" in text for text in texts)
    assert not [text for text in texts if "](" in text]
    outcome = found(catalogue, "web.redirect-foreign")
    finding = replace(outcome.findings[0], facts={**outcome.findings[0].facts, "target": "{0} [a](1)"})
    judged: tuple[Outcome, ...] = (replace(outcome, findings=(finding,)),)
    assert "{{0}} [a] (1)" in run_of(Dossier(result(catalogue, judged)), catalogue)["results"][0]["message"]["text"]


def test_the_log_says_when_and_how_the_scan_went(catalogue: Catalogue) -> None:
    made = result(catalogue, (), warnings=("check family 'x' was left out",), interrupted=True)
    run = run_of(Dossier(made), catalogue, "en")
    assert run["language"] == run["tool"]["driver"]["language"] == "en"
    assert run["automationDetails"]["id"] == "beffroi/mairie-exemple.fr/public/2026-11-23T09:12:00Z"
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert (invocation["startTimeUtc"], invocation["endTimeUtc"]) == ("2026-11-23T09:12:00Z", "2026-11-23T09:12:12Z")
    assert [note["level"] for note in notes(run)] == ["warning", "warning"]
    assert notes(run)[1]["message"]["text"] == "check family 'x' was left out"


def test_the_same_dossier_gives_the_same_bytes(catalogue: Catalogue) -> None:
    made = hostile_result(catalogue)
    assert to_sarif(Dossier(made), catalogue, "fr") == to_sarif(Dossier(made), catalogue, "fr")
    to_sarif(Dossier(made), catalogue, "fr").encode("utf-8")


def test_an_unseen_check_that_is_not_installed_is_named_by_its_id(catalogue: Catalogue) -> None:
    judged = (replace(unseen(found(catalogue, "web.hsts-missing")), check="other.check"),)
    note = notes(run_of(Dossier(replace(result(catalogue, ()), outcomes=judged)), catalogue))
    assert note[0]["associatedRule"] == {"id": "other.check"}
    assert "other.check" in note[0]["message"]["text"]
    assert note[0]["properties"]["reason"] == Reason.TIMEOUT.value


@needs_schema
def test_what_is_accepted_or_disputed_is_a_suppression(catalogue: Catalogue, validator: jsonschema.Draft202012Validator) -> None:
    plain = result(catalogue, outcomes(catalogue))
    ordinary, critical = (
        next(each for each in plain.outcomes if each.severity is not None and (each.severity is Severity.CRITICAL) is grave)
        for grave in (False, True)
    )
    for kind, status in ((WaiverKind.ACCEPTED_RISK, "accepted"), (WaiverKind.DISPUTE, "underReview")):
        given = [waiver(plain.domain.name, each.check, kind=kind) for each in (ordinary, critical)]
        log = json.loads(to_sarif(Dossier(plain, waivers=waivers_of(plain, given, ON, catalogue)), catalogue, "fr"))
        validator.validate(log)
        stood = {row["ruleId"]: [each["status"] for each in row["suppressions"]] for row in log["runs"][0]["results"]}
        assert stood[ordinary.check] == [status]
        assert stood[critical.check] == ["rejected"]
        assert all(each == [] for check, each in stood.items() if check not in (ordinary.check, critical.check))
    assert all("suppressions" not in row for row in run_of(Dossier(plain), catalogue)["results"])
