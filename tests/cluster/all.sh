#!/usr/bin/env bash
# Runs a batch as a real Slurm array: eight shards, one of them killed and requeued. Then `batch merge` must find
# nothing missing and nothing double.
#
#   tests/cluster/all.sh PROGRAM
#
# Needs slurm-wlm and munge (Debian or Ubuntu). Controller and node run on this machine, with files and ports of
# their own. Where they are missing or cannot start, the test is skipped with a message.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: all.sh PROGRAM" >&2; exit 2; }
program=$(realpath "$1")
clinic=$(cd "$(dirname "${BASH_SOURCE[0]}")/../clinics/greeting" && pwd)
rows=2400
shards=8

skip() { echo "skipped: $*" >&2; exit 0; }
fail() { echo "failed: $*" >&2; exit 1; }

PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch scontrol squeue; do
    command -v "$tool" >/dev/null || skip "there is no $tool: install slurm-wlm and munge"
done

folder=$(mktemp -d)
daemons=()
job=
end() {
    [ -z "$job" ] || scancel "$job" 2>/dev/null || true
    for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
}
trap end EXIT
# munged wants a socket that others can reach in folders that others cannot write.
chmod 755 "$folder"
mkdir "$folder"/{state,spool,work}

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
host=$(hostname -s)
dd if=/dev/urandom of="$folder/munge.key" bs=128 count=1 status=none
chmod 600 "$folder/munge.key"
cat >"$folder/slurm.conf" <<EOF
ClusterName=handout
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$(port)
SlurmdPort=$(port)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$shards State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF=$folder/slurm.conf

# Waits up to 30 seconds until a command succeeds.
until_true() { for _ in $(seq 300); do "$@" && return; sleep 0.1; done; return 1; }

munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munge.pid" --seed-file="$folder/munge.seed" --log-file="$folder/munge.log" \
    >"$folder/munge.out" 2>&1 &
daemons+=($!)
until_true test -S "$folder/munge.socket" || skip "munged does not start: $(tail -n 3 "$folder"/munge.{out,log})"
slurmctld -D >"$folder/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -N "$host" >"$folder/slurmd.log" 2>&1 &
daemons+=($!)
is_idle() { sinfo --noheader --format=%T 2>/dev/null | grep -qx idle; }
until_true is_idle || skip "Slurm does not start: $(tail -n 3 "$folder"/slurm{ctld,d}.log)"

cd "$folder/work"
awk -v rows=$rows 'BEGIN {
    print "handout;patient.first_name"
    for (row = 1; row <= rows; row++) printf "%s;Reader %d\n", row % 3 ? "sleep" : "brain-fog", row
}' >jobs.csv
# One line a shard and attempt: the last one of shard 3 must be its second.
cat >array.sh <<EOF
#!/bin/sh
echo "\$SLURM_ARRAY_TASK_ID \${SLURM_RESTART_COUNT:-0}" >>attempts
echo \$\$ >pid-\$SLURM_ARRAY_TASK_ID
exec "$program" -q --date 2026-11-21 batch jobs.csv --clinic "$clinic" --output part-\$SLURM_ARRAY_TASK_ID \\
    --shard auto/$shards --jobs 1 --resume
EOF
job=$(sbatch --parsable --array=1-$shards --requeue --output=shard-%a.log --open-mode=append array.sh)

# The journal has a head, and a line for each row.
has_rows() { [ -e part-3/journal.jsonl ] && [ "$(wc -l <part-3/journal.jsonl)" -gt 2 ]; }
until_true has_rows || fail "shard 3 makes no rows: $(cat shard-3.log)"
kill -KILL "$(cat pid-3)"
state() { scontrol --oneliner show job "${job}_3" | grep -o 'JobState=[A-Z]*'; }
is_failed() { [ "$(state)" = JobState=FAILED ]; }
until_true is_failed || fail "shard 3 does not end: $(state)"
[ ! -e part-3/manifest.jsonl ] || fail "shard 3 was finished before it could be killed: raise the number of rows"
before=$(wc -l <part-3/journal.jsonl)
if "$program" batch merge part-* 2>/dev/null; then fail "merge takes an unfinished shard"; fi
scontrol requeue "${job}_3"
# Slurm lets a requeued job wait.
scontrol update "JobId=${job}_3" StartTime=now 2>/dev/null || true

is_over() { left=$(squeue --noheader --job "$job" --format=%i) && [ -z "$left" ]; }
for _ in 1 2 3 4 5 6 7 8 9 10; do if until_true is_over; then break; fi; done
is_over || fail "the array does not end: $(squeue)"
for part in $(seq $shards); do
    [ -e part-$part/manifest.jsonl ] || fail "shard $part is not finished: $(cat shard-$part.log)"
done
[ "$(grep -c '^3 ' attempts)" -eq 2 ] || fail "shard 3 was not requeued: $(cat attempts)"

"$program" batch merge part-* --output manifest.jsonl
# What merge says is counted once more, with the files.
python3 - $rows <<'EOF'
import hashlib, json, pathlib, sys
records = [json.loads(line) for line in open("manifest.jsonl")][1:]
rows = [record["row"] for record in records]
assert rows == list(range(1, int(sys.argv[1]) + 1)), "rows are missing, double or out of order"
files = sorted(str(path) for path in pathlib.Path().glob("part-*/*.pdf"))
assert files == sorted(record["file"] for record in records), f"{len(files)} files for {len(records)} rows"
for record in records:
    assert hashlib.sha256(open(record["file"], "rb").read()).hexdigest() == record["sha256"], record["file"]
EOF
echo "$rows rows in $shards shards; shard 3 was killed after $((before - 1)) rows and requeued"
