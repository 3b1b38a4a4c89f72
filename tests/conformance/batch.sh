#!/usr/bin/env bash
# Makes a batch for the judges: 200 files with names in eight scripts, with and without vowel marks, some with two handouts, and a
# bundle of twenty leaflets with separator sheets and marks.
#
#   tests/conformance/batch.sh PROGRAM FOLDER
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: batch.sh PROGRAM FOLDER" >&2; exit 2; }
clinic=$(cd "$(dirname "${BASH_SOURCE[0]}")/../clinics/greeting" && pwd)
mkdir -p "$2"
awk 'BEGIN {
    count = split("Ada Zoë Björn Łukasz Владимир Κωνσταντίνα Nguyễn Ø محمد زينب יוסף 李小龍 नेहा 김민준 " \
        "مُحَمَّد فاطِمَة الزَّهْراء שָׁלוֹם יִצְחָק پرویز ژاله ٹیپو گلزار", names)
    count += split("محمد علي|יוסף כהן|مُحَمَّد عَلِيّ|Ada زينب", more, "|")
    for (name in more) names[count - name + 1] = more[name]
    split("a4 a5 letter", papers)
    print "handout;patient.first_name;visit.date;paper;copies"
    for (row = 1; row <= 200; row++)
        printf "%s;%s;2026-11-%02d;%s;%d\n", row % 20 ? "inflammation-link" : "\"sleep;inflammation-link\"",
            names[row % count + 1], row % 28 + 1, papers[row % 3 + 1], row % 2 + 1
}' >"$2/jobs.csv"
"$1" -q --date 2026-11-21 batch "$2/jobs.csv" --clinic "$clinic" --output "$2/files"
head -n 21 "$2/jobs.csv" |
    "$1" -q --date 2026-11-21 batch - --clinic "$clinic" --bundle "$2/bundle.pdf" --separator 8 --marks
