#!/usr/bin/env bash
# Uses the desk in headless Chromium, with the mouse and with the keyboard alone, and checks each screen with
# axe-core and html-validate. Each flow is a file beside this one; common.cjs is what they share.
#
#   tests/desk/desk.sh PROGRAM [FOLDER]
#
# Prints each failure, and saves a picture of each screen in FOLDER. Exits with 1 if a flow fails or cannot run, with 2
# for wrong usage. Installs what is missing: see ../conformance/browser.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[ $# -gt 0 ] || { echo "desk.sh: usage: desk.sh PROGRAM [FOLDER]" >&2; exit 2; }
"$here/../conformance/browser.sh"
export NODE_PATH=$here/../../target/judges/web/node_modules

# Prints the lines of a flow together, when it has ended.
use() {
  local lines code=0
  lines=$(node "$@" 2>&1) || code=$?
  printf '%s\n' "$lines"
  [ "$code" -eq 0 ] || { echo "$(basename "$1") ended with $code"; return 1; }
}
export -f use

# Two flows at a time, the largest first, so that they end together.
ls -S "$here"/*.cjs | grep -v /common.cjs |
  xargs -P 2 -I {} bash -c 'use "$@"' use {} "$@" || exit 1
