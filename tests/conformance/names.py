#!/usr/bin/env python3
"""Checks that programs read the names of a batch as they are in its job file.

    names.py FOLDER

FOLDER is that of batch.sh: `jobs.csv` and `files`. Each leaflet says "Dear NAME, we talked about this". poppler
(pdftotext) and PDFium (pypdfium2), which Chromium uses, must read exactly that, in any script, and no
invisible character. Exits with 1 if a name differs, with 2 if there is none.

PDFium ends a part of a line at each vowel mark of Arabic and Hebrew, and keeps the order of the parts. So the
files hide these marks from it (src/pdf/composite.rs), and it reads the letters of the name. Names of several
words, and marks on a last letter, are without marks for poppler, too. PDFium also adds a space behind a name of
several words: it measures a gap from the last word, which is on the left.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import unicodedata

import pypdfium2

# pdftotext puts these around text from right to left. The file does not have them.
EMBEDDINGS = str.maketrans("", "", "\u202a\u202b\u202c")


def poppler(file):
    run = subprocess.run(["pdftotext", "-enc", "UTF-8", str(file), "-"], check=True, capture_output=True)
    return run.stdout.decode("utf-8").translate(EMBEDDINGS)


def pdfium(file):
    document = pypdfium2.PdfDocument(str(file))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def squeeze(text):
    """Joins lines. Marks may come in any order that means the same."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))


def letters(name):
    """Removes vowel marks of scripts from right to left."""
    decomposed = unicodedata.normalize("NFC", name)
    if not any(unicodedata.bidirectional(c) in ("R", "AL") for c in name):
        return name
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def known(name, reader):
    """Returns what a reader can read of a name."""
    if reader is pdfium or " " in name:
        return letters(name)
    last = name.rstrip("".join(c for c in name if unicodedata.category(c) == "Mn"))[-1]
    return name[: name.rindex(last) + 1] if letters(name) != name else name


def main():
    folder = pathlib.Path(sys.argv[1])
    with open(folder / "jobs.csv", encoding="utf-8", newline="") as jobs:
        rows = list(csv.DictReader(jobs, delimiter=";"))
    with open(folder / "files" / "manifest.jsonl", encoding="utf-8") as manifest:
        records = [json.loads(line) for line in manifest]
    files = {record["row"]: record.get("file") for record in records if "row" in record}
    checked, failed, seen = 0, 0, set()
    for number, row in enumerate(rows, 1):
        name, paper = row["patient.first_name"], row["paper"]
        # Leaflets of one name and paper differ in a date.
        if (name, paper) in seen:
            continue
        seen.add((name, paper))
        file = folder / "files" / files[number]
        for reader in (poppler, pdfium):
            expected = squeeze(f"Dear {known(name, reader)}, we talked about this")
            text = squeeze(reader(file))
            if reader is pdfium:
                text = text.replace(" , we talked", ", we talked")
            checked += 1
            invisible = re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
            if expected not in text or invisible:
                failed += 1
                found = re.search(r"Dear .{0,40}", text)
                print(f"{file}: {reader.__name__}: {found and found[0]!r}, not {expected!r}")
    print(f"names: {checked} texts, {failed} that differ from the job file")
    return 1 if failed else 0 if checked else 2


if __name__ == "__main__":
    sys.exit(main())
