#!/usr/bin/env bash
# Makes every leaflet of the library for every clinic on every paper, in one folder, each with the
# words that it should say beside it. Usage: leaflets.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
program=target/release/handout
words=target/release/examples/words
mkdir -p "$out"
mapfile -t ids < <("$program" list --json | python3 -c 'import json, sys; [print(h["id"]) for h in json.load(sys.stdin)]')
for clinic in handouts/clinics/*/; do
  name=$(basename "$clinic")
  for paper in a4 letter a5; do
    folder="$out/$name-$paper"
    mkdir -p "$folder"
    "$program" -q generate "${ids[@]}" --clinic "$clinic" --paper "$paper" --output "$folder"
    for id in "${ids[@]}"; do
      "$words" "$id" "$clinic" > "$folder/$id.words.txt"
    done
  done
done
