#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live audit trail alongside BPF: every kind of record becomes evidence of the process that made the call, though it
# may have ended since; nothing counts twice; a flood arrives whole or the ledger says what did not.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
[ -e /proc/sys/net/core/netdev_max_backlog ] || skip "not in the initial network namespace"
! grep -qw 'audit=0' /proc/cmdline || skip "the kernel was booted with audit=0"
grep -qw log /proc/sys/kernel/seccomp/actions_logged || skip "this kernel logs no LOG actions (actions_logged)"

# evidence FILE: what is said of getpgrp: "count DENIED logged LOGGED sources"
evidence() {
	python3 - "$1" <<'PY'
import json, sys
for run in json.load(open(sys.argv[1]))["runs"]:
    for e in run["entries"]:
        if e["nr"] == 111:
            denied = " ".join(f"{k}={v}" for k, v in e.get("denied", {}).items())
            print(e.get("count", {}).get("app", 0), denied or "-", e.get("logged", 0), "+".join(e["sources"]))
PY
}

# check MODE EXPECTED RECORD-OPTION…: 200 calls of that mode, with a filter that has the kernel report all of them
check() {
	local mode=$1 expected=$2 got
	shift 2
	SG_TEST_FILTER_LOG=1 "$SG" record --quiet -o "$SG_TMP/rec" "$@" -- "$SG_HELPERS/denied_calls" "$mode" 200 >/dev/null 2>"$SG_TMP/err" ||
		fail "$mode: $(cat "$SG_TMP/err")"
	got=$(evidence "$SG_TMP/rec")
	[ "$got" = "$expected" ] || fail "$mode $*: expected '$expected', recorded '$got'; losses $(losses "$SG_TMP/rec")"
	say "$mode $*: $got"
}

for mode in errno trap trace user_notif kill_process kill_thread; do
	# a kill is seen at the task's end, watched or not
	case $mode in
	kill_*) check "$mode" "0 $mode=200 0 bpf+audit" --denials never ;;
	*) check "$mode" "0 $mode=200 0 audit" --denials never ;;
	esac
	check "$mode" "0 $mode=200 0 bpf+audit" --denials always
done
check log "200 - 200 bpf+audit"
# 200 processes, each gone before its record is read
check first "0 errno=200 0 audit" --denials never
check log "200 - 0 bpf" --no-audit

# Records of others are left out: a second recording sees nothing of the first one's process.
make_cgroup "$SG_ID"
start_recorder "$SG_TMP/other.rec" --cgroup "$REPLY"
check log "200 - 200 bpf+audit"
end_recorder "$SG_TMP/other.rec" INT
grep -q 'audit records of other processes left out' "$SG_TMP/other.rec.log" || fail "nothing is said of foreign records"
[ -z "$(evidence "$SG_TMP/other.rec")" ] || fail "a foreign record was taken: $(evidence "$SG_TMP/other.rec")"
say "records of other processes are left out: $(grep -o '[0-9]* audit records.*' "$SG_TMP/other.rec.log")"

# In another network namespace the socket opens and nothing arrives: that is said, not found out.
unshare -n "$SG" record -o "$SG_TMP/rec" -- true 2>"$SG_TMP/err"
grep -q 'network namespace' "$SG_TMP/err" || fail "no word about the network namespace: $(cat "$SG_TMP/err")"
say "another network namespace: $(grep -o 'audit: .*' "$SG_TMP/err")"

# 100,000 records a second for 10 s: either all arrive, or the ledger says how many did not.
"$SG" record --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/log_flood" 100000 10 >"$SG_TMP/flood" 2>/dev/null
read -r made ms <"$SG_TMP/flood"
read -r count _ logged _ <<<"$(evidence "$SG_TMP/rec")"
[ "$count" = "$made" ] || fail "flood: BPF counted $count of $made"
if [ "$logged" != "$made" ]; then
	losses "$SG_TMP/rec" | grep >/dev/null audit_ || fail "flood: $logged of $made records arrived, and the ledger is silent"
fi
say "flood: $((made * 1000 / ms)) calls a second, $logged of $made records arrived; losses $(losses "$SG_TMP/rec")"

# The same with a recorder that is stopped meanwhile: its buffer overflows, and the ledger has it.
"$SG" record --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/log_flood" 100000 3 >"$SG_TMP/flood" 2>/dev/null &
recorder=$!
at_exit end_process "$recorder" KILL
sleep 0.7
kill -STOP "$recorder"
sleep 2
kill -CONT "$recorder"
await "$recorder"
read -r made _ <"$SG_TMP/flood"
read -r count _ logged _ <<<"$(evidence "$SG_TMP/rec")"
[ "$count" = "$made" ] || fail "stopped recorder: BPF counted $count of $made"
[ "$logged" = "$made" ] || losses "$SG_TMP/rec" | grep >/dev/null audit_enobufs ||
	fail "stopped recorder: $logged of $made, and no overrun in the ledger: $(losses "$SG_TMP/rec")"
provoked audit_enobufs "$SG_TMP/rec"
say "stopped recorder: $logged of $made records arrived; losses $(losses "$SG_TMP/rec")"
