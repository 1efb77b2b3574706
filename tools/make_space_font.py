"""Make report_templates/fonts/beffroi-fine.woff2: one empty glyph, the narrow no-break space that the text fonts lack."""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM = 1_000
WIDTH = 150  # a French "fine" beside Source Sans 3, whose word space is 200
NARROW_SPACE = 0x202F
EPOCH = 2_082_844_800  # 1970, as fonts count


def build() -> FontBuilder:
    """The font, always the same."""
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder([".notdef", "narrow"])
    font.setupCharacterMap({NARROW_SPACE: "narrow"})
    font.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "narrow")})
    font.setupHorizontalMetrics({".notdef": (WIDTH, 0), "narrow": (WIDTH, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Beffroi Fine", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost(keepGlyphNames=False)
    font.updateHead(created=EPOCH, modified=EPOCH)
    return font


if __name__ == "__main__":
    made = build().font
    made.recalcTimestamp = False
    made.flavor = "woff2"
    made.save(Path(sys.argv[1]))
