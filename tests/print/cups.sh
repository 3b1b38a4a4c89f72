#!/usr/bin/env bash
# Prints leaflets on a CUPS server that writes into a file, and checks what arrived.
#
#   tests/print/cups.sh PROGRAM [ROWS KILLS]
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: cups.sh PROGRAM [ROWS KILLS]" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=target/print-cups
rm -rf "$folder"
KIND=cups tests/print/start_cups.sh "$folder" tests/print/check.py "$program" "${2-30}" "${3-6}"
