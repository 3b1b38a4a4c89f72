#!/usr/bin/env bash
# Makes leaflets with the drawings of tests/drawings: all as figures in one leaflet, and some as logos.
#
#   tests/conformance/drawings.sh PROGRAM FOLDER
#
# PROGRAM is `handout`, as in target/release/handout.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: drawings.sh PROGRAM FOLDER" >&2; exit 2; }
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
drawings=$(cd "$(dirname "${BASH_SOURCE[0]}")/../drawings" && pwd)
library=$(mktemp -d)
trap 'rm -rf "$library"' EXIT

mkdir -p "$library/gallery/text" "$library/gallery/figures" "$library/clinics/example"
echo "name: Gallery" >"$library/library.yaml"
echo "name: A clinic" >"$library/clinics/example/clinic.yaml"
cp "$drawings"/*.svg "$library/gallery/figures/"
{
    echo "id: gallery"
    echo "version: 1.0.0"
    echo "reviewed: 2026-11-21"
    echo "review_by: 2028-11-21"
    echo "sections:"
    echo "  - section: start"
    echo "    role: main-message"
} >"$library/gallery/handout.yaml"
printf 'title: Drawings\nstart:\n  heading: Start\n  body: Drawings.\n' >"$library/gallery/text/en.yaml"
for file in "$drawings"/*.svg; do
    name=$(basename "$file" .svg)
    printf '  - figure: %s\n    image: figures/%s.svg\n' "$name" "$name" >>"$library/gallery/handout.yaml"
    printf '%s:\n  alt: A drawing\n  caption: %s.\n' "$name" "$name" >>"$library/gallery/text/en.yaml"
done

make_leaflet() {
    "$program" -q --date 2026-11-21 generate "$@" >/dev/null
}

make_leaflet gallery --library "$library" --clinic "$library/clinics/example" --output "$out/gallery.pdf"
for name in shapes-combination-badge shapes-combination-photo shapes-opacity-shape pixels-combination-glow; do
    clinic=$library/clinics/$name
    mkdir -p "$clinic"
    cp "$drawings/$name.svg" "$clinic/logo.svg"
    printf 'name: A clinic\nbrand: { logo: logo.svg, logo_alt: A mark, show_name: false }\n' >"$clinic/clinic.yaml"
    make_leaflet brain-fog --clinic "$clinic" --output "$out/logo-$name.pdf"
done
