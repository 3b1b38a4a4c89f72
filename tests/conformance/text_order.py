#!/usr/bin/env python3
"""Compares the text of each leaflet, as poppler reads it in painting order, with its document: each
word once, in order, and no two words run together.

    text_order.py FOLDER...

Beside each NAME.pdf is NAME.words.json, written by the test `writes_expected_words`:

    parts     texts in order, each a list of alternatives (a table is read cell by cell, or on narrow
              paper as lists that name the column before each cell)
    header    header of every page but the first
    footer    footer of every page, with {page} and {pages}
    repeated  texts that may be repeated at the top of a page: table headers, titles of call-outs

Header and footer are painted last. White space in the file is ignored, because a long address may be
broken anywhere. But where the document has white space, the file must have some.
Exits with 1 if a leaflet differs, with 2 if there is none.
"""

import itertools
import json
import pathlib
import re
import subprocess
import sys


class Text:
    """Characters without white space, and the positions after white space."""

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
    # The document does not know the page of a link; it has "see page #".
    reference = r"\s+".join(re.escape(word) for word in see_page.split()).replace(r"\{page\}", r"\d+")
    pages = raw.stdout.decode("utf-8").split("\f")[:-1]
    return [Text(re.sub(reference, see_page.replace("{page}", "#"), page)) for page in pages]


def footers(words, page, pages):
    """Returns the footer on one line, and on two lines without the dot between title and details."""
    footer = squeeze(words["footer"].replace("{pages}", str(pages)).replace("{page}", str(page)))
    return [footer, footer.replace("·", "", 1)]


def difference(pages, words, expected):
    """Returns the length of the text that agrees, and the first difference or None."""
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
    # Report the alternative that agrees longest.
    return max(results)[1]


def main():
    # The panels of folded sheets are not painted in the order of the words.
    folded = re.compile("booklet|trifold")
    pdfs = sorted(
        pdf for folder in sys.argv[1:] for pdf in pathlib.Path(folder).rglob("*.pdf") if not folded.search(pdf.parent.name)
    )
    if not pdfs:
        print(f"text order: no *.pdf in {sys.argv[1:]}")
        return 2
    failed = 0
    for pdf in pdfs:
        if problem := check(pdf):
            failed += 1
            print(f"{pdf}: {problem}")
    print(f"text order: {len(pdfs)} files, {failed} that differ from their document")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
