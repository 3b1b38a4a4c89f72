#!/usr/bin/env bash
# Makes every leaflet of the built-in library for every clinic on every paper, and on A4 for a clinic
# with faces of its own: a folder for each clinic and paper, and beside each leaflet the words that it
# has to say.
#
#   tests/conformance/leaflets.sh PROGRAMS FOLDER
#
# PROGRAMS is where cargo has put `handout` and `examples/words`, as in target/release.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: leaflets.sh PROGRAMS FOLDER" >&2; exit 2; }
programs=$1
out=$2
clinics=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../handouts/clinics" && pwd)
date=2026-11-21

mapfile -t ids < <("$programs/handout" list --json | python3 -c 'import json, sys; [print(h["id"]) for h in json.load(sys.stdin)]')
[ ${#ids[@]} -gt 0 ] || { echo "leaflets.sh: no handouts" >&2; exit 2; }
make_all() {
    local clinic=$1 paper=$2
    local folder=$out/$(basename "$clinic")-$paper
    mkdir -p "$folder"
    "$programs/handout" -q --date $date generate "${ids[@]}" --clinic "$clinic" --paper "$paper" --output "$folder"
    "$programs/examples/words" "$clinic" $date "$folder"
}

for clinic in "$clinics"/*/; do
    for paper in a4 letter a5; do make_all "$clinic" "$paper"; done
done
make_all "$clinics/../../tests/faces" a4
