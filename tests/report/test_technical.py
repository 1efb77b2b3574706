import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from time import process_time
from xml.etree.ElementTree import Element

import html5lib
import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier, Town
from scanner.model import Site, Status
from scanner.report.pdf import to_pdf
from scanner.report.technical import DETAILED, LISTED, STYLES, Most, render_technical
from scanner.report.view import view
from scanner.result import ScanResult
from tests.golden import Golden, text_form
from tests.judging import DOMAIN, NOW
from tests.lab.real.bench.documents import alike, multiplied
from tests.report.pdf_reading import bookmarks, needs_pango, opened
from tests.report.sample import hostile_result, outcomes, result

CSS = "".join(files("report_templates").joinpath(name).read_text("utf-8") for name in STYLES)


def parsed(html: str) -> Element:
    """Strict: a parse error of HTML5 fails the test."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert isinstance(tree, Element)
    return tree


@pytest.fixture(scope="module", params=["plain", "hostile", "empty"])
def made(request: pytest.FixtureRequest, catalogue: Catalogue) -> ScanResult:
    if request.param == "empty":
        return result(catalogue, ())
    return hostile_result(catalogue) if request.param == "hostile" else result(catalogue, outcomes(catalogue))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_is_one_valid_file_without_script_or_remote_resource(
    made: ScanResult, catalogue: Catalogue, lang: str
) -> None:
    html = render_technical(Dossier(made), catalogue, lang)
    html.encode("utf-8")
    tree = parsed(html)
    assert tree.get("lang") == lang
    for element in tree.iter():
        assert element.tag not in {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        assert not [name for name in element.attrib if name.startswith("on") or name in ("src", "srcset", "style")]
        assert element.get("href", "#").startswith(("#", "https://"))
        assert element.tag == "a" or "href" not in element.attrib
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert all(letter.isprintable() or letter in "\n\u00a0\u202f" for letter in html)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_screen_reader_finds_its_way(made: ScanResult, catalogue: Catalogue, lang: str) -> None:
    tree = parsed(render_technical(Dossier(made), catalogue, lang))
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for name in ("aria-labelledby", "href"):
            target = element.get(name, "")
            if (name == "aria-labelledby" and target) or target.startswith("#"):
                assert target.lstrip("#") in ids, target
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for landmark in ("header", "nav", "main", "footer"):
        assert len(list(tree.iter(landmark))) == 1
    assert [title.text for title in tree.iter("{http://www.w3.org/2000/svg}title") if title.text]


def test_a_dns_record_can_be_copied_from_the_source(catalogue: Catalogue) -> None:
    html = render_technical(Dossier(result(catalogue, outcomes(catalogue))), catalogue, "fr")
    codes = re.findall(r"<code>(.*?)</code>", html, re.DOTALL)
    assert any('"v=spf1' in code for code in codes)
    assert not [code for code in codes if "&#" in code or "&quot;" in code]
    assert not [code for code in codes if "\u00a0" in code or "\u202f" in code]


def test_a_report_without_grade_says_so(catalogue: Catalogue) -> None:
    html = render_technical(Dossier(result(catalogue, ())), catalogue, "fr")
    assert "Non noté" in html
    assert "tone-none" in html


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _palettes() -> dict[str, dict[str, str]]:
    roots = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", root)) for root in roots[:2])
    return {"light": light, "dark": {**light, **dark}}


@pytest.mark.parametrize("palette", _palettes().values(), ids=_palettes())
def test_every_text_colour_has_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    for ink in ("ink", "muted", "accent", "critical", "high", "medium", "low", "info"):
        for ground in ("paper", "raised", "code"):
            assert _contrast(palette[ink], palette[ground]) >= 4.5, f"{ink} on {ground}"
    for letter in ("A", "B", "C", "D", "E", "none"):
        assert _contrast("#ffffff", palette[f"grade-{letter}"]) >= 4.5, letter
    assert _contrast(palette["muted"], palette["rule"]) >= 4.5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_says_what_it_said_when_somebody_last_read_it(catalogue: Catalogue, golden: Golden, lang: str) -> None:
    judged = outcomes(catalogue)
    chosen = [
        each for each in judged if each.check in ("mail.dmarc-missing", "tls.certificate-expired", "services.database-open")
    ]
    html = render_technical(Dossier(result(catalogue, tuple(chosen))), catalogue, lang)
    golden(f"technical.{lang}.txt", text_form(html))


MANY = 5_000


@pytest.mark.parametrize("kind", [alike, multiplied])
@needs_pango
def test_five_thousand_findings_make_a_document_of_bounded_size(
    catalogue: Catalogue, kind: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same fault 50 times with evidence of its own each, or 5,000 faults: the CSV holds them all."""
    failing = tuple(each for each in outcomes(catalogue) if each.status is Status.FAIL)
    made = result(catalogue, tuple(kind(failing, MANY)))  # type: ignore[operator]
    html = render_technical(Dossier(made), catalogue, "fr")
    assert html.count('class="evidence"') <= DETAILED * Most().evidence
    assert html.count("<article") <= DETAILED
    assert html.count('<tr id="constat-') <= LISTED
    assert max(map(html.count, ("<pre", "<tr", "<li"))) < 1_000
    assert len(html) < 600_000
    assert "dans le fichier CSV" in html or "voir le fichier CSV" in html
    started = process_time()
    pages = len(opened(to_pdf(html, NOW)).pages)
    with capsys.disabled():
        print(f" {pages} pages, {process_time() - started:.1f} s of CPU ", end="")
    assert pages <= 120


def test_many_subjects_take_one_line_of_a_finding(catalogue: Catalogue) -> None:
    judged = next(each for each in outcomes(catalogue) if each.check == "web.hsts-missing" and each.findings)
    sites = [Site(f"site{number}.{DOMAIN.name}", DOMAIN) for number in range(400)]
    made = result(catalogue, tuple(replace(judged, subject=site) for site in sites))
    html = render_technical(Dossier(made), catalogue, "fr")
    assert "et 388 autres, dans le fichier CSV" in html
    assert "site399" not in html


@needs_pango
def test_every_page_says_how_to_handle_it_and_bookmarks_stop_at_findings(catalogue: Catalogue) -> None:
    chosen = ("mail.dmarc-missing", "tls.certificate-expired", "services.database-open")
    judged = tuple(each for each in outcomes(catalogue) if each.check in chosen)
    reader = opened(to_pdf(render_technical(Dossier(result(catalogue, judged)), catalogue, "fr"), NOW))
    assert len(reader.pages) > 1
    for page in reader.pages:
        text = " ".join(page.extract_text().split())
        assert "TLP:AMBER – communication susceptible" in text
    titles = bookmarks(reader)
    assert "Constats" in titles
    assert not {"Ce que nous avons vu", "Comment corriger", "Comment vérifier"} & set(titles)


def test_the_foot_names_the_centre_of_the_region_where_the_departement_is_known(catalogue: Catalogue) -> None:
    made = result(catalogue, outcomes(catalogue))
    assert "Breizh Cyber" in render_technical(Dossier(made, town=Town(departement="35")), catalogue, "fr")
    assert "le centre de réponse de votre région." in render_technical(Dossier(made), catalogue, "fr")


def test_the_hour_is_that_of_the_clocks_in_the_town(catalogue: Catalogue) -> None:
    made = result(catalogue, ())
    assert "23 novembre 2026 à 10\u00a0h\u00a012<" in render_technical(Dossier(made), catalogue, "fr")
    assert "23 novembre 2026 à 13\u00a0h\u00a012<" in render_technical(
        Dossier(made, town=Town(departement="974")), catalogue, "fr"
    )


def test_what_is_malformed_is_not_praised_for_being_there(catalogue: Catalogue) -> None:
    judged = [each for each in outcomes(catalogue) if each.status is Status.PASS and each.check.startswith("mail.")]
    assert "mail.mta-sts-missing" in {each.check for each in judged}
    fine = view(result(catalogue, tuple(judged)), catalogue, "fr").conform
    failing = [each for each in outcomes(catalogue) if each.check == "mail.mta-sts-invalid" and each.status is Status.FAIL]
    spoilt = view(result(catalogue, (*judged, *failing)), catalogue, "fr").conform
    assert "mail.mta-sts-missing" in {check.id for _, checks in fine for check in checks}
    assert "mail.mta-sts-missing" not in {check.id for _, checks in spoilt for check in checks}
    assert "mail.spf-missing" in {check.id for _, checks in spoilt for check in checks}
