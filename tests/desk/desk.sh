#!/usr/bin/env bash
# Uses the desk in headless Chromium as a receptionist does, with the mouse and with the keyboard alone, and
# checks each screen with axe-core and html-validate.
#
#   tests/desk/desk.sh PROGRAM [FOLDER]
#
# Prints each failure, and saves a picture of each screen in FOLDER. Exits with 1 if there is a failure, with 2 if
# nothing could be checked. Installs what is missing: see ../conformance/browser.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[ $# -gt 0 ] || { echo "desk.sh: usage: desk.sh PROGRAM [FOLDER]" >&2; exit 2; }
"$here/../conformance/browser.sh"
NODE_PATH=$here/../../target/judges/web/node_modules node "$here/desk.cjs" "$@"
