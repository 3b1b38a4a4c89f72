#!/usr/bin/env bash
# The figures of a batch, as people meet it: leaflets a second, processor time and memory, for the leaflet
# on inflammation in the wording of tests/bench/clinic, with the reader's first name and a date in the
# text, as tagged PDF/UA-1 and PDF/A-2a.
#
#   tests/bench/batch.sh [ROWS [MANY]]     after `cargo build --release`; 1000 and 100000 rows by default
#
# Needs GNU time. Files are written to memory where there is a file system with room for them, so that
# the disk is not what is measured; set FOLDER to measure another place.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
program=${CARGO_TARGET_DIR:-target}/release/handout
rows=${1:-1000}
many=${2:-100000}
[ -x /usr/bin/time ] || { echo "batch.sh: GNU time is not installed" >&2; exit 2; }
base=${FOLDER:-$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")}
folder=$(mktemp -d -p "$base")
trap 'rm -rf "$folder"' EXIT

# As in tests/support/readers.rs: one name in sixteen brings a letter of its own, and one a script.
jobs() {
    awk -v rows="$1" 'BEGIN {
        split("Ada Zoë Björn María Jean-Luc Siân Noor Łukasz Åsa Tom Ingrid Владимир José Grace Owen Mei", names)
        print "handout,patient.first_name,visit.date"
        for (row = 1; row <= rows; row++)
            printf "inflammation-link,%s,2026-11-%02d\n", names[row % 16 + 1], row % 28 + 1
    }'
}

# measure WHAT ROWS FLAGS…: makes ROWS leaflets and says what that took.
measure() {
    local what=$1 count=$2
    shift 2
    jobs "$count" >"$folder/jobs.csv"
    /usr/bin/time -f '%e %U %S %M' -o "$folder/time" \
        "$program" --quiet --date 2026-11-21 batch "$folder/jobs.csv" --clinic tests/bench/clinic "$@"
    read -r wall user system memory <"$folder/time"
    awk -v what="$what" -v rows="$count" -v wall="$wall" -v cpu="$(echo "$user $system" | awk '{print $1 + $2}')" \
        -v memory="$memory" 'BEGIN {
            printf "%-34s %7.2f s  %6.0f rows/s  %6.3f ms of processor a row  %6.1f MB\n",
                what, wall, rows / wall, cpu * 1000 / rows, memory / 1024 }'
    last_wall=$wall
    last_memory=$memory
}

# Room for the files of many rows, some 40 KB each, or a part of them.
room=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 45) }')
written=$((many < room ? many : room))

measure "$rows files, 1 thread" "$rows" --output "$folder/one" --jobs 1
one=$last_wall
echo "a file: $(cat "$folder"/one/*.pdf | wc -c | awk -v rows="$rows" '{ printf "%.0f", $1 / rows }') bytes"
rm -rf "$folder/one"
measure "$rows files, 2 threads" "$rows" --output "$folder/two" --jobs 2
two=$last_wall
few_memory=$last_memory
rm -rf "$folder/two"
awk -v one="$one" -v two="$two" 'BEGIN { printf "two threads: %.2f times one\n", one / two }'
measure "$written files, 2 threads" "$written" --output "$folder/many" --jobs 2
rm -rf "$folder/many"
awk -v many="$last_memory" -v few="$few_memory" 'BEGIN { printf "memory: %+.1f %% against few rows\n", (many / few - 1) * 100 }'
measure "$many rows, tried only, 2 threads" "$many" --dry-run --jobs 2
measure "$rows in a bundle, 2 threads" "$rows" --bundle "$folder/bundle.pdf" --jobs 2
few_bytes=$(wc -c <"$folder/bundle.pdf")
measure "$((rows * 10)) in a bundle, 2 threads" "$((rows * 10))" --bundle "$folder/more.pdf" --jobs 2
more_bytes=$(wc -c <"$folder/more.pdf")
awk -v few="$few_bytes" -v more="$more_bytes" -v rows="$rows" \
    'BEGIN { printf "a leaflet more: %.0f bytes of bundle\n", (more - few) / (rows * 9) }'
