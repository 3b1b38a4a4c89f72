#!/usr/bin/env python3
"""Makes the fallback faces of the clinic `greeting`: parts of Noto faces that have only the names in tests.

    pip install fonttools==4.68.0
    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 @expo-google-fonts/noto-sans-kr@0.4.3 \\
        @expo-google-fonts/noto-sans-devanagari@0.4.1
    tests/clinics/make_faces.py FOLDER

FOLDER has the packages, unpacked. The faces are under the SIL Open Font License: greeting/fonts/OFL.txt.
"""

import pathlib
import sys

from fontTools import subset

FACES = [
    ("NotoSansSC", "李小龍王"),
    ("NotoSansKR", "김민준"),
    ("NotoSansDevanagari", "नेहाशर्मक्षिप्"),
]
WEIGHTS = [("400Regular", "Regular"), ("700Bold", "Bold")]


def main(folder):
    fonts = pathlib.Path(__file__).parent / "greeting" / "fonts"
    for family, letters in FACES:
        for source, weight in WEIGHTS:
            [path] = pathlib.Path(folder).rglob(f"{family}_{source}.ttf")
            subset.main([
                str(path),
                f"--output-file={fonts / f'{family}-{weight}.ttf'}",
                f"--text={letters} ",
                "--no-hinting",
                "--drop-tables+=STAT,gasp,prep,vhea,vmtx,VORG",
                "--name-IDs=0,1,2,3,4,5,6,13,14",
                "--no-recalc-timestamp",
            ])


if __name__ == "__main__":
    main(sys.argv[1])
