#!/usr/bin/env bash
# Makes every leaflet of the built-in library for each clinic on each paper, and on A4 for a clinic
# with its own typefaces. Three leaflets are also made in each other edition: the longest, the one with
# the most tables, and a form. There is one folder for each clinic, paper and edition. Beside each
# leaflet, ID.words.json lists its words for text_order.py.
#
#   tests/conformance/leaflets.sh PROGRAM FOLDER
#
# PROGRAM is `handout`, as in target/release/handout.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: leaflets.sh PROGRAM FOLDER" >&2; exit 2; }
program=$1
out=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

mapfile -t ids < <("$program" list --json | python3 -c 'import json, sys; [print(h["id"]) for h in json.load(sys.stdin)]')
[ ${#ids[@]} -gt 0 ] || { echo "leaflets.sh: no handouts" >&2; exit 2; }

make_all() {
    local clinic=$1 paper=$2
    local folder=$out/$(basename "$clinic")-$paper
    mkdir -p "$folder"
    "$program" -q --date 2026-11-21 generate "${ids[@]}" --clinic "$clinic" --paper "$paper" --output "$folder"
    # text_order.py looks for ID.pdf.
    [ "$paper" = a4 ] || for id in "${ids[@]}"; do mv "$folder/$id-$paper.pdf" "$folder/$id.pdf"; done
}

for clinic in "$root"/handouts/clinics/*/; do
    for paper in a4 letter a5; do make_all "$clinic" "$paper"; done
done
make_all "$root/tests/clinics/faces" a4

make_edition() {
    local paper=$1 edition=$2
    local folder=$out/typical-$paper-${edition/,/-}
    mkdir -p "$folder"
    for id in treatment-building-blocks inflammation-link my-flare-plan; do
        "$program" -q --date 2026-11-21 generate "$id" --clinic "$root/handouts/clinics/typical" \
            --paper "$paper" --edition "$edition" --output "$folder/$id.pdf"
    done
}

make_edition a4 large-print
make_edition letter large-print,mono
make_edition a4 extra-large
make_edition letter extra-large,mono
make_edition a5 mono

# Short forms of leaflets that fit on a page.
for paper in a4 letter; do
    mkdir -p "$out/typical-$paper-short"
    for id in brain-scan-studies food-and-supplements sleep; do
        "$program" -q --date 2026-11-21 generate "$id" --clinic "$root/handouts/clinics/typical" \
            --paper "$paper" --edition short --output "$out/typical-$paper-short/$id.pdf"
    done
done
make_edition a4 high-contrast

# Folded sheets. Their painting order is not that of the words, so they are not for text_order.py.
make_edition a5-booklet standard
make_edition letter-booklet mono
make_edition dl-trifold short
make_edition letter-trifold short,mono

CONFORMANCE_FOLDER=$(realpath "$out") cargo test -q --release --locked --manifest-path "$root/Cargo.toml" --test integration -- \
    --ignored --exact expected_words::writes_expected_words
