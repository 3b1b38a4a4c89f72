#!/bin/sh
# The figures of the whole process, as people meet it: wall time, memory, size of file and program.
#
#   tests/bench/process.sh [HANDOUT…]      after `cargo build --release`
#
# Time needs hyperfine, memory GNU time; what is not installed is left out. Files are written to
# memory where there is a file system for that, so that the disk is not what is measured; set
# FOLDER to measure another place.
set -eu
cd "$(dirname "$0")/../.."
program="${CARGO_TARGET_DIR:-target}/release/handout"
folder=$(mktemp -d -p "${FOLDER:-$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")}")
trap 'rm -rf "$folder"' EXIT
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
