#!/usr/bin/env bash
# Prints on ippeveprinter by an encrypted connection (`ipps://`), and checks that only a certificate that this
# computer trusts is taken.
#
#   tests/print/tls.sh PROGRAM
#
# PROGRAM is built with `--features tls`. Needs openssl, besides what start_ippeveprinter.sh needs.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: tls.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=target/print-tls
rm -rf "$folder"
mkdir -p "$folder/keys"
folder=$(realpath "$folder")

# An authority, and a certificate for the printer.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Authority of the test" \
    -keyout "$folder/authority.key" -out "$folder/authority.crt" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
    -keyout "$folder/keys/localhost.key" -out "$folder/printer.csr" 2>/dev/null
printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' >"$folder/printer.ext"
openssl x509 -req -in "$folder/printer.csr" -days 2 -extfile "$folder/printer.ext" -CAcreateserial \
    -CA "$folder/authority.crt" -CAkey "$folder/authority.key" -out "$folder/keys/localhost.crt" 2>/dev/null

judge() {
    program=$1 folder=$2
    fail() { echo "failed: $*" >&2; exit 1; }
    # Refuses what the system does not trust.
    refused() {
        if "$program" printers "$1" 2>"$folder/said"; then fail "$1 is trusted: $2"; fi
        grep -q "cannot be trusted" "$folder/said" || fail "$2: $(cat "$folder/said")"
    }
    refused "$PRINTER" "nobody knows its authority"
    # The variable names the authorities that Linux trusts.
    export SSL_CERT_FILE=$folder/authority.crt
    refused "${PRINTER/localhost/127.0.0.1}" "its certificate is for another name"
    "$program" printers "$PRINTER" | grep -q "Sides *one, two" || fail "the printer says nothing"
    "$program" print sleep --date 2026-11-21 --printer "$PRINTER" --sides two
    for _ in $(seq 100); do [ -n "$(ls "$SPOOL"/*.pdf 2>/dev/null)" ] && break; sleep 0.1; done
    qpdf --check "$SPOOL"/*.pdf >/dev/null
    echo "a leaflet was printed by an encrypted connection"
}
export -f judge
KEYS=$folder/keys tests/print/start_ippeveprinter.sh "$folder/printer" \
    bash -euo pipefail -c 'judge "$@"' judge "$program" "$folder"
