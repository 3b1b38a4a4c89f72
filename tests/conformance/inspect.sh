#!/usr/bin/env bash
# Measures every leaflet that leaflets.sh made, and holds it to the promise of its edition.
#
#   tests/conformance/inspect.sh PROGRAM FOLDER
#
# PROGRAM is `handout`. The names of folders in FOLDER end with paper and edition, as in
# typical-letter-large-print-mono.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: inspect.sh PROGRAM FOLDER" >&2; exit 2; }
program=$1
out=$2

files=0
failed=0
for folder in "$out"/*/; do
    name=$(basename "$folder")
    edition=$(sed -E 's/^[^-]+-(a4|letter-booklet|letter-trifold|letter|a5-booklet|a5|dl-trifold)-?//; s/-(mono|high-contrast)$/,\1/' <<<"$name")
    for file in "$folder"*.pdf; do
        [ -e "$file" ] || continue
        files=$((files + 1))
        "$program" inspect "$file" --claims "${edition:-standard}" --quiet || failed=$((failed + 1))
    done
done
[ $files -gt 0 ] || { echo "inspect.sh: no *.pdf in $out" >&2; exit 2; }
echo "inspect: $files files, $failed fall short of their edition"
[ $failed -eq 0 ]
