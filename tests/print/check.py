#!/usr/bin/env python3
"""Prints leaflets on the printer at $PRINTER, kills the program in between, and checks what arrived.

  tests/print/check.py PROGRAM ROWS KILLS

$SPOOL has the files of all jobs as the printer got them. $KIND is `ippeveprinter` or `cups`.
"""

import csv
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM, ROWS, KILLS = os.path.abspath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
PRINTER, SPOOL, KIND = os.environ["PRINTER"], Path(os.environ["SPOOL"]), os.environ["KIND"]
# A print server shows the name of a job to its user only.
USER = "print-office"
NAMES = ["Zebedee", "Zuleika", "Zachariah"]
DAY = ["--date", "2026-11-21"]


def run(*arguments, expected=(0,)):
    environment = os.environ | {"USER": USER}
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, env=environment)
    assert done.returncode in expected, f"{arguments}: {done.returncode}\n{done.stderr}"
    return done


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def attributes_of_jobs():
    """Returns the attributes of all jobs that the printer knows, as text, by the name of the job."""
    test = SPOOL.parent / "jobs.test"
    ask = """{{ OPERATION Get-Jobs GROUP operation-attributes-tag
        ATTR charset attributes-charset utf-8 ATTR language attributes-natural-language en
        ATTR uri printer-uri $uri ATTR name requesting-user-name {user} ATTR keyword which-jobs all
        ATTR integer first-job-id {first} ATTR keyword requested-attributes {attributes} }}
    """
    jobs, first = {}, 1
    while True:
        # CUPS answers with 500 jobs at most. It leaves out the names of jobs that it filed and has not read again, and
        # reads them for an attribute such as the priority.
        kinds = ["job-id,job-priority", "all"]
        test.write_text("".join(ask.format(user=USER, first=first, attributes=kind) for kind in kinds))
        for _ in range(20):
            shown = subprocess.run(["ipptool", "-tv", PRINTER, test], capture_output=True, text=True).stdout
            found = shown[shown.rindex("status-code"):].split("-- separator --")
            numbers = [re.search(r"job-id \(integer\) = (\d+)", job) for job in found]
            names = [re.search(r"job-name \(\w+\) = (.*)", job) for job in found]
            if shown.count("status-code = successful-ok") == 2 and all(map(bool, names)) == all(map(bool, numbers)):
                break
            # The server may be busy with its jobs.
            time.sleep(1)
        last = 0
        for job, name, number in zip(found, names, numbers):
            if name and number:
                jobs[name[1].strip()] = job
                last = max(last, int(number[1]))
        if last < first:
            return jobs
        first = last + 1


def spooled():
    """Returns the files that the printer got, in the order of the jobs."""
    if KIND == "cups":
        return sorted(SPOOL.glob("d*-001"))
    files = [path for path in SPOOL.glob("*.pdf")]
    return sorted(files, key=lambda path: int(path.name.split("-")[0]))


def wait_for(condition, what):
    """Returns the value of a condition, once it is true."""
    for _ in range(300):
        if value := condition():
            return value
        time.sleep(0.1)
    sys.exit(f"{what} did not happen")


def one_leaflet(folder):
    """Prints one leaflet, and compares file and attributes."""
    file = folder / "visit.pdf"
    reader = ["--set", f"patient.first_name={NAMES[0]}"]
    run(*DAY, "generate", "one-page", *reader, "-o", str(file), *CHOICE)
    flags = ["--copies", "3"]
    wanted = {"copies": "3", "job-originating-user-name": USER}
    if KIND == "ippeveprinter":
        flags += ["--sides", "two", "--staple"]
        wanted |= {"sides": "two-sided-long-edge", "media": "iso_a4_210x297mm", "finishings": "staple-top-left"}
    done = run(*DAY, "print", "one-page", *reader, "--printer", PRINTER, *flags, *CHOICE)
    name = re.search(r"sent as `(.*)`", done.stderr)[1]
    # CUPS leaves out a job for a moment while it files it, so one answer is enough.
    job = wait_for(lambda: attributes_of_jobs().get(name), f"the job {name}")
    for attribute, value in wanted.items():
        found = re.search(rf"\b{attribute} \([^)]*\) = (.*)", job)
        assert found and found[1].strip() == value, f"{attribute}: {found and found[1]}, not {value}\n{job}"
    printed = spooled()[-1]
    assert sha256(printed) == sha256(file), "the PDF file has changed on its way"
    subprocess.run(["qpdf", "--check", printed], check=True, stdout=subprocess.DEVNULL)
    if KIND == "ippeveprinter":
        run(*DAY, "print", "one-page", *reader, "--printer", PRINTER, "-p", "a5-booklet", "--staple", "--fold",
            "--tray", "tray-2", *CHOICE)
        refused = run(*DAY, "print", "one-page", "--printer", PRINTER, "--tray", "x", expected=(2,), *CHOICE)
        assert "it has no tray `x`" in refused.stderr, refused.stderr


def batch(folder):
    """Prints a batch, with kills in between. Returns its records."""
    jobs = folder / "jobs.csv"
    with open(jobs, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["handout", "copies", "patient.first_name"])
        for row in range(ROWS):
            rows.writerow(["one-page", row % 3 + 1, f"{NAMES[row % len(NAMES)]} {row}"])
    command = [PROGRAM, *DAY, "batch", str(jobs), "--print", PRINTER, "--resume", "-o", str(folder / "out"), "-q", *CHOICE]
    killed = 0
    chance = random.Random(20)
    environment = os.environ | {"USER": USER}
    journal = folder / "out/journal.jsonl"

    def records():
        try:
            return journal.read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    while True:
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        if killed < KILLS:
            # A row has two records, and the kill may come before or after either of them.
            end = records() + chance.randint(1, max(2, 3 * ROWS // KILLS))
            while process.poll() is None and records() < end:
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 0.01))
            process.kill()
        _, errors = process.communicate()
        if process.returncode in (0, 1):
            break
        assert process.returncode == -9, f"{process.returncode}: {errors}"
        killed += 1
    assert killed > 0, "the batch was never killed"
    print(f"{ROWS} rows, killed {killed} times")
    lines = (folder / "out/manifest.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    return [json.loads(line) for line in lines]


def check_batch(records, before):
    assert [record["row"] for record in records] == list(range(1, ROWS + 1)), "rows are missing"
    statuses = {status: sum(record["status"] == status for record in records) for status in ("done", "uncertain", "failed")}
    print(", ".join(f"{count} {status}" for status, count in statuses.items()))
    assert statuses["failed"] == 0
    tokens = [record["token"] for record in records]
    assert len(set(tokens)) == ROWS, "a token was used twice"
    files = spooled()[before:]
    hashes = [sha256(file) for file in files]
    of_rows = {record["sha256"]: record for record in records}
    assert len(of_rows) == ROWS
    # A file that was cut off belongs to a job that the printer gave up.
    whole = [of_rows[digest] for digest in hashes if digest in of_rows]
    printed = [record["row"] for record in whole]
    assert len(printed) == len(set(printed)), "a leaflet was printed twice"
    assert printed == sorted(printed), "the leaflets are not in row order"
    done = [record["row"] for record in records if record["status"] == "done"]
    assert set(done) <= set(printed), f"not printed: {set(done) - set(printed)}"
    uncertain = set(printed) - set(done)
    print(f"{len(printed)} leaflets were printed whole, {len(files) - len(whole)} in part, {len(uncertain)} of them uncertain")
    if KIND == "ippeveprinter":
        names = [file.name.split("_")[1].removesuffix(".pdf") for file in files]
        assert len(names) == len(set(names)), "a job was sent twice"


def check_privacy(folder):
    """No attribute of a job, and nothing in the journal, has a reader's data."""
    jobs = attributes_of_jobs()
    assert jobs
    texts = {f"the job {name}": text for name, text in jobs.items()}
    texts["the manifest"] = (folder / "out/manifest.jsonl").read_text(encoding="utf-8")
    texts["names of files"] = "\n".join(str(path) for path in SPOOL.rglob("*"))
    if KIND == "cups":
        for path in [*SPOOL.glob("c*"), *(SPOOL.parent / "log").iterdir()]:
            texts[str(path)] = path.read_bytes().decode("latin-1")
    for place, text in texts.items():
        for name in NAMES:
            assert name.lower() not in text.lower(), f"{place} has {name}"
    print(f"{len(texts)} places without a reader's data")


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    library = folder / "library"
    for path, text in {
        "library.yaml": "name: A small library\n",
        "clinics/example/clinic.yaml": "name: A clinic\n",
        "one-page/handout.yaml": "id: one-page\nversion: 1.0.0\nreviewed: 2026-11-21\nreview_by: 2028-11-21\n"
        "data: [patient.first_name]\nsections:\n  - section: welcome\n    role: main-message\n",
        "one-page/text/en.yaml": "title: Your visit\nwelcome:\n  heading: Welcome\n"
        "  body: Dear {{patient.first_name}}, we are glad that you come.\n",
    }.items():
        (library / path).parent.mkdir(parents=True, exist_ok=True)
        (library / path).write_text(text, encoding="utf-8")
    CHOICE = ["--library", str(library), "-c", str(library / "clinics/example")]
    one_leaflet(folder)
    before = len(spooled())
    records = batch(folder)
    wait_for(lambda: len(spooled()) >= sum(record["status"] == "done" for record in records), "the last job")
    check_batch(records, before)
    check_privacy(folder)
