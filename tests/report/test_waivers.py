"""Accepted, disputed and returned findings in the documents: both grades, who, until when, why; and nothing is hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, WaiverKind
from scanner.model import Status
from scanner.registry import Waiver
from scanner.registry.waiving import BACK, waivers_of
from scanner.report.csv import to_csv
from scanner.report.letter import render_letter
from scanner.report.letter_view import compose
from scanner.report.technical import render_technical
from scanner.report.tickets import tickets
from scanner.report.view import view
from scanner.result import ScanResult

ON = date(2026, 11, 24)
TOWN = "bourg-ordinaire.fr"
NEGLECTED = "val-negligee.fr"
HOSTILE = "<script>alert(1)</script>\x1b[31m"


def failing(result: ScanResult, severity: str = "") -> str:
    """A check that this town fails."""
    return next(
        each.check
        for each in result.outcomes
        if each.status is Status.FAIL and each.severity is not None and (not severity or each.severity.label == severity)
    )


def waiver(domain: str, check: str, **changes: object) -> Waiver:
    given = Waiver(domain, check, WaiverKind.ACCEPTED_RISK, "en cours de refonte", "Mme Martin", ON - timedelta(days=10), ON)
    return replace(given, **changes)  # type: ignore[arg-type]


def dossier(result: ScanResult, catalogue: Catalogue, *waivers: Waiver, on: date = ON) -> Dossier:
    return Dossier(result, waivers=waivers_of(result, waivers, on, catalogue))


def words_of(html: str) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.S)))
    return " ".join(text.split())


def test_an_accepted_risk_shows_both_grades_and_the_finding_keeps_its_place(
    scanned: dict[str, ScanResult], catalogue: Catalogue
) -> None:
    result = scanned[TOWN]
    check = failing(result, "medium")
    told = dossier(result, catalogue, waiver(TOWN, check))
    assert told.waivers is not None
    assert told.waivers.score.value is not None
    assert result.score.value is not None
    assert told.waivers.score.value > result.score.value
    other = f"{told.waivers.score.grade} ({told.waivers.score.value} sur 100)"
    for html in (render_letter(told, catalogue, "fr"), render_technical(told, catalogue, "fr")):
        said = words_of(html)
        assert "Des constats sont acceptés ou contestés : 1 risque accepté." in said
        assert f"Sans les compter, la note serait {other}" in said
    technical = words_of(render_technical(told, catalogue, "fr"))
    assert "Risque accepté par Mme Martin jusqu’au 24 novembre 2026. Motif : en cours de refonte." in technical
    assert [each.check for each in view(result, catalogue, "fr").findings].count(check) >= 1
    assert f"note {result.score.grade}" in words_of(render_letter(told, catalogue, "fr"))
    assert "risque accepté – Risque accepté par Mme Martin" in to_csv(told, catalogue, "fr").replace("\u202f", " ")


def test_a_critical_finding_counts_whatever_is_accepted(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    result = scanned[NEGLECTED]
    told = dossier(result, catalogue, waiver(NEGLECTED, "services.database-open", kind=WaiverKind.DISPUTE))
    assert told.waivers is not None
    assert told.waivers.score == result.score
    technical = words_of(render_technical(told, catalogue, "fr"))
    assert "Constat contesté par Mme Martin jusqu’au 24 novembre 2026." in technical
    assert "Ce constat est critique : il compte toujours dans la note." in technical
    assert "La note n’en change pas." in technical


@pytest.mark.parametrize(("after", "shown"), [(1, True), (BACK.days, True), (BACK.days + 1, False)])
def test_a_finding_whose_waiver_has_ended_is_back(
    scanned: dict[str, ScanResult], catalogue: Catalogue, after: int, shown: bool
) -> None:
    result = scanned[TOWN]
    told = dossier(result, catalogue, waiver(TOWN, failing(result, "medium")), on=ON + timedelta(days=after))
    assert ("1 dérogation a pris fin" in words_of(render_letter(told, catalogue, "fr"))) is shown
    technical = words_of(render_technical(told, catalogue, "fr"))
    assert ("La dérogation (risque accepté) de Mme Martin a pris fin le 24 novembre 2026" in technical) is shown
    assert (" revenu " in technical) is shown
    assert "Sans les compter" not in technical


def test_without_a_waiver_the_documents_say_nothing_of_one(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    result = scanned[TOWN]
    passing = next(each.check for each in result.outcomes if each.status is Status.PASS)
    assert dossier(result, catalogue, waiver(TOWN, passing)).waivers is None
    assert "Dérogation" not in render_technical(Dossier(result), catalogue, "fr")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_a_person_typed_is_shown_as_text(scanned: dict[str, ScanResult], catalogue: Catalogue, lang: str) -> None:
    result = scanned[TOWN]
    told = dossier(result, catalogue, waiver(TOWN, failing(result, "medium"), reason=HOSTILE * 20, author=HOSTILE))
    html = render_technical(told, catalogue, lang)
    assert "<script" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize("kind", WaiverKind)
def test_nobody_is_asked_for_what_is_accepted_or_disputed(
    scanned: dict[str, ScanResult], catalogue: Catalogue, kind: WaiverKind
) -> None:
    result = scanned[TOWN]
    first = view(result, catalogue, "fr").findings[0]
    plain, told = Dossier(result), dossier(result, catalogue, waiver(TOWN, first.check, kind=kind))
    decided = [[each.title for each in compose(each, catalogue, "fr").decisions] for each in (plain, told)]
    assert decided[0][0] not in decided[1]
    assert first.title in "".join(each.body for each in tickets(plain, catalogue, "fr"))
    assert first.title not in "".join(each.body for each in tickets(told, catalogue, "fr"))
    ended = dossier(result, catalogue, waiver(TOWN, first.check, kind=kind), on=ON + timedelta(days=1))
    assert [each.title for each in compose(ended, catalogue, "fr").decisions] == decided[0]


def test_a_critical_finding_is_asked_for_whatever_is_accepted(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    result = scanned[NEGLECTED]
    told = dossier(result, catalogue, waiver(NEGLECTED, "services.database-open"))
    assert compose(told, catalogue, "fr").decisions == compose(Dossier(result), catalogue, "fr").decisions
    assert len(tickets(told, catalogue, "fr")) == len(tickets(Dossier(result), catalogue, "fr"))


def test_a_town_that_lives_with_all_it_has_is_asked_nothing(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    result = scanned[TOWN]
    checks = {each.check for each in view(result, catalogue, "fr").findings}
    told = dossier(result, catalogue, *(waiver(TOWN, check) for check in checks))
    said = words_of(render_letter(told, catalogue, "fr"))
    assert "Rien à décider aujourd’hui" in said
    assert "messages à transmettre" not in said
    assert tickets(told, catalogue, "fr") == ()
