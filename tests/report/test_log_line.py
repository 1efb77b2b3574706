import json
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from scanner.model import Outcome, Reason, Severity, Status
from scanner.report.json import to_log_line
from scanner.report.view import view
from scanner.result import ScanResult
from tests.judging import DOMAIN
from tests.report.sample import HOSTILE, hostile_result, outcomes, result


def test_a_log_gets_figures_and_no_finding(catalogue: Catalogue) -> None:
    made = hostile_result(catalogue)
    line = to_log_line(made)
    assert line.isascii()
    assert line.isprintable()
    assert HOSTILE[:8] not in line
    assert not [spec.id for spec in catalogue.checks if spec.id in line]
    assert len(line) < 500
    assert all(isinstance(value, str | int | float | bool | None) for value in json.loads(line).values())


def test_the_figures_are_those_of_the_report(catalogue: Catalogue) -> None:
    made = result(catalogue, outcomes(catalogue))
    line = json.loads(to_log_line(made))
    report = view(made, catalogue, "en")
    assert [line[severity.label] for severity in Severity] == [
        sum(finding.severity is severity for finding in report.findings) for severity in Severity
    ]
    assert (line["domain"], line["grade"], line["value"]) == (DOMAIN.name, made.score.grade, made.score.value)
    assert (line["coverage"], line["perimeter"]) == (made.score.coverage, "public")
    assert (line["connections"], line["seconds"]) == (12, 11.7)
    assert line["time"] == "2026-11-23T09:12:12+00:00"


def test_the_documentation_names_every_key(catalogue: Catalogue) -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    for key in json.loads(to_log_line(result(catalogue, ()))):
        assert f"`{key}`" in page


@pytest.mark.parametrize(
    ("reasons", "unknown", "not_examined"),
    [
        ((Reason.TIMEOUT,), 1, 0),
        ((Reason.NO_MANDATE,), 0, 1),
        ((Reason.NO_MANDATE, Reason.TIMEOUT), 1, 0),
        ((Reason.TIMEOUT, Reason.SHARED_ADDRESS), 1, 0),
        ((), 0, 0),
    ],
)
def test_a_check_that_was_not_seen_counts_once(
    catalogue: Catalogue, reasons: tuple[Reason, ...], unknown: int, not_examined: int
) -> None:
    judged = tuple(Outcome("web.hsts-missing", DOMAIN, Status.UNKNOWN, reason=reason) for reason in reasons)
    line = json.loads(to_log_line(result(catalogue, judged)))
    assert (line["unknown"], line["not_examined"]) == (unknown, not_examined)


def test_a_scan_without_grade_says_null(scanned: dict[str, ScanResult]) -> None:
    mute = scanned["mont-muet.fr"]
    line = json.loads(to_log_line(replace(mute, interrupted=True)))
    assert line["grade"] is None
    assert line["value"] is None
    assert line["interrupted"] is True
