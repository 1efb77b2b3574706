"""The mayor's letter: one A4 page, the same source for the screen and for PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markupsafe import Markup

from scanner.catalogue import Catalogue
from scanner.dossier import Dossier
from scanner.report.fonts import font_css
from scanner.report.letter_view import Letter, compose
from scanner.report.sheet import HEIGHT, height
from scanner.report.templates import environment, source
from scanner.report.words import words

#: What a letter too long for its page gives up, one after the other.
_SHORTER: tuple[Callable[[Letter], Letter], ...] = (
    lambda letter: replace(letter, praise=letter.praise[:2]),
    lambda letter: replace(letter, dense=True),
    lambda letter: replace(letter, meaning=letter.meaning[:1]),
    lambda letter: replace(letter, help=letter.help[:2]),
    lambda letter: replace(letter, praise=letter.praise[:1]),
    lambda letter: replace(letter, decisions=letter.decisions[:2]),
    lambda letter: replace(letter, praise=()),
    lambda letter: replace(letter, decisions=letter.decisions[:1]),
)


def render_letter(dossier: Dossier, catalogue: Catalogue, lang: str) -> str:
    """The letter in one language, as one self-contained HTML page. `catalogue` is the one that judged the result."""
    letter = fitted(compose(dossier, catalogue, lang))
    css = font_css() + source("tokens.css") + source("letter.css")
    return (
        environment().get_template("letter.html.j2").render(letter=letter, lang=lang, w=words(lang), css=Markup(css))  # noqa: S704 - our own files
    )


def fitted(letter: Letter) -> Letter:
    """The letter, shortened until it holds on one page."""
    for shorter in _SHORTER:
        if height(letter) <= HEIGHT:
            break
        letter = shorter(letter)
    return letter
