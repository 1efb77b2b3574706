"""The fonts that every document carries."""

import importlib.util
import io
import re
from importlib.resources import files
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from scanner.report.fonts import FACES, FINE, SANS, SERIF, font_css, font_file

FOLDER = files("report_templates").joinpath("fonts")
TOKENS = files("report_templates").joinpath("tokens.css").read_text("utf-8")
ROOT = Path(__file__).parents[2]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,;:!?()[]@#&%+=/*-_'\"<>$"
FRENCH = "àâäçéèêëîïôöùûüÿæœÀÂÄÇÉÈÊËÎÏÔÖÙÛÜÆŒ«»’‘“”–—…·°€−‹›\u00a0\u202f"


def characters(family: str) -> list[set[int]]:
    """What each face of a family has, and what the narrow space's font adds to it."""
    fine = next(font_file(name) for known, _, name in FACES if known == FINE)
    added = set(TTFont(io.BytesIO(fine)).getBestCmap())
    return [set(TTFont(io.BytesIO(font_file(name))).getBestCmap()) | added for known, _, name in FACES if known == family]


@pytest.mark.parametrize("family", [SANS, SERIF])
def test_every_character_of_french_typography_is_there(family: str) -> None:
    for covered in characters(family):
        assert [letter for letter in LETTERS + FRENCH if ord(letter) not in covered] == []


def test_the_style_sheets_name_the_families_that_are_there() -> None:
    for family in (SANS, SERIF):
        assert f'"{family}", "{FINE}", ' in TOKENS
    assert set(re.findall(r'font-family: "([^"]+)"', font_css())) == {SANS, SERIF, FINE}


def test_nothing_is_fetched_and_a_page_stays_small() -> None:
    css = font_css()
    assert css.count("url(") == len(FACES) == css.count("url(data:font/woff2;base64,")
    assert len(css) < 80_000


def test_each_font_is_a_woff2_with_its_licence_and_origin_beside_it() -> None:
    readme = FOLDER.joinpath("README.md").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in FOLDER.joinpath("OFL.txt").read_text("utf-8")
    vendored = {each.name for each in FOLDER.iterdir() if each.name.endswith(".woff2")}
    assert vendored == {name for _, _, name in FACES}
    for name in vendored:
        assert font_file(name).startswith(b"wOF2")
        assert name in readme


def test_the_narrow_space_is_what_its_recipe_makes() -> None:
    recipe = importlib.util.spec_from_file_location("make_space_font", ROOT / "tools" / "make_space_font.py")
    assert recipe is not None
    assert recipe.loader is not None
    module = importlib.util.module_from_spec(recipe)
    recipe.loader.exec_module(module)
    name = next(name for family, _, name in FACES if family == FINE)
    vendored, made = TTFont(io.BytesIO(font_file(name))), module.build().font
    assert set(vendored.getBestCmap()) == set(made.getBestCmap()) == {0x202F}
    assert list(vendored["hmtx"].metrics.values()) == list(made["hmtx"].metrics.values())
    assert [vendored["glyf"][glyph].numberOfContours for glyph in vendored.getGlyphOrder()] == [0, 0]
