#!/usr/bin/env bash
# Uses the desk in headless Chromium, with the mouse and with the keyboard alone, and checks each screen with
# axe-core and html-validate. Each flow is a file beside this one; common.cjs is what they share.
#
#   tests/desk/desk.sh PROGRAM [FOLDER]
#
# Prints each failure, and saves a picture of each screen in FOLDER. Exits with 1 if there is a failure, with 2 if
# nothing could be checked. Installs what is missing: see ../conformance/browser.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[ $# -gt 0 ] || { echo "desk.sh: usage: desk.sh PROGRAM [FOLDER]" >&2; exit 2; }
"$here/../conformance/browser.sh"
export NODE_PATH=$here/../../target/judges/web/node_modules
result=0
for flow in "$here"/*.cjs; do
  [ "$(basename "$flow")" != common.cjs ] || continue
  code=0
  node "$flow" "$@" || code=$?
  [ "$code" -le "$result" ] || result=$code
done
exit "$result"
