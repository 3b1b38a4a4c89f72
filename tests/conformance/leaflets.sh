#!/usr/bin/env bash
# Makes every leaflet of the built-in library for each clinic on each paper, and on A4 for a clinic
# with its own typefaces. Three leaflets are also made in other editions and on folded sheets: the longest, the
# one with the most tables, and a form. There is one folder for each clinic, paper and edition. Beside each
# leaflet, ID.words.json lists its words for text_order.py.
#
#   tests/conformance/leaflets.sh [--all] PROGRAM FOLDER
#
# With --all, every leaflet is made in every edition on every sheet. PROGRAM is `handout`, as in
# target/release/handout.
set -euo pipefail
all=
if [ "${1-}" = --all ]; then all=yes; shift; fi
[ $# -eq 2 ] || { echo "usage: leaflets.sh [--all] PROGRAM FOLDER" >&2; exit 2; }
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

# Leaflets that do not fit a short form are refused. With --all, their number is printed.
refused=0

make_edition() {
    local paper=$1 edition=$2
    shift 2
    local folder=$out/typical-$paper-${edition//,/-}
    local message
    mkdir -p "$folder"
    for id in "$@"; do
        if message=$("$program" -q --date 2026-11-21 generate "$id" --clinic "$root/handouts/clinics/typical" \
            --paper "$paper" --edition "$edition" --output "$folder/$id.pdf" 2>&1); then
            continue
        fi
        if [ -n "$all" ] && grep -qE 'long-short-form|full-sheet' <<<"$message"; then
            refused=$((refused + 1))
        else
            echo "$message" >&2
            exit 1
        fi
    done
}

if [ -n "$all" ]; then
    make_on() {
        local editions=$1 paper edition
        shift
        for paper in "$@"; do
            for edition in $editions; do make_edition "$paper" "$edition" "${ids[@]}"; done
        done
    }
    make_on "mono high-contrast short short,mono short,high-contrast" a4 letter a5
    make_on "large-print large-print,mono large-print,high-contrast" a4 letter
    make_on "extra-large extra-large,mono extra-large,high-contrast" a4 letter
    make_on "standard mono" a5-booklet letter-booklet
    make_on "short short,mono" dl-trifold letter-trifold
    echo "leaflets.sh: $refused short forms were refused, as they do not fit"
else
    three=(treatment-building-blocks inflammation-link my-flare-plan)
    make_edition a4 large-print "${three[@]}"
    make_edition letter large-print,mono "${three[@]}"
    make_edition a4 extra-large "${three[@]}"
    make_edition letter extra-large,mono "${three[@]}"
    make_edition a4 high-contrast "${three[@]}"
    make_edition a5 mono "${three[@]}"
    # Leaflets whose short form fits on a page.
    make_edition a4 short brain-scan-studies food-and-supplements sleep
    make_edition letter short brain-scan-studies food-and-supplements sleep
    # Folded sheets. Their painting order is not that of the words, so they are not for text_order.py.
    make_edition a5-booklet standard "${three[@]}"
    make_edition letter-booklet mono "${three[@]}"
    make_edition dl-trifold short "${three[@]}"
    make_edition letter-trifold short,mono "${three[@]}"
fi

CONFORMANCE_FOLDER=$(realpath "$out") cargo test -q --release --locked --manifest-path "$root/Cargo.toml" --test integration -- \
    --ignored --exact expected_words::writes_expected_words
