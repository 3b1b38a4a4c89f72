#!/usr/bin/env bash
# Checks web pages with outside judges: axe-core in headless Chromium, and html-validate.
#
#   tests/conformance/web.sh FOLDER…
#
# Checks each *.html in the folders, on wide and narrow screens, light and dark, and prints each failure.
# Exits with 1 if there is any, with 2 if nothing could be checked. Installs missing judges: Chromium as a
# Debian package, others in target/judges/web. Needs Node.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
judges=$here/../../target/judges/web

die() { echo "web.sh: $*" >&2; exit 2; }

[ $# -gt 0 ] || die "usage: web.sh FOLDER…"
command -v npm >/dev/null || die "Node with npm is needed"
if ! command -v chromium >/dev/null; then
    echo "installing chromium" >&2
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq >&2 || die "apt-get update failed"
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends chromium >&2 || die "apt-get install failed"
fi
wanted="axe-core@4.14.1 html-validate@10.17.0 playwright-core@1.65.1"
if [ "$(cat "$judges/installed" 2>/dev/null)" != "$wanted" ]; then
    echo "installing $wanted" >&2
    mkdir -p "$judges"
    # shellcheck disable=SC2086
    npm install --prefix "$judges" --no-audit --no-fund --silent $wanted >&2 || die "npm install failed"
    echo "$wanted" >"$judges/installed"
fi
NODE_PATH=$judges/node_modules node "$here/web.cjs" "$@"
