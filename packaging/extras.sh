#!/usr/bin/env bash
# Writes what a package has besides the program: manual pages, completions, licences and a Debian changelog.
#
#   packaging/extras.sh PROGRAM FOLDER
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: extras.sh PROGRAM FOLDER" >&2; exit 2; }
program=$(realpath "$1")
rm -rf "$2"
mkdir -p "$2"
cd "$2"
"$program" man man
"$program" completions bash >handout.bash
"$program" completions zsh >_handout
"$program" completions fish >handout.fish
"$program" completions powershell >handout.ps1
"$program" licenses >licences.txt
gzip -9nk licences.txt
version=$("$program" -V)
cat >changelog <<EOF
handout (${version#handout }-1) unstable; urgency=medium

  * The changes are in changelog.gz beside this file.

 -- The handout authors <authors@handout.example>  $(date --utc --rfc-email --date="@${SOURCE_DATE_EPOCH:-$(date +%s)}" 2>/dev/null || date -u -R)
EOF
