#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# record as a user meets it: bad input gives one clear line, a command's status and signals pass through, whatever ends
# a recording leaves it written, and nothing is left.
# The programs that are run get their words in single quotes on purpose.
# shellcheck disable=SC2016
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

record=("$SG" record -o "$SG_TMP/refused.rec")
root=$(cgroup2_mount)

refused 1 'no such cgroup' "${record[@]}" --cgroup "/$SG_ID-not-there"
refused 1 'no such cgroup' "${record[@]}" --cgroup 999999999
refused 1 'whole host' "${record[@]}" --cgroup "$root"
refused 1 'whole host' "${record[@]}" --cgroup /
refused 1 'whole host' "${record[@]}" --cgroup 1
refused 1 'give an id, an absolute path' "${record[@]}" --cgroup relative/path
refused 1 'no such process' "${record[@]}" --pid 4194304
refused 2 'not a process id' "${record[@]}" --pid nobody
refused 2 'is not a duration' "${record[@]}" --duration soon -- true
refused 2 "--cgroup excludes '-- CMD'" "${record[@]}" --cgroup "/$SG_ID" -- true
refused 2 'no target given: use --cgroup' "${record[@]}"
refused 1 'command not found' "${record[@]}" -- "/$SG_ID-no-such-command"
refused 1 'CAP_BPF and CAP_PERFMON' setpriv --reuid=65534 --regid=65534 --clear-groups -- "${record[@]}" -- true
refused 1 'no kernel BTF' unshare -m sh -c 'mkdir "$1" && mount --bind "$1" /sys/kernel/btf && shift && exec "$@"' \
	sh "$SG_TMP/empty" "${record[@]}" -- true
[ ! -e "$SG_TMP/refused.rec" ] || fail "what was refused left a recording"

# A command's exit status is passed on.
for status in 0 3 127; do
	got=0
	"$SG" record --quiet -o "$SG_TMP/rec" -- sh -c "exit $status" || got=$?
	[ "$got" = "$status" ] || fail "exit status $status became $got"
done
got=0
"$SG" record --quiet -o "$SG_TMP/rec" -- sh -c 'kill -SEGV $$' || got=$?
[ "$got" = 139 ] || fail "death by SIGSEGV became exit $got"
say "exit statuses pass through"

# Signals are forwarded, and the command's answer to them is recorded.
"$SG" record --quiet -o "$SG_TMP/rec" -- bash -c '
	trap "exit 42" TERM
	: >"$1"
	while :; do sleep 0.05; done' bash "$SG_TMP/ready" &
recorder=$!
at_exit end_process "$recorder"
wait_for 60 test -e "$SG_TMP/ready" || fail "the command did not start"
kill -TERM "$recorder"
got=0
await "$recorder" || got=$?
[ "$got" = 42 ] || fail "SIGTERM was not forwarded: exit $got"
say "signals pass through"

# --duration asks a command to end, and the recording holds what it did on the way out.
got=0
"$SG" record --duration 700ms -o "$SG_TMP/rec" -- bash -c 'trap "exit 7" TERM; while :; do sleep 0.05; done' 2>"$SG_TMP/err" || got=$?
[ "$got" = 7 ] || fail "--duration: exit $got: $(cat "$SG_TMP/err")"
say "--duration ends a command with SIGTERM"

# No cgroup is left, neither after a command nor after one whose child lives on.
"$SG" record -o "$SG_TMP/rec" -- sh -c 'sleep 30 & echo $! >"$1"' sh "$SG_TMP/child" 2>"$SG_TMP/err"
child=$(cat "$SG_TMP/child")
grep -q 'still run, unrecorded' "$SG_TMP/err" || fail "nothing is said of the process that is left: $(cat "$SG_TMP/err")"
alive "$child" || fail "the process that was left is gone"
kill "$child"
cgroup=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["runs"][0]["target"]["cgroup"])' "$SG_TMP/rec")
[ ! -d "$root$cgroup" ] || fail "the cgroup $cgroup is left"
say "nothing is left"

# The store: the recording is there, private, and complete.
"$SG" record --quiet -- true
[ "$(stat -c %a "$SECCOMP_GEN_DIR")" = 700 ] || fail "the store is not 0700"
[ "$(find "$SECCOMP_GEN_DIR" -name '*.json' -perm 0600 | wc -l)" = 1 ] || fail "the recording is not there with 0600"
"$SG" emit >"$SG_TMP/profile.json" 2>/dev/null || fail "emit of the latest recording"

# Who was first: one program of several, as the kernel saw it. A number that no kernel has is no matter.
"$SG" record --quiet -o "$SG_TMP/first.json" -- sh -c 'cat /dev/null; python3 -S -E -c "
import ctypes
for nr in 500, 400, -1, 0x40000000 + 560:
	ctypes.CDLL(None).syscall(nr)"' 2>/dev/null
"$SG" emit -q --runtime none --explain "$SG_TMP/first.json" >"$SG_TMP/why" 2>"$SG_TMP/err" ||
	fail "emit after a probe of numbers that no kernel has: $(cat "$SG_TMP/err")"
grep -Eq '^execve .* called [0-9]+ times, first by sh at 20' "$SG_TMP/why" || fail "who was first: $(grep ^execve "$SG_TMP/why")"
grep -q '500 of x86_64 (called once by ' "$SG_TMP/err" || [ "$(uname -m)" != x86_64 ] ||
	fail "no word of the number that was left out: $(cat "$SG_TMP/err")"

# A full disk at the last step: exit 1, one line, and the recording is saved elsewhere.
mkdir "$SG_TMP/small"
mount -t tmpfs -o size=16k none "$SG_TMP/small"
at_exit umount "$SG_TMP/small"
dd if=/dev/zero of="$SG_TMP/small/fill" bs=1k count=16 2>/dev/null || true
got=0
"$SG" record --quiet -o "$SG_TMP/small/rec" -- true 2>"$SG_TMP/err" || got=$?
[ "$got" = 1 ] || fail "full disk: exit $got"
grep -q 'No space left' "$SG_TMP/err" || fail "full disk: $(cat "$SG_TMP/err")"
[ ! -e "$SG_TMP/small/rec" ] || fail "full disk: something half-written is there"
saved=$(grep -o '/[^ ]*seccomp-gen-[^ ]*json' "$SG_TMP/err") || fail "full disk: nothing saved: $(cat "$SG_TMP/err")"
"$SG" show "$saved" >/dev/null || fail "full disk: $saved cannot be read"
rm "$saved"
say "full disk: $(cat "$SG_TMP/err")"

# Killed in the middle: the last checkpoint is a recording that says it is not complete.
make_cgroup "$SG_ID"
start_recorder "$SG_TMP/killed.rec" --cgroup "$REPLY"
wait_for 60 test -s "$SG_TMP/killed.rec" || fail "no checkpoint after 60 s"
kill -KILL "$RECORDER"
wait "$RECORDER" 2>/dev/null || true
python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["runs"][0].get("complete", False))' "$SG_TMP/killed.rec" ||
	fail "the checkpoint calls itself complete"
say "a checkpoint is left by a recorder that was killed"
