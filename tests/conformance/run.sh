#!/usr/bin/env bash
# Makes leaflets, batches, web pages and drawings, and checks them with the judges of this folder. Then uses the desk
# in a browser.
#
#   tests/conformance/run.sh [--all] PROGRAM
#
# Makes a representative set; with --all, every leaflet in every edition on every sheet. PROGRAM is `handout`
# as a release build makes it: target/release/handout. Files are in target/conformance*. Needs Rust, Python 3
# and Node; missing judges are installed (Debian or Ubuntu).
set -euo pipefail
all=()
if [ "${1-}" = --all ]; then all=(--all); shift; fi
[ $# -eq 1 ] || { echo "usage: run.sh [--all] PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

step() { printf '\n== %s\n' "$*"; }

step "every leaflet, for each clinic, on each paper"
leaflets=target/conformance
rm -rf "$leaflets"
tests/conformance/leaflets.sh "${all[@]}" "$program" "$leaflets"

step "text sizes, contrast and tags of each edition"
tests/conformance/inspect.sh "$program" "$leaflets"

step "a batch and a bundle"
batch=target/conformance-batch
rm -rf "$batch"
tests/conformance/batch.sh "$program" "$batch"

step "every drawing, as figure and logo"
drawings=target/conformance-drawings
rm -rf "$drawings"
tests/conformance/drawings.sh "$program" "$drawings"

step "outside judges"
tests/conformance/judge.sh "$leaflets" "$batch" "$drawings"

step "workbooks as openpyxl writes them"
target/judges/python/bin/python tests/workbooks/write.py --check

step "names as programs read them"
target/judges/python/bin/python tests/conformance/names.py "$batch"

step "marks as zbar reads them"
tests/conformance/marks.sh "$batch"

step "each word once, in order"
python3 tests/conformance/text_order.py "$leaflets"

step "print jobs on real print servers"
tests/print/ippeveprinter.sh "$program"
tests/print/cups.sh "$program"

step "web pages"
web=target/conformance-web
rm -rf "$web"
for clinic in handouts/clinics/*/; do
    "$program" -q --date 2026-11-21 list --json |
        python3 -c 'import json, sys; print(*[h["id"] for h in json.load(sys.stdin)])' |
        xargs "$program" -q --date 2026-11-21 generate -f html -c "$clinic" -o "$web/$(basename "$clinic")/"
done
tests/conformance/web.sh "$web"

step "the desk in a browser"
tests/desk/desk.sh "$program"
