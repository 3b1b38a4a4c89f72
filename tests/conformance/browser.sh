#!/usr/bin/env bash
# Installs what tests of web pages need: Chromium as a Debian package, and in target/judges/web a driver for it,
# axe-core and html-validate. Needs Node. Exits with 2 if something cannot be installed.
set -euo pipefail

judges=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/target/judges/web

die() { echo "browser.sh: $*" >&2; exit 2; }

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
