#!/usr/bin/env python3
"""Compares what pdftotext extracts from each leaflet, in the order of its content streams, with what
its document says. Usage: text_order.py FOLDER...

Beside every NAME.pdf stands NAME.words.txt: the words of the document in reading order, and what is
printed on the pages but not read (running header, footer, repeated labels), a line each after a line
`== artifacts`. White space does not count, since lines break where they must.
"""
import pathlib
import re
import subprocess
import sys


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check(pdf: pathlib.Path) -> str | None:
    expected, artifacts = pdf.with_suffix(".words.txt").read_text("utf-8").split("== artifacts\n")
    pages = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True
    ).stdout.decode("utf-8").split("\f")
    text = ""
    for page in pages:
        page = squeeze(page)
        # Header and footer are painted last on a page, so they end its text.
        for line in reversed(artifacts.splitlines()):
            pattern = re.escape(squeeze(line)).replace(re.escape("{page}"), r"\d+").replace(
                re.escape("{pages}"), r"\d+"
            )
            page = re.sub(f"{pattern}$", "", page)
        text += page
    text = re.sub(r"\(seepage\d+\)", "(seepage#)", text)
    expected = squeeze(expected)
    if text == expected:
        return None
    at = next((i for i, (a, b) in enumerate(zip(text, expected)) if a != b), min(len(text), len(expected)))
    return f"differs at character {at}: extracted …{text[at-30:at+40]}… but the document says …{expected[at-30:at+40]}…"


def main() -> int:
    pdfs = sorted(pdf for folder in sys.argv[1:] for pdf in pathlib.Path(folder).rglob("*.pdf"))
    failed = 0
    for pdf in pdfs:
        if problem := check(pdf):
            failed += 1
            print(f"{pdf}: {problem}")
    print(f"text order: {len(pdfs) - failed} passed, {failed} failed")
    return 1 if failed or not pdfs else 0


if __name__ == "__main__":
    sys.exit(main())
