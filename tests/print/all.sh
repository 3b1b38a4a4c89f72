#!/usr/bin/env bash
# Prints 1,000 leaflets on ippeveprinter and 1,000 on CUPS, and kills the program at random in between.
#
#   tests/print/all.sh PROGRAM
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: all.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tests/print/ippeveprinter.sh "$program" 1000 30
tests/print/cups.sh "$program" 1000 30
