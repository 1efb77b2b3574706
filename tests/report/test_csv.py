import csv
import io
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.model import Finding, MailServer, Outcome, Reason, Severity, Site, Status
from scanner.report.csv import MAX_CELL, to_csv
from scanner.report.values import CUT
from scanner.report.view import view
from scanner.result import ScanResult
from tests.judging import DOMAIN
from tests.report.sample import hostile_result, outcomes, result

NUMBER, CHECK, TITLE, SEVERITY, WHERE, ACTOR, MOVEMENT, NOTE, FIX, EVIDENCE = 0, 3, 4, 5, 6, 7, 9, 10, 12, 16
OFFICE = shutil.which("soffice")


def table(text: str) -> list[list[str]]:
    """The cells as any reader of CSV finds them."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def found(catalogue: Catalogue, check: str) -> Outcome:
    """The failing outcome of one check."""
    return next(each for each in outcomes(catalogue) if each.check == check and each.findings)


def passed(outcome: Outcome) -> Outcome:
    return replace(outcome, status=Status.PASS, findings=())


def unseen(outcome: Outcome) -> Outcome:
    return replace(outcome, status=Status.UNKNOWN, findings=(), reason=Reason.TIMEOUT)


def graver(outcome: Outcome, severity: Severity) -> Outcome:
    return replace(outcome, findings=tuple(replace(each, severity=severity) for each in outcome.findings))


@pytest.fixture(scope="module", params=["plain", "hostile", "empty"])
def made(request: pytest.FixtureRequest, catalogue: Catalogue) -> ScanResult:
    if request.param == "empty":
        return result(catalogue, ())
    return hostile_result(catalogue) if request.param == "hostile" else result(catalogue, outcomes(catalogue))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_row_for_each_finding_in_order_of_urgency(made: ScanResult, catalogue: Catalogue, lang: str) -> None:
    header, *rows = table(to_csv(Dossier(made), catalogue, lang))
    findings = view(made, catalogue, lang).findings
    assert [(row[NUMBER], row[CHECK]) for row in rows] == [(str(each.number), each.check) for each in findings]
    assert all(len(row) == len(header) == 17 for row in rows)
    assert all(row[TITLE] and row[SEVERITY] and row[FIX] for row in rows)
    assert not any(row[MOVEMENT] or row[NOTE] for row in rows)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_french_excel_opens_it_as_it_is(made: ScanResult, catalogue: Catalogue, lang: str) -> None:
    text = to_csv(Dossier(made), catalogue, lang)
    assert text.startswith("\ufeffN°;Domaine;Observé le;" if lang == "fr" else "\ufeffNo.;Domain;Observed on;")
    assert text.endswith("\r\n")
    assert "\r" not in text.replace("\r\n", "")
    text.encode("utf-8")


def test_the_documentation_names_every_column(catalogue: Catalogue) -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    for lang in LANGUAGES:
        for column in table(to_csv(Dossier(result(catalogue, ())), catalogue, lang))[0]:
            assert column in page


def test_nothing_that_a_host_sent_can_compute_or_steer(catalogue: Catalogue) -> None:
    cells = [cell for row in table(to_csv(Dossier(hostile_result(catalogue)), catalogue, "fr")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t"))]
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for cell in cells for letter in cell)


NAMES = ["=1+2", "+1+2", "-1+2", "@SUM(1)", "1;2", '"x"', "a\nb", "=cmd|'/C calc'!A0", "＝1+2", " =1+2", "\t=1+2"]


def with_name(catalogue: Catalogue, name: str) -> ScanResult:
    """A finding on a mail server of this name."""
    return result(catalogue, (replace(found(catalogue, "mail.starttls-missing"), subject=MailServer(name)),))


@pytest.mark.parametrize(("name", "shown"), [
    ("=1+2", "'=1+2"), ("+1+2", "'+1+2"), ("-1+2", "'-1+2"), ("@SUM(1)", "'@SUM(1)"), ("＝1+2", "'＝1+2"), (" =1+2", "' =1+2"),
    ("1;2", "1;2"), ('"x"', '"x"'), ("a\nb", "a\\nb"), ("\t=1+2", "\\t=1+2"), ("mx1.mairie.fr", "mx1.mairie.fr"),
])  # fmt: skip
def test_a_text_that_a_spreadsheet_would_compute_is_neutralised(catalogue: Catalogue, name: str, shown: str) -> None:
    rows = table(to_csv(Dossier(with_name(catalogue, name)), catalogue, "fr"))
    assert rows[1][WHERE] == shown
    assert rows[1][NUMBER] == "1"


@given(st.text(max_size=40))
def test_whatever_a_name_holds_the_table_keeps_its_columns(catalogue: Catalogue, name: str) -> None:
    rows = table(to_csv(Dossier(with_name(catalogue, name)), catalogue, "en"))
    assert [len(row) for row in rows] == [17, 17]
    assert not rows[1][WHERE].lstrip().startswith(("=", "+", "-", "@"))


def test_the_evidence_is_there_for_every_subject_whatever_the_report_shows(catalogue: Catalogue) -> None:
    outcome = found(catalogue, "web.hsts-missing")
    sites = [Site(f"site{number}.{DOMAIN.name}", DOMAIN) for number in range(30)]
    judged = tuple(
        replace(
            outcome, subject=site, findings=tuple(replace(each, evidence=(f"=from {site.name}",)) for each in outcome.findings)
        )
        for site in sites
    )
    (row,) = table(to_csv(Dossier(result(catalogue, judged)), catalogue, "fr"))[1:]
    assert all(f"=from {site.name}" in row[EVIDENCE] for site in sites)
    (alone,) = table(to_csv(Dossier(result(catalogue, judged[:1])), catalogue, "fr"))[1:]
    assert alone[EVIDENCE] == "'=from site0.mairie-exemple.fr"


def test_a_cell_is_cut_before_a_spreadsheet_refuses_it(catalogue: Catalogue) -> None:
    text = "x" * 2_000
    finding = Finding(Severity.LOW, {"services": (text,) * 40, "port_list": "1", "port": "1"})
    outcome = replace(found(catalogue, "services.plain-text-exposed"), findings=(finding,))
    rows = table(to_csv(Dossier(result(catalogue, (outcome,))), catalogue, "fr"))
    assert max(map(len, rows[1])) == MAX_CELL + len(CUT) + 1
    assert any(cell.endswith(CUT) for cell in rows[1])


def moved(catalogue: Catalogue, before: tuple[Outcome, ...], after: tuple[Outcome, ...]) -> dict[str, list[str]]:
    """The rows of a second scan, by check."""
    dossier = Dossier(result(catalogue, after), result(catalogue, before))
    rows = table(to_csv(dossier, catalogue, "fr"))[1:]
    assert len({row[CHECK] for row in rows}) == len(rows)
    return {row[CHECK]: row for row in rows}


def test_every_row_says_how_its_finding_moved(catalogue: Catalogue) -> None:
    csp, hsts, spf, caa, dkim, tlsa, rpt = (
        found(catalogue, check)
        for check in (
            "web.csp-missing", "web.hsts-missing", "mail.spf-missing", "dns.caa-missing", "mail.dkim-missing",
            "tls.tls13-missing", "mail.tls-rpt-missing",
        )
    )  # fmt: skip
    before = (passed(csp), graver(hsts, Severity.LOW), spf, graver(caa, Severity.HIGH), dkim, unseen(tlsa), rpt)
    after = (csp, graver(hsts, Severity.HIGH), spf, graver(caa, Severity.LOW), passed(dkim), tlsa, unseen(rpt))
    rows = moved(catalogue, before, after)
    assert {check: row[MOVEMENT] for check, row in rows.items()} == {
        "web.csp-missing": "nouveau",
        "web.hsts-missing": "aggravé",
        "mail.spf-missing": "déjà constaté",
        "dns.caa-missing": "allégé",
        "tls.tls13-missing": "vu pour la première fois",
        "mail.dkim-missing": "corrigé",
        "mail.tls-rpt-missing": "non revu",
    }
    assert rows["web.hsts-missing"][NOTE] == "gravité faible auparavant, élevée aujourd’hui"
    assert rows["mail.tls-rpt-missing"][NOTE].startswith("vu pour la dernière fois le 23 novembre 2026")
    past = [rows[check] for check in ("mail.dkim-missing", "mail.tls-rpt-missing")]
    assert all(row[NUMBER] == row[FIX] == "" and row[SEVERITY] for row in past)
    assert [bool(row[ACTOR]) for row in past] == [False, True]


def test_a_finding_on_two_sites_shows_the_movement_that_tells_most(catalogue: Catalogue) -> None:
    both = tuple(each for each in outcomes(catalogue) if each.check == "web.hsts-missing" and each.findings)
    assert len(both) == 2
    rows = moved(catalogue, (both[0], passed(both[1])), (both[0], replace(both[1], findings=both[0].findings)))
    assert rows["web.hsts-missing"][MOVEMENT] == "nouveau"


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is missing: apt-get install libreoffice-calc-nogui")
def test_libreoffice_reads_every_cell_as_it_was_written_and_computes_none(catalogue: Catalogue, tmp_path: Path) -> None:
    texts = {"hostile": to_csv(Dossier(hostile_result(catalogue)), catalogue, "fr")}
    texts |= {f"name{place}": to_csv(Dossier(with_name(catalogue, name)), catalogue, "fr") for place, name in enumerate(NAMES)}
    for stem, text in texts.items():
        (tmp_path / f"{stem}.csv").write_bytes(text.encode())
    french, formulas = "1036", "true"  # the language of the cells; and the worst case: formulas are computed on opening
    command = [
        str(OFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
        f"--infilter=CSV:59,34,76,1,,{french},false,true,false,false,false,0,{formulas}",
        "--convert-to", f"csv:Text - txt - csv (StarCalc):59,34,76,1,,{french},false,false", "--outdir", f"{tmp_path}/out",
        *(f"{tmp_path}/{stem}.csv" for stem in texts),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180, env={**os.environ, "HOME": str(tmp_path)})
    for stem, text in texts.items():
        assert table((tmp_path / "out" / f"{stem}.csv").read_text("utf-8-sig")) == table(text), stem
