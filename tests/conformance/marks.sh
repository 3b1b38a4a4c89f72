#!/usr/bin/env bash
# Checks that zbar reads the marks of a bundle: each sheet of each row once, in the order of its manifest.
#
#   tests/conformance/marks.sh FOLDER
#
# FOLDER is that of batch.sh: `bundle.pdf` with marks, on both sides, and `bundle.pdf.jsonl`. Exits with 1 if a mark is
# missing or wrong. Installs zbar as root if it is missing (Debian or Ubuntu).
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: marks.sh FOLDER" >&2; exit 2; }
command -v zbarimg >/dev/null || {
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends zbar-tools >&2
}
pictures=$(mktemp -d)
trap 'rm -rf "$pictures"' EXIT
pdftoppm -r 200 -gray "$1/bundle.pdf" "$pictures/page"
python3 - "$1/bundle.pdf.jsonl" "$pictures" <<'PYTHON'
import json
import pathlib
import subprocess
import sys

lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
expected = []
for row in lines[1:]:
    sheets = row["sheets"] // row["copies"]
    copy = [f"{row['row']:08}{sheet:03}{sheets:03}" for sheet in range(1, sheets + 1)]
    expected += copy * row["copies"]
found = []
for picture in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    only = ["-q", "--raw", "-Sdisable", "-Scode128.enable"]
    run = subprocess.run(["zbarimg", *only, str(picture)], capture_output=True, text=True)
    found += run.stdout.split()
if not expected or found != expected:
    sys.exit(f"zbar reads {found}, not {expected}")
print(f"zbar reads {len(found)} marks")
PYTHON
