"""How much of its A4 page a letter takes at most, from the lengths of its texts.

Characters are counted, not measured, so that the HTML needs no typesetter; a test holds the numbers to the PDF.
"""

from __future__ import annotations

from math import ceil

from scanner.report.letter_view import Letter

HEIGHT = 763  # points between the margins of letter.css
DENSE = 9.6 / 10.5  # the size of a dense letter

#: What stands in a column of letter.css: (characters that fit a line, points from one line to the next).
_SENDER = (52, 14.3)
_TITLE = (52, 22.1)
_FULL = (103, 15.0)
_VERDICT = (60, 15.0)
_DECISION = (98, 15.0)
_ACTOR = (90, 15.0)
_AVOIDS = (78, 15.0)
_HALF = (46, 15.0)
_FOOT = (120, 13.0)
_SMALL = (133, 12.1)

_HEADER = 29.0
_SECTION = 35.0  # the space above a section and its heading
_FIGURE = 57.0


def height(letter: Letter) -> float:
    """Points from the first line to the last, rather too many than too few."""
    size = DENSE if letter.dense else 1.0

    def lines(text: str, column: tuple[int, float]) -> float:
        return ceil(len(text) * size / column[0]) * column[1]

    used = _HEADER + lines(letter.sender or "-", _SENDER) + lines(letter.title, _TITLE) + lines(letter.salutation, _FULL)
    used += 27.0 + max(_FIGURE, 24.0 + sum(lines(each, _VERDICT) + 2.1 for each in letter.verdict))
    plain = " ".join(letter.plain)
    used += _SECTION + lines(plain, _FULL) if plain else 0.0
    used += _SECTION + (0.0 if letter.decisions else 5 * _FULL[1])
    for each in letter.decisions:
        used += 14.0 + lines(each.title, _DECISION) + lines(f"{each.actor} {each.effort}", _ACTOR) + lines(each.avoids, _AVOIDS)
    used += 8.0 + lines(letter.referent, _FULL)
    columns = (sum(lines(each, _HALF) + 2.1 for each in column) for column in (letter.praise, letter.help))
    used += _SECTION + max(columns)
    return size * (used + 35.0 + lines(" ".join(letter.foot), _FOOT) + lines(" ".join(letter.small), _SMALL))
