#!/usr/bin/env python3
"""Makes Arabic faces with CFF outlines from the program's own Arabic faces, which have TrueType outlines.

The new faces have only the letters of the names in tests.

    pip install fonttools==4.68.0
    tests/clinics/make_cff_faces.py

The faces are under the SIL Open Font License: cff/OFL.txt.
"""

import pathlib

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).parent
LETTERS = "محمدعليزينب" + "\u064f\u064e\u0651"
NAMES = {1: "Fixture Arabic", 4: "Fixture Arabic {}", 6: "FixtureArabic-{}", 3: "Fixture Arabic {}"}


def main():
    for weight in ["Regular", "Bold"]:
        font = TTFont(HERE.parents[1] / f"fonts/NotoSansArabic-{weight}.ttf", recalcTimestamp=False)
        options = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"], notdef_outline=True)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=LETTERS + " ")
        subsetter.subset(font)
        glyphs = font.getGlyphSet()
        strings = {}
        for name in font.getGlyphOrder():
            pen = T2CharStringPen(glyphs[name].width, glyphs)
            glyphs[name].draw(Qu2CuPen(pen, max_err=1.0, all_cubic=True))
            strings[name] = pen.getCharString()
        for record in font["name"].names:
            if record.nameID in NAMES:
                record.string = NAMES[record.nameID].format(weight)
        for table in ["glyf", "loca", "gasp", "prep", "fpgm", "cvt "]:
            if table in font:
                del font[table]
        builder = FontBuilder(font=font)
        builder.setupCFF(NAMES[6].format(weight), {"FullName": NAMES[4].format(weight)}, strings, {})
        font["maxp"].tableVersion = 0x00005000
        font.sfntVersion = "OTTO"
        font.save(HERE / "cff" / f"FixtureArabic-{weight}.otf")


if __name__ == "__main__":
    main()
