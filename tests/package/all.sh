#!/usr/bin/env bash
# Makes the Debian package, installs it in a clean root, runs the program there, and removes it. Nothing may be left.
#
#   tests/package/all.sh PROGRAM
#
# PROGRAM is target/release/handout. Needs root, cargo-deb, and from Debian debootstrap, lintian and
# desktop-file-utils. The clean root is downloaded once, to target/package-root.tar.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: all.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
suite=bookworm

step() { printf '\n== %s\n' "$*"; }
fail() { echo "failed: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "a clean root needs root"
for tool in cargo-deb debootstrap lintian desktop-file-validate; do
    command -v "$tool" >/dev/null || fail "there is no $tool"
done
[ "$program" -ef target/release/handout ] || fail "the package has target/release/handout: build that"

step "the package"
packaging/extras.sh "$program" target/package
bash -n target/package/handout.bash
desktop-file-validate packaging/linux/handout.desktop
rm -f target/package/handout.deb
cargo deb --no-build --strip --output target/package/handout.deb
dpkg-deb --contents target/package/handout.deb
lintian --fail-on error target/package/handout.deb

step "a clean root"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
if [ ! -f target/package-root.tar ]; then
    debootstrap --variant=minbase "$suite" "$root" >target/package-root.log
    tar -cf target/package-root.tar.part -C "$root" . && mv target/package-root.tar.part target/package-root.tar
else
    tar -xf target/package-root.tar -C "$root"
fi
# `mktemp` makes a folder for root alone.
chmod 755 "$root"
# Everything but the records of dpkg itself.
files() { (cd "$root" && find . -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o -print | sort); }
inside() { chroot "$root" "$@"; }
files >target/package/before

step "installed"
cp target/package/handout.deb "$root/"
inside dpkg --install /handout.deb
rm "$root/handout.deb"
[ "$(inside dpkg-query --show --showformat='${Status}' handout)" = "install ok installed" ]
for file in usr/bin/handout usr/share/man/man1/handout-batch.1.gz usr/share/applications/handout.desktop \
    usr/share/bash-completion/completions/handout usr/share/icons/hicolor/scalable/apps/handout.svg; do
    [ -s "$root/$file" ] || fail "there is no $file"
done

step "used by somebody who is not root"
person() { inside setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME=/srv/person PATH=/usr/bin:/bin "$@"; }
mkdir "$root/srv/person"
chown 65534:65534 "$root/srv/person"
person sh -c 'cd && handout --version && handout generate sleep --date 2026-11-21 --set patient.first_name=Ada'
[ "$(head -c 5 "$root/srv/person/sleep.pdf")" = "%PDF-" ] || fail "no leaflet"
[ "$(stat --format=%a "$root/srv/person/sleep.pdf")" = 600 ] || fail "others can read the leaflet"
person sh -c 'cd && timeout 10 handout serve --no-open 2>address & sleep 3; kill %1 2>/dev/null; wait'
grep -q '^http://127.0.0.1:' "$root/srv/person/address" || fail "the desk does not start"
rm -r "$root/srv/person"

step "removed"
inside dpkg --purge handout
files >target/package/after
diff target/package/before target/package/after || fail "something is left"
echo "nothing is left"
