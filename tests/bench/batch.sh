#!/usr/bin/env bash
# The figures of a batch, as people meet it: leaflets a second, processor time and memory, for the leaflet
# on inflammation in the wording of tests/bench/clinic, with the reader's first name and a date in the
# text, as tagged PDF/UA-1 and PDF/A-2a.
#
#   tests/bench/batch.sh [ROWS [MANY]]     after `cargo build --release`; 20000 and 100000 rows by default
#
# 1. ROWS rows as files, on one thread and on two: speed, each the best of three runs (of one beyond
#    20000 rows). With much fewer rows than by default, reading the library and making the first leaflet,
#    which no second thread shortens, is a part of what is measured.
# 2. 1000 and MANY rows as files: whether memory grows with the rows.
# 3. MANY rows that are tried only, without a file: what is left if the disk costs nothing.
# 4. Bundles of 1000 and 10000 rows (fewer where ROWS is less than 1000): what a leaflet more costs. One
#    file has room for some 16000 leaflets of five pages, so that these are no more whatever ROWS is.
#
# Needs GNU time. Files are written to memory where there is a file system for that, so that the disk is
# not what is measured; set FOLDER to measure another place. Where there is no room for the files of so
# many rows, fewer are made, and the script says so.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/../.."
program=${CARGO_TARGET_DIR:-target}/release/handout
rows=${1:-20000}
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

# timed ROWS FLAGS…: makes ROWS leaflets; seconds of wall and processor and KB of memory are then in
# $wall, $processor and $memory.
timed() {
    local count=$1
    shift
    jobs "$count" >"$folder/jobs.csv"
    /usr/bin/time -f '%e %U %S %M' -o "$folder/time" \
        "$program" --quiet --date 2026-11-21 batch "$folder/jobs.csv" --clinic tests/bench/clinic "$@"
    read -r wall user system memory <"$folder/time"
    processor=$(echo "$user $system" | awk '{ print $1 + $2 }')
}

# tell WHAT ROWS: says what that took.
tell() {
    awk -v what="$1" -v rows="$2" -v wall="$wall" -v cpu="$processor" -v memory="$memory" 'BEGIN {
        printf "%-36s %8.2f s %7.0f rows/s %7.3f ms of processor a row %7.1f MB\n",
            what, wall, rows / wall, cpu * 1000 / rows, memory / 1024 }'
}

# files ROWS THREADS RUNS: makes that many files so often, and tells the fastest run.
files() {
    local best= best_processor best_memory
    for _ in $(seq "$3"); do
        rm -rf "$folder/out"
        timed "$1" --output "$folder/out" --jobs "$2"
        if [ -z "$best" ] || awk -v now="$wall" -v best="$best" 'BEGIN { exit !(now < best) }'; then
            best=$wall best_processor=$processor best_memory=$memory
        fi
    done
    wall=$best processor=$best_processor memory=$best_memory
    tell "$1 files, $2 thread(s)" "$1"
}

least() { echo $(($1 < $2 ? $1 : $2)); }

# Room for the files of so many rows, some 55 KB each.
room=$(df -Pk "$folder" | awk 'NR == 2 { print int($4 / 60) }')
[ "$rows" -le "$room" ] || echo "$base has room for the files of $room rows, not of $rows"
[ "$many" -le "$room" ] || echo "$base has room for the files of $room rows, not of $many"
rows=$(least "$rows" "$room")
written=$(least "$many" "$room")
few=$(least "$rows" 1000)

runs=$((rows > 20000 ? 1 : 3))
files "$rows" 1 "$runs"
one=$wall
find "$folder/out" -name '*.pdf' -printf '%s\n' |
    awk '{ bytes += $1 } END { printf "a file: %.0f bytes\n", bytes / NR }'
files "$rows" 2 "$runs"
awk -v one="$one" -v two="$wall" 'BEGIN { printf "two threads: %.2f times one\n", one / two }'

files "$few" 2 1
few_memory=$memory
files "$written" 2 1
awk -v many="$memory" -v few="$few_memory" -v written="$written" -v rows="$few" 'BEGIN {
    printf "memory of %d rows: %+.1f %% against %d\n", written, (many / few - 1) * 100, rows }'
rm -rf "$folder/out"

timed "$many" --dry-run --jobs 2
tell "$many rows tried, 2 thread(s)" "$many"

bundle() {
    timed "$1" --bundle "$folder/bundle.pdf" --overwrite --jobs 2
    tell "$1 in a bundle, 2 thread(s)" "$1"
    bytes=$(wc -c <"$folder/bundle.pdf")
    rm "$folder/bundle.pdf"
}

bundle "$few"
few_bytes=$bytes
bundle "$((few * 10))"
awk -v few="$few_bytes" -v more="$bytes" -v rows="$few" \
    'BEGIN { printf "a leaflet more: %.0f bytes of bundle\n", (more - few) / (rows * 9) }'
