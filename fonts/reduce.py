#!/usr/bin/env python3
"""Makes the bundled faces for Arabic and Hebrew from the whole Noto faces.

    pip install fonttools==4.68.0
    npm pack @expo-google-fonts/noto-sans-arabic@0.4.3 @expo-google-fonts/noto-sans-hebrew@0.4.1
    fonts/reduce.py FOLDER

FOLDER has both packages, unpacked. Leaflets take Latin letters, digits and punctuation from other faces, so
only the letters, marks, digits and punctuation of each script stay. The layout tables (GSUB, GPOS, GDEF) stay:
without them letters would not join, and marks would not find their letters. Equal input gives equal bytes.
"""

import pathlib
import sys

from fontTools import subset

# Letters, marks, digits and punctuation, and the joined forms that old hospital systems export. The
# ligatures of whole words (U+FC00 to U+FDEF) are left out: no name has them, and they are a third of the file.
ARABIC = "U+0020,U+00A0,U+0600-06FF,U+0750-077F,U+0870-088E,U+0890-0891,U+0898-08FF,U+200C-200F,U+25CC,U+2E41," \
    "U+FB50-FBC2,U+FBD3-FBE9,U+FBFC-FBFF,U+FDF2,U+FE70-FE74,U+FE76-FEFC"
HEBREW = "U+0020,U+00A0,U+034F,U+0591-05C7,U+05D0-05EA,U+05EF-05F4,U+200C-200F,U+20AA,U+25CC,U+FB1D-FB4F"

FACES = [("Arabic", ARABIC), ("Hebrew", HEBREW)]
WEIGHTS = [("400Regular", "Regular"), ("700Bold", "Bold")]


def main(folder):
    here = pathlib.Path(__file__).parent
    for script, characters in FACES:
        for source, weight in WEIGHTS:
            [path] = pathlib.Path(folder).rglob(f"NotoSans{script}_{source}.ttf")
            target = here / f"NotoSans{script}-{weight}.ttf"
            subset.main([
                str(path),
                f"--output-file={target}",
                f"--unicodes={characters}",
                "--no-hinting",
                "--drop-tables+=STAT,gasp,prep",
                "--name-IDs=0,1,2,3,4,5,6,13,14",
                "--no-recalc-timestamp",
            ])
            print(target.name, target.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1])
