#!/usr/bin/env bash
# Makes and judges every leaflet in every edition on every sheet. `.ci/run` does so with a representative set.
#
#   tests/conformance/all.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cargo build --release --locked
exec tests/conformance/run.sh --all target/release/handout
