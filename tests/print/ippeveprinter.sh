#!/usr/bin/env bash
# Prints leaflets on ippeveprinter, the reference printer of the Printer Working Group, and checks what arrived.
#
#   tests/print/ippeveprinter.sh PROGRAM [ROWS KILLS]
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: ippeveprinter.sh PROGRAM [ROWS KILLS]" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=target/print-ippeveprinter
rm -rf "$folder"
KIND=ippeveprinter tests/print/start_ippeveprinter.sh "$folder" tests/print/check.py "$program" "${2-30}" "${3-6}"
