"""What moved between two results, in words."""

from dataclasses import replace

import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.diff import Incomparable, Movement
from scanner.dossier import Dossier
from scanner.model import Reason, Severity, Status
from scanner.report.changes import SHOWN, ChangesView, changes
from scanner.report.technical import render_technical
from scanner.report.words import vocabulary, words
from scanner.result import ScanResult
from tests.report.sample import hostile_result, outcomes, result


def moved(catalogue: Catalogue, before: ScanResult, after: ScanResult, lang: str = "fr") -> ChangesView:
    found = changes(Dossier(after, before), catalogue, lang)
    assert found is not None
    return found


def lines(found: ChangesView) -> dict[Movement, tuple[str, ...]]:
    return {movement: tuple(line.name for line in each) for movement, each in found.groups}


def test_without_an_earlier_result_there_is_nothing_to_say(catalogue: Catalogue) -> None:
    assert changes(Dossier(result(catalogue, ())), catalogue, "fr") is None


def test_a_corrected_finding_is_named_by_what_is_in_order_and_a_new_one_by_its_title(
    scanned: dict[str, ScanResult], catalogue: Catalogue
) -> None:
    town = scanned["bourg-ordinaire.fr"]
    passing = tuple(
        replace(each, status=Status.PASS, findings=()) if each.check == "mail.dmarc-missing" else each for each in town.outcomes
    )
    fine = replace(town, outcomes=passing)
    assert lines(moved(catalogue, town, fine)) == {Movement.FIXED: ("Consigne contre l’usurpation publiée (DMARC)",)}
    assert lines(moved(catalogue, fine, town)) == {Movement.NEW: ("Un tiers peut tenter d’écrire en votre nom",)}


def test_a_finding_out_of_sight_keeps_the_day_it_was_seen(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    town = scanned["bourg-ordinaire.fr"]
    unseen = tuple(
        replace(each, status=Status.UNKNOWN, findings=(), reason=Reason.TIMEOUT) if each.check == "mail.dmarc-missing" else each
        for each in town.outcomes
    )
    ((movement, (line,)),) = moved(catalogue, town, replace(town, outcomes=unseen)).groups
    assert movement is Movement.NO_LONGER_VERIFIABLE
    assert "vu pour la dernière fois le" in line.note
    assert "pas de réponse à temps" in line.note


def test_a_worse_finding_says_both_severities(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    town = scanned["bourg-ordinaire.fr"]
    milder = tuple(
        replace(each, findings=tuple(replace(finding, severity=Severity.LOW) for finding in each.findings))
        if each.check == "mail.dmarc-missing"
        else each
        for each in town.outcomes
    )
    found = moved(catalogue, replace(town, outcomes=milder), town)
    ((movement, (line,)),) = found.groups
    assert (movement, line.note) == (Movement.WORSE, "gravité faible auparavant, élevée aujourd’hui")
    assert found.of("mail.dmarc-missing", line.subjects) is Movement.WORSE


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_movement_and_every_reason_has_words(lang: str) -> None:
    known = vocabulary(lang)
    assert all(f"diff.incomparable.{each}" in known for each in Incomparable)
    assert all(f"diff.movement.{each}" in known for each in SHOWN)
    say = words(lang)
    for movement in (Movement.NEW, Movement.FIRST_SEEN, Movement.WORSE):
        assert say(f"diff.tag.{movement}")


def test_grades_of_two_perimeters_are_not_compared(scanned: dict[str, ScanResult], catalogue: Catalogue) -> None:
    town = scanned["bourg-ordinaire.fr"]
    older = replace(town, score=replace(town.score, version="0"))
    assert "barème" in moved(catalogue, older, town).score
    worse = replace(town, score=replace(town.score, value=0, grade="E"))
    assert moved(catalogue, town, worse).score.startswith("La note baisse")
    assert moved(catalogue, worse, town).score.startswith("La note monte")
    assert moved(catalogue, town, town).score.startswith("La note reste")


def test_hostile_words_of_both_results_are_made_visible(catalogue: Catalogue) -> None:
    hostile = hostile_result(catalogue)
    html = render_technical(Dossier(hostile, result(catalogue, outcomes(catalogue))), catalogue, "fr")
    assert "<script" not in html
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in html)
