import re
from importlib.resources import files
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from scanner.advice import LANGUAGES
from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.report.technical import STYLES, render_technical
from scanner.result import ScanResult
from tests.golden import Golden, text_form
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
