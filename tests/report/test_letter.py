"""The mayor's letter as a page: approved words, readable French, valid HTML, one sheet."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.model import Severity
from scanner.report.letter import fitted, render_letter
from scanner.report.letter_view import compose
from scanner.report.pdf import to_pdf
from scanner.report.sheet import HEIGHT, height
from scanner.result import ScanResult
from tests.golden import Golden, text_form
from tests.judging import NOW
from tests.lab.towns import TOWNS
from tests.report.letters import LONG_NAME, SENDER, TOWN, hostile_dossier, judged, longest_dossier, seen_on
from tests.report.pdf_reading import above, needs_pango, opened
from tests.report.readability import read
from tests.report.sample import failures, outcomes, result

NAMES = [town.name for town in TOWNS]
SVG = "{http://www.w3.org/2000/svg}"


def parsed(html: str) -> Element:
    """Strict: a parse error of HTML5 fails the test."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert isinstance(tree, Element)
    return tree


#: The towns whose letter and tickets are held by golden files, by the name that the register gives them.
APPROVED = {"negligee": "Val-Négligée", "ordinaire": "Bourg-Ordinaire", "exemplaire": "Saint-Exemple", "piegee": "Port-Piégé"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("town", APPROVED)
def test_the_letter_of_a_town_says_what_was_approved(
    scanned: dict[str, ScanResult], catalogue: Catalogue, golden: Golden, town: str, lang: str
) -> None:
    dossier = Dossier(seen_on(town, scanned), None, replace(TOWN, name=APPROVED[town]), SENDER)
    golden(f"letter-{town}.{lang}.txt", text_form(render_letter(dossier, catalogue, lang)))


@pytest.mark.parametrize("town", NAMES)
def test_a_french_letter_can_be_read_without_a_technician(
    scanned: dict[str, ScanResult], catalogue: Catalogue, town: str
) -> None:
    """60 is where the formula's plain prose begins; the press stands at 50, and administrations below it."""
    found = read(render_letter(Dossier(seen_on(town, scanned), None, TOWN, SENDER), catalogue, "fr"))
    assert found.mean <= 15
    assert len(found.longest) <= 30, " ".join(found.longest)
    assert found.kandel_moles >= 60


#: The only capitals that a letter may hold, and the words that stand with them and say what they are.
GLOSSED = {
    "TLP": "TLP:AMBER\u00a0: à ne transmettre qu’aux personnes qui doivent agir",
    "AMBER": "TLP:AMBER\u00a0: à ne transmettre qu’aux personnes qui doivent agir",
    "CRPA": "code des relations entre le public et l’administration, CRPA",
    "CSIRT": ", le centre de réponse aux attaques de votre région",
    "ATLANTIC": ", le centre de réponse aux attaques de votre région",
    "OVH": "l’hébergeur du site, OVHcloud",
}


@pytest.mark.parametrize("departement", ["", "49", "21", "971"])
@pytest.mark.parametrize("town", NAMES)
def test_no_acronym_comes_without_its_meaning(
    scanned: dict[str, ScanResult], catalogue: Catalogue, town: str, departement: str
) -> None:
    dossier = Dossier(seen_on(town, scanned), None, replace(TOWN, departement=departement), SENDER)
    text = text_form(render_letter(dossier, catalogue, "fr"))
    for acronym in re.findall(r"[A-ZÀ-Ý]{2,}", text):
        assert GLOSSED.get(acronym, "unexplained") in text, acronym


def dossier(catalogue: Catalogue, made: str) -> Dossier:
    if made == "hostile":
        return hostile_dossier(catalogue)
    return Dossier(result(catalogue, outcomes(catalogue) if made == "plain" else ()))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("made", ["plain", "hostile", "empty"])
def test_the_letter_is_one_valid_page_without_script_or_remote_resource(catalogue: Catalogue, lang: str, made: str) -> None:
    html = render_letter(dossier(catalogue, made), catalogue, lang)
    html.encode("utf-8")
    tree = parsed(html)
    assert tree.get("lang") == lang
    for element in tree.iter():
        assert element.tag not in {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a"}
        assert not [name for name in element.attrib if name.startswith("on") or name in ("src", "srcset", "style", "href")]
    assert not re.findall(r"url\((?!data:)|@import|https?://", html)
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in html)
    assert len(html) < 120_000


def test_a_screen_reader_finds_its_way(catalogue: Catalogue) -> None:
    tree = parsed(render_letter(dossier(catalogue, "plain"), catalogue, "fr"))
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for landmark in ("header", "main", "footer"):
        assert len(list(tree.iter(landmark))) == 1
    figure = next(each for each in tree.iter(f"{SVG}svg") if each.get("role") == "img")
    title = next(figure.iter(f"{SVG}title"))
    assert figure.get("aria-labelledby") == title.get("id")
    assert title.text


@pytest.mark.parametrize("grade", ["A", "B", "C", "D", "E", None])
def test_the_figure_shows_the_grade_by_size_and_weight_not_by_colour(catalogue: Catalogue, grade: str | None) -> None:
    made = result(catalogue, outcomes(catalogue))
    html = render_letter(Dossier(replace(made, score=replace(made.score, grade=grade))), catalogue, "fr")
    boxes = re.findall(r'<rect [^>]*width="(\d+)"[^>]*fill="(#111111|none)".*?>([A-E])</text>', html)
    assert [letter for _, _, letter in boxes] == list("ABCDE")
    assert [letter for width, fill, letter in boxes if (width, fill) == ("72", "#111111")] == ([grade] if grade else [])
    assert {(width, fill) for width, fill, letter in boxes if letter != grade} == {("40", "none")}


@needs_pango
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("town", NAMES)
def test_the_letter_of_every_town_is_one_page(scanned: dict[str, ScanResult], catalogue: Catalogue, town: str, lang: str) -> None:
    html = render_letter(Dossier(seen_on(town, scanned), None, TOWN, SENDER), catalogue, lang)
    assert len(opened(to_pdf(html, NOW)).pages) == 1


def gravest(catalogue: Catalogue) -> tuple[str, ...]:
    """Every check that has a finding: the letter chooses among them all."""
    return tuple(dict.fromkeys(row.spec.id for row, finding in failures() if finding.severity > Severity.INFO))


@needs_pango
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", range(5))
def test_the_longest_letter_still_is_one_page_with_three_decisions(catalogue: Catalogue, part: int, lang: str) -> None:
    html = render_letter(longest_dossier(catalogue, *gravest(catalogue)[part::5]), catalogue, lang)
    assert html.count("<h3>") == 3
    assert f"www.{LONG_NAME}" in html
    (page,) = opened(to_pdf(html, NOW)).pages
    # The foot keeps its place, and nothing is written over it: lines of running text are 15 points apart.
    assert above(page, "Observé le" if lang == "fr" else "Checked on") > 20


@needs_pango
@pytest.mark.parametrize("made", ["plain", "hostile", "empty"])
def test_no_word_from_outside_makes_a_second_page(catalogue: Catalogue, made: str) -> None:
    assert len(opened(to_pdf(render_letter(dossier(catalogue, made), catalogue, "fr"), NOW)).pages) == 1


def test_a_letter_gives_up_praise_before_decisions(catalogue: Catalogue) -> None:
    letter = compose(longest_dossier(catalogue, *gravest(catalogue)[:20]), catalogue, "fr")
    assert height(letter) > HEIGHT
    shorter = fitted(letter)
    assert height(shorter) <= HEIGHT
    assert shorter.decisions == letter.decisions
    assert len(shorter.praise) < len(letter.praise)
    assert fitted(compose(Dossier(judged(catalogue)), catalogue, "fr")).praise
