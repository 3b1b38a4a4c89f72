#!/usr/bin/env bash
# Whether the release build makes the same bytes as the build that the tests ran with. Not a part of
# `.ci/run`, for it takes six minutes more; to be run before a release, after `.ci/run`.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release
for paper in a4 letter a5; do
    target/release/handout -q --date 2026-11-21 generate inflammation-link brain-scan-studies \
        --clinic handouts/clinics/example --paper $paper --output target/release-leaflets/
    for id in inflammation-link brain-scan-studies; do
        cmp target/release-leaflets/$id.pdf target/conformance/example-$paper/$id.pdf
    done
done
echo "the same bytes"
