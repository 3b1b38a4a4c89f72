#!/usr/bin/env bash
# Counts lines of code in src/, by module: no blank lines, no comments, no tests.
#
#   tests/bench/lines.sh [FOLDER]        FOLDER is src by default
#
# Run `cargo fmt` first. Items under `#[cfg(test)]` and files that only tests use are left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-src}
# Files that a `#[cfg(test)] mod NAME;` brings in.
test_files=$( (grep -rA1 --include='*.rs' '^#\[cfg(test)\]' "$folder" || true) |
    sed -n 's/.*[-:]\(pub \|pub(crate) \|pub(super) \)\?mod \([a-z_]*\);.*/\2.rs/p' | sort -u)
find "$folder" -name '*.rs' | LC_ALL=C sort | while read -r file; do
    grep -qxF "$(basename "$file")" <<<"$test_files" && continue
    awk -v file="${file#"$folder"/}" '
        { match($0, /^ */); indent = RLENGTH; text = substr($0, indent + 1) }
        skip_item {
            if (!opened) { if (text ~ /;$/ || text ~ /^[^#].*}$/) skip_item = 0; else if (text ~ /{$/) opened = 1 }
            else if (indent == item_indent && text ~ /^}/) skip_item = 0
            next
        }
        text ~ /^#\[cfg\(test\)\]/ { skip_item = 1; opened = 0; item_indent = indent; next }
        text == "" || text ~ /^\/\// { next }
        { lines++ }
        END { split(file, part, "/"); name = part[1]; sub(/\.rs$/, "", name); print name, lines + 0 }
    ' "$file"
done | awk '
    { lines[$1] += $2; total += $2 }
    END { for (name in lines) printf "%7d %s\n", lines[name], name | "sort -k2"; close("sort -k2"); printf "%7d total\n", total }'
