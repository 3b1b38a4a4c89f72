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

# Prints each file and, on a line of its own, the edition that it claims to be.
claims() {
    local folder name edition file
    for folder in "$out"/*/; do
        name=$(basename "$folder")
        edition=$(sed -E 's/^[^-]+-(a4|letter-booklet|letter-trifold|letter|a5-booklet|a5|dl-trifold)-?//; s/-(mono|high-contrast)$/,\1/' <<<"$name")
        for file in "$folder"*.pdf; do
            [ ! -e "$file" ] || printf '%s\n' "$file" "${edition:-standard}"
        done
    done
}

files=$(($(claims | wc -l) / 2))
[ $files -gt 0 ] || { echo "inspect.sh: no *.pdf in $out" >&2; exit 2; }
claims | xargs -d '\n' -P 2 -n 2 sh -c '"$0" inspect "$1" --claims "$2" --quiet || exit 1' "$program" ||
    { echo "inspect: of $files files, some fall short of their edition" >&2; exit 1; }
echo "inspect: $files files, none falls short of its edition"
