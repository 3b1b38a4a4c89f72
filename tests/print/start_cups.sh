#!/usr/bin/env bash
# Starts a CUPS server with one queue for a command.
#
#   tests/print/start_cups.sh FOLDER COMMAND...
#
# The queue prints into the file FOLDER/printed.pdf, and FOLDER/spool keeps the files of all jobs. COMMAND finds its
# address in $PRINTER. The server has folders of its own and listens on the loopback interface only. Where it cannot
# start, COMMAND is skipped with a message.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: start_cups.sh FOLDER COMMAND..." >&2; exit 2; }
mkdir -p "$1/spool/tmp" "$1/cache" "$1/state/certs" "$1/log" "$1/etc/ppd"
folder=$(realpath "$1"); shift
[ "$(id -u)" = 0 ] || { echo "skipped: a CUPS server of its own needs root"; exit 0; }
missing=()
[ -x /usr/sbin/cupsd ] || missing+=(cups-daemon)
command -v lpadmin >/dev/null || missing+=(cups-client)
command -v ipptool >/dev/null || missing+=(cups-ipp-utils)
command -v qpdf >/dev/null || missing+=(qpdf)
if [ "${#missing[@]}" -gt 0 ]; then
    apt-get update -q >/dev/null && apt-get install -qy --no-install-recommends "${missing[@]}" >/dev/null || {
        echo "skipped: these packages cannot be installed: ${missing[*]}"; exit 0; }
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/etc/cups-files.conf" <<END
User lp
Group lp
SystemGroup root
FileDevice Yes
ServerRoot $folder/etc
RequestRoot $folder/spool
TempDir $folder/spool/tmp
CacheDir $folder/cache
StateDir $folder/state
AccessLog $folder/log/access
ErrorLog $folder/log/error
PageLog $folder/log/page
END
cat >"$folder/etc/cupsd.conf" <<END
LogLevel info
Listen 127.0.0.1:$port
Browsing Off
WebInterface No
DefaultAuthType None
PreserveJobHistory Yes
PreserveJobFiles Yes
MaxJobs 2000
<Location />
Order allow,deny
Allow 127.0.0.1
</Location>
<Policy default>
JobPrivateAccess default
JobPrivateValues default
<Limit All>
Order deny,allow
</Limit>
</Policy>
END
/usr/sbin/cupsd -f -c "$folder/etc/cupsd.conf" -s "$folder/etc/cups-files.conf" >"$folder/log/out" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true' EXIT
export CUPS_SERVER=127.0.0.1:$port
for attempt in $(seq 100); do
    lpstat -r 2>/dev/null | grep -q "is running" && break
    [ "$attempt" -lt 100 ] || {
        cat "$folder/log/out" "$folder/log/error" >&2 || true
        echo "skipped: cupsd does not start on this machine, see above"; exit 0; }
    sleep 0.1
done
lpadmin -p office -E -v "file:$folder/printed.pdf" -m raw
export PRINTER=ipp://127.0.0.1:$port/printers/office PRINT_SERVER=ipp://127.0.0.1:$port SPOOL=$folder/spool
"$@"
