#!/usr/bin/env python3
"""Measures speed, memory and size on one leaflet, beside Typst.

    cargo build --release && tests/bench/measure.py

The leaflet is in tests/bench/leaflet: a library with its own references, a figure and a table, and a
clinic with a PNG logo. leaflet/typst has the same text for Typst. Nobody tuned the program for it.

Typst is measured where it is installed:

    cargo install typst-cli --version 0.15.1 --locked     # whole process
    python3 -m venv venv && venv/bin/pip install typst==0.15.0
    venv/bin/python tests/bench/measure.py                # a row, with Typst as a library
    apt-get install fonts-open-sans                       # its font

On a shared machine, compare processor time rather than wall time. Output goes to memory (/dev/shm)
where there is such a file system, so that the disk is not measured. 10,000 files take 500 MB.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAFLET = ROOT / "tests/bench/leaflet"
PROGRAM = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/handout"
FONTS = Path("/usr/share/fonts/truetype/open-sans")
VALUES = {
    "patient_first_name": "Freya",
    "clinic_name": "Inverleigh Rheumatology Clinic",
    "clinic_phone": "01632 960396",
    "appointment_date": "26 January 2027",
}


class Run:
    """Wall and processor time in seconds and peak memory in bytes of one process."""

    def __init__(self, command):
        start = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"exit code {process.returncode}: {' '.join(map(str, command))}")
        self.cpu = usage.ru_utime + usage.ru_stime
        # Kilobytes on Linux, bytes on macOS.
        self.memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def report(name, ours, limit="", typst="", ratio=""):
    print(f"{name:34} {ours:>10} {typst:>10} {ratio:>8}   {limit}", flush=True)


def compare(name, ours, typst, show, limit=""):
    """Reports two figures and their ratio; `typst` is None where it was not measured."""
    if typst is None:
        report(name, show(ours), limit)
    else:
        report(name, show(ours), limit, show(typst), f"{ours / typst:.2f} x")


def milliseconds(seconds):
    return f"{seconds * 1e3:.2f} ms"


def kilobytes(size):
    return f"{size / 1e3:.1f} KB"


def megabytes(size):
    return f"{size / 1e6:.1f} MB"


def handout(*arguments):
    common = [PROGRAM, "--library", LEAFLET / "library", "--date", "2026-11-21", "--quiet"]
    return [*common, *arguments, "--clinic", LEAFLET / "clinic"]


def generate(target):
    return handout(
        "generate", "bench-leaflet", "--output", target,
        "--set", f"patient.first_name={VALUES['patient_first_name']}",
        "--set", f"site.name={VALUES['clinic_name']}",
        "--set", f"site.phone={VALUES['clinic_phone']}",
        "--set", f"visit.date={VALUES['appointment_date']}",
    )  # fmt: skip


def typst_process(target):
    inputs = [part for key, value in VALUES.items() for part in ("--input", f"{key}={value}")]
    fonts = ["--ignore-system-fonts", "--font-path", FONTS]
    source = LEAFLET / "typst/leaflet.typ"
    return ["typst", "compile", "--root", LEAFLET, "--pdf-standard", "ua-1", *fonts, *inputs, source, target]


def typst_row():
    """Returns the processor time of a row with Typst as a library and warm caches, or None."""
    try:
        import typst
    except ImportError:
        return None
    source = LEAFLET / "typst/leaflet.typ"
    compiler = typst.Compiler(source, root=LEAFLET, font_paths=[FONTS], ignore_system_fonts=True)
    for row in range(120):
        if row == 20:
            start = time.process_time()
        inputs = {**VALUES, "patient_first_name": f"Reader {row}"}
        compiler.compile(source, format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
    return (time.process_time() - start) / 100


def write_jobs(folder, rows):
    """Writes a job file of this many rows: those of jobs.csv, again and again."""
    header, *lines = (LEAFLET / "jobs.csv").read_text("utf-8").splitlines(keepends=True)
    path = folder / f"{rows}.csv"
    path.write_text(header + "".join(lines[row % len(lines)] for row in range(rows)), "utf-8")
    return path


def batch(folder, rows, jobs, *arguments):
    output = folder / "out"
    shutil.rmtree(output, ignore_errors=True)
    command = handout("batch", write_jobs(folder, rows), "--jobs", str(jobs), "--output", output, *arguments)
    run = Run(command)
    shutil.rmtree(output, ignore_errors=True)
    return run


def bundle(folder, rows):
    """Returns the size in bytes of a bundle of this many leaflets."""
    path = folder / "bundle.pdf"
    batch(folder, rows, 2, "--bundle", path)
    size = path.stat().st_size
    path.unlink()
    return size


def measure(folder):
    report("", "handout", "limit", "typst", "ratio")

    has_typst = shutil.which("typst") is not None
    ours, theirs = [], []
    for _ in range(40):
        ours.append(Run(generate(folder / "ours.pdf")))
        if has_typst:
            theirs.append(Run(typst_process(folder / "typst.pdf")))

    def median(runs, figure):
        return statistics.median(map(figure, runs)) if runs else None

    for name, figure, limit in [
        ("whole process, processor time", lambda run: run.cpu, "0.6 x"),
        ("whole process, wall time", lambda run: run.wall, ""),
    ]:
        compare(name, median(ours, figure), median(theirs, figure), milliseconds, limit)

    # A new process counts the memory of the one that starts it: Typst must not be loaded yet.
    few, many = (batch(folder, rows, 2).memory for rows in (1_000, 10_000))
    report("memory, 1,000 rows", megabytes(few))
    report("memory, 10,000 rows", megabytes(many), f"80 MB, and within 10 % ({many / few - 1:+.0%})")

    row = min(batch(folder, 1_000, 1).cpu for _ in range(3)) / 1_000
    compare("processor time a row of 1,000", row, typst_row(), milliseconds, "0.05 x")

    one, two = (min(batch(folder, 4_000, jobs).wall for _ in range(3)) for jobs in (1, 2))
    report("two workers against one", f"{one / two:.2f} x", "1.8 x at least")

    typst_size = (folder / "typst.pdf").stat().st_size if has_typst else None
    compare("file", (folder / "ours.pdf").stat().st_size, typst_size, kilobytes, "60 KB")

    more = (bundle(folder, 2_000) - bundle(folder, 1_000)) / 1_000
    report("each further leaflet in a bundle", kilobytes(more), "9 KB")

    lines = subprocess.run([ROOT / "tests/bench/lines.sh"], check=True, capture_output=True, text=True)
    report("lines of code in src/", lines.stdout.split()[-2])

    if not has_typst:
        print("typst is not installed: the whole process is not compared")
    if not FONTS.is_dir():
        print("Open Sans is not installed: Typst uses another font")


def main():
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM} is missing: run `cargo build --release` first")
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        measure(Path(folder))


if __name__ == "__main__":
    main()
