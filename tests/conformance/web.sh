#!/usr/bin/env bash
# Checks web pages with outside judges: axe-core in headless Chromium, and html-validate.
#
#   tests/conformance/web.sh FOLDER…
#
# Checks each *.html in the folders, on wide and narrow screens, light and dark, and prints each failure.
# Exits with 1 if there is any, with 2 if nothing could be checked. Installs missing judges: see browser.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

[ $# -gt 0 ] || { echo "web.sh: usage: web.sh FOLDER…" >&2; exit 2; }
"$here/browser.sh"
NODE_PATH=$here/../../target/judges/web/node_modules node "$here/web.cjs" "$@"
