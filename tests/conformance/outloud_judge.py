"""Checks PDF files with outloud, prints each error, and exits with 1 if there is any.

Two false positives of TAG-002 are ignored: a table header that is repeated as an artifact on the next page, if
all words in outloud's evidence occur in the column headers of the file; and the footer of a file of one page, or
the two footers on one line of a booklet's side, if all words occur in the lowest 40 pt. outloud knows footers by
their repetition. On a booklet's side, a repeated table header may be on one line with the repeated title of a box, as
in "Take care (continued)": the title is a text of the file.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def structure_tree(file):
    """Returns the lines of the structure tree with its text, as poppler reads it."""
    command = ["pdfinfo", "-struct-text", file]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def header_words(tree):
    """Returns the words of all header cells."""
    words, header_indent = set(), None
    for line in tree:
        indent = len(line) - len(line.lstrip())
        if header_indent is not None and indent <= header_indent:
            header_indent = None
        if re.match(r"TH\b", line.strip()):
            header_indent = indent
        elif header_indent is not None and line.strip().startswith('"'):
            words.update(re.findall(r"\w+", line))
    return words


def without_continued_title(evidence, tree):
    """Returns the part before "title (continued)", if there is a text of this title in the file."""
    before = re.sub(r" \((c[a-z]*…|continued\))$", "", evidence)
    texts = [line.strip().strip('"') for line in tree if line.strip().startswith('"')]
    titles = [text for text in texts if before != evidence and len(text.split()) > 1 and before.endswith(text)]
    return before.removesuffix(max(titles, key=len)) if titles else evidence


def footer_words(file, page):
    """Returns the words in the lowest 40 pt of a file of one page, or of a wide page."""
    facts = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    width, height = map(float, re.search(r"^Page size: +([\d.]+) x ([\d.]+)", facts, re.MULTILINE).groups())
    if width < height and not re.search(r"^Pages: +1$", facts, re.MULTILINE):
        return set()
    crop = ["-f", str(page or 1), "-l", str(page or 1), "-x", "0", "-y", str(int(height) - 40), "-W", str(int(width) + 1), "-H", "41"]
    text = subprocess.run(["pdftotext", *crop, file, "-"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\w+", text))


def is_false_positive(finding, file):
    if finding["rule"] != "TAG-002":
        return False
    tree = structure_tree(file)
    evidence = without_continued_title(finding.get("evidence") or "", tree)
    # Evidence is a sample of lines, each truncated within a word by "…".
    words = set(re.findall(r"\w+", re.sub(r"\w*…", "", evidence)))
    return bool(words) and (words <= header_words(tree) or words <= footer_words(file, finding.get("page")))


def main(files):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [str(Path(sys.executable).with_name("outloud")), "-q", "--fail-on", "never", "--json", str(report), *files]
        run = subprocess.run(command, capture_output=True, text=True)
        if not report.exists():
            print("outloud: no report\n" + run.stdout + run.stderr)
            return 1
        results = json.loads(report.read_text())["results"]
    failures = ignored = 0
    if len(results) != len(files):
        print(f"outloud: {len(results)} results for {len(files)} files")
        failures += 1
    for result, file in zip(results, files):
        if result["error"]:
            print(f"{file}: outloud: cannot be checked: {result['error']}")
            failures += 1
        for finding in result["findings"]:
            if finding["severity"] != "error":
                continue
            if is_false_positive(finding, file):
                ignored += 1
                continue
            evidence = finding.get("evidence") or ""
            print(f"{file}: outloud {finding['rule']}: page {finding.get('page')}: {finding['message']}\n    {evidence}")
            failures += 1
    print(f"outloud: {len(files)} files, {failures} errors, {ignored} repeated headers and footers ignored")
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))
