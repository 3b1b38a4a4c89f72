#!/usr/bin/env python3
"""Holds what poppler reads in each leaflet, in the order in which it is painted, against what its
document says: every word, once, in order, and no two words run together.

    text_order.py FOLDER...

Beside every NAME.pdf stands NAME.words.json, written by the test `writes_expected_words`:

    parts     what is said, in order; a list of the ways in which it may be said (a table is read cell
              by cell, or, on narrow paper, as lists that name the column before each cell)
    header    what stands on every page but the first
    footer    what stands on every page, with {page} and {pages}
    repeated  what may be said once more at the top of a page: a table's header, a call-out's title

Header and footer are painted last. Line ends count as white space, and white space as nothing, since
a long address may be broken anywhere; but where the document has white space the file must have some.
Exits with 1 if a leaflet differs, with 2 if there is none.
"""

import itertools
import json
import pathlib
import re
import subprocess
import sys


class Text:
    """Characters without white space, and the places before which there is some."""

    def __init__(self, text):
        self.characters = ""
        self.starts = set()
        for word in text.split():
            self.starts.add(len(self.characters))
            self.characters += word


def squeeze(text):
    return "".join(text.split())


def read_pages(pdf, see_page):
    raw = subprocess.run(["pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-"], check=True, capture_output=True)
    # Which page a link leads to is not known to the document, which says "see page #".
    reference = r"\s+".join(re.escape(word) for word in see_page.split()).replace(r"\{page\}", r"\d+")
    pages = raw.stdout.decode("utf-8").split("\f")[:-1]
    return [Text(re.sub(reference, see_page.replace("{page}", "#"), page)) for page in pages]


def footers(words, page, pages):
    """Where one line is too short for title and details, they stand on two, without a dot between."""
    footer = squeeze(words["footer"].replace("{pages}", str(pages)).replace("{page}", str(page)))
    return [footer, footer.replace("·", "", 1)]


def difference(pages, words, expected):
    """How far a leaflet says what it should, and what is wrong there, if anything is."""
    at = 0
    for number, page in enumerate(pages, 1):
        body = page.characters
        endings = footers(words, number, len(pages))
        if number > 1:
            endings = [squeeze(words["header"]) + ending for ending in endings]
        ending = next((ending for ending in endings if body.endswith(ending)), None)
        if ending is None:
            return at, f"page {number} does not end with {endings[0]!r} but with …{body[-len(endings[0]):]!r}"
        body = body[: -len(ending)]
        skipped = 0
        if not expected.characters.startswith(body, at) and number > 1:
            for repeated in map(squeeze, words["repeated"]):
                rest = body[len(repeated) :]
                if body.startswith(repeated) and expected.characters.startswith(rest, at):
                    body, skipped = rest, len(repeated)
                    break
        for here, character in enumerate(body):
            wanted = expected.characters[at + here : at + here + 1]
            context = body[max(0, here - 30) : here + 30]
            if character != wanted:
                return at + here, f"page {number} says …{context}…, the document …{expected.characters[max(0, at + here - 30):at + here + 30]}…"
            if at + here in expected.starts and skipped + here not in page.starts:
                return at + here, f"page {number}: two words run together: …{context}…"
        at += len(body)
    if at < len(expected.characters):
        return at, f"never says …{expected.characters[at:at + 60]}…"
    return at, None


def check(pdf):
    words = json.loads(pdf.with_suffix(".words.json").read_text("utf-8"))
    pages = read_pages(pdf, words["see_page"])
    results = []
    for parts in itertools.product(*words["parts"]):
        at, problem = difference(pages, words, Text("\n".join(parts)))
        if problem is None:
            return None
        results.append((at, problem))
    # Of several ways in which it might be said, the one that holds longest tells most.
    return max(results)[1]


def main():
    pdfs = sorted(pdf for folder in sys.argv[1:] for pdf in pathlib.Path(folder).rglob("*.pdf"))
    if not pdfs:
        print(f"text order: no *.pdf in {sys.argv[1:]}")
        return 2
    failed = 0
    for pdf in pdfs:
        if problem := check(pdf):
            failed += 1
            print(f"{pdf}: {problem}")
    print(f"text order: {len(pdfs)} files, {failed} that do not say what their document says")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
