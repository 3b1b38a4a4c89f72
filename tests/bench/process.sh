#!/bin/sh
# The figures of the whole process, as people meet it: wall time, memory, size of file and program.
#
#   tests/bench/process.sh [HANDOUT…]      after `cargo build --release`
#
# Where Typst is installed, it sets the text of `inflammation-link` too, as tagged PDF/UA-1: how long
# a leaflet takes depends on the machine, how many times as long another program takes depends little.
#
# Programs are timed as copies: one that the linker has just written lies in memory in small pages, which
# costs a leaflet a millisecond more until it is read from disk again.
#
# Time needs hyperfine, memory GNU time; what is not installed is left out. Files are written to
# memory where there is a file system for that, so that the disk is not what is measured; set
# FOLDER to measure another place.
set -eu
cd "$(dirname "$0")/../.."
built="${CARGO_TARGET_DIR:-target}/release"
programs=$(mktemp -d -p "$built")
folder=$(mktemp -d -p "${FOLDER:-$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")}")
trap 'rm -rf "$folder" "$programs"' EXIT
program="$programs/handout"
cp "$built/handout" "$program"
[ $# -gt 0 ] || set -- inflammation-link brain-scan-studies

echo "program: $(($(wc -c <"$program") / 1000)) KB"
for handout in "$@"; do
    make="$program generate $handout --quiet --date 2026-11-22 --output $folder/"
    $make
    echo "$handout: file $(wc -c <"$folder/$handout.pdf") bytes"
    if [ -x /usr/bin/time ]; then
        echo "$handout: memory $(/usr/bin/time -f %M $make 2>&1 | tail -n 1) KB at most"
    fi
    if command -v hyperfine >/dev/null; then
        hyperfine --shell=none --warmup 20 --min-runs 200 --style basic "$make" 2>/dev/null |
            sed -n "s/^ *Time/$handout: time/p; s/^ *Range/$handout: range/p"
    fi
done

if command -v hyperfine >/dev/null && command -v typst >/dev/null; then
    cp "$(command -v typst)" "$programs/typst"
    other="$programs/typst compile --ignore-system-fonts --font-path fonts --pdf-standard ua-1"
    typst --version
    hyperfine --shell=none --warmup 20 --min-runs 100 --style basic \
        "$other tests/bench/leaflet.typ $folder/typst.pdf" 2>/dev/null |
        sed -n "s/^ *Time/typst: time/p; s/^ *Range/typst: range/p"
fi
