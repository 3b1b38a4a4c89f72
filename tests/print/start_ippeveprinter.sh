#!/usr/bin/env bash
# Starts ippeveprinter, the reference printer of the Printer Working Group, for a command.
#
#   tests/print/start_ippeveprinter.sh FOLDER COMMAND...
#
# FOLDER gets the files of the printer: `spool` has what it printed. COMMAND finds its address in $PRINTER. With a
# folder in $KEYS, which has localhost.crt and localhost.key, the address is that of encrypted connections.
# Debian's build needs Avahi, so it gets a message bus and an Avahi of its own, on the loopback interface only. Where
# these cannot start, COMMAND is skipped with a message.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: start_ippeveprinter.sh FOLDER COMMAND..." >&2; exit 2; }
mkdir -p "$1/spool"
folder=$(realpath "$1"); shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

need() { command -v "$1" >/dev/null || missing+=("$2"); }
missing=()
need ippeveprinter cups-ipp-utils
need ipptool cups-ipp-utils
need avahi-daemon avahi-daemon
need dbus-daemon dbus-daemon
need qpdf qpdf
if [ "${#missing[@]}" -gt 0 ]; then
    apt-get update -q && apt-get install -qy --no-install-recommends "${missing[@]}" >/dev/null || {
        echo "skipped: these packages cannot be installed: ${missing[*]}"; exit 0; }
fi

# Sockets have short paths only.
run=$(mktemp -d)
started=()
stop() { kill "${started[@]}" 2>/dev/null || true; rm -rf "$run"; }
trap stop EXIT

cat >"$run/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=$run/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/>
<allow receive_type="method_call"/><allow receive_type="signal"/><allow receive_type="method_return"/>
<allow receive_type="error"/></policy></busconfig>
END
cat >"$run/avahi.conf" <<END
[server]
host-name=handout-test
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
[reflector]
[rlimits]
END
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$run/bus
bus=$(dbus-daemon --config-file="$run/bus.conf" --fork --print-pid=1) || {
    echo "skipped: no message bus can be started on this machine, see above"; exit 0; }
started+=("$bus")
avahi-daemon -f "$run/avahi.conf" --no-drop-root --no-chroot --no-rlimits >"$folder/avahi.log" 2>&1 &
started+=($!)

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
scheme=ipp keys=()
if [ -n "${KEYS-}" ]; then scheme=ipps keys=(-K "$KEYS"); fi
export PRINTER="$scheme://localhost:$port/ipp/print"
export SPOOL=$folder/spool

start() {
    ippeveprinter "${keys[@]}" -r , -n localhost -p "$port" -k -d "$folder/spool" -c /bin/true \
        -a "$here/printer.conf" handout-test >>"$folder/printer.log" 2>&1 &
    started+=($!)
    for _ in $(seq 100); do
        ipptool -q "$PRINTER" get-printer-attributes.test 2>/dev/null && return
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        sleep 0.1
    done
    cat "$folder/printer.log" "$folder/avahi.log" >&2
    echo "skipped: ippeveprinter does not start on this machine, see above"
    exit 0
}
start
"$@"
