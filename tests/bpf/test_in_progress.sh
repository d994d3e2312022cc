#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A target that runs already: calls that it is in the middle of when the recording begins are in it, as what they are;
# the recording says that it did not see the start.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# evidence RECORDING NAME ARCH: "COUNT SOURCES" of a call
evidence() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
for call in json.load(sys.stdin)["syscalls"]:
    if [call["name"], call["arch"]] == sys.argv[1:]:
        print(call["count"], *call["sources"])' "$2" "$3"
}

want_evidence() { # RECORDING NAME ARCH EVIDENCE
	local got
	got=$(evidence "$1" "$2" "$3")
	[ "$got" = "$4" ] || fail "$2 ($3): the evidence is '$got', not '$4'"
}

# in_call PID NR: one of its threads sleeps in that call
in_call() {
	grep -qs "^$2 " /proc/"$1"/task/*/syscall
}

arch=$(uname -m)
make_cgroup "$SG_ID"
dir=$REPLY
mkfifo "$SG_TMP/input"
in_cgroup "$dir" "$SG_HELPERS/sleeping_calls" <"$SG_TMP/input" >"$SG_TMP/out" &
exec 3>"$SG_TMP/input"
wait_for 20 grep -q . "$dir/cgroup.procs" || fail "the program does not start"
program=$(cat "$dir/cgroup.procs")
case $arch in
x86_64) sleeps_in=(0 29 128) ;;
aarch64) sleeps_in=(63 137) ;;
esac
for nr in "${sleeps_in[@]}"; do
	wait_for 20 in_call "$program" "$nr" || fail "the program does not sleep in call $nr"
done

# A thread that is stopped is in no call: what was interrupted is begun again.
"$SG_HELPERS/stop_then_exec" true 3>&- &
stopped=$!
at_exit end_process "$stopped" KILL
wait_for 20 is_stopped "$stopped" || fail "the other program does not stop"
echo "$stopped" >"$dir/cgroup.procs"

start_recorder "$SG_TMP/rec" --cgroup "$dir"
grep -q 'it runs already (2 processes)' "$SG_TMP/rec.log" || fail "nothing is said of it: $(cat "$SG_TMP/rec.log")"
sleep 0.3
kill -INT "$RECORDER"
end_recorder "$SG_TMP/rec"
want_evidence "$SG_TMP/rec" rt_sigtimedwait "$arch" '1 proc'
want_evidence "$SG_TMP/rec" read "$arch" '1 proc'
[ "$arch" != x86_64 ] || want_evidence "$SG_TMP/rec" pause i386 '1 proc'
for name in kill tgkill pause; do
	want_evidence "$SG_TMP/rec" "$name" "$arch" ''
done
say "what is in progress is recorded, by its architecture"

"$SG" emit --explain "$SG_TMP/rec" >"$SG_TMP/why" 2>"$SG_TMP/err" || fail "emit: $(cat "$SG_TMP/err")"
grep -Eq "^rt_sigtimedwait +$arch +ALLOW +proc: in progress when the recording began, in 1 thread of sleeping_calls\$" "$SG_TMP/why" ||
	fail "the reason is another: $(grep rt_sigtimedwait "$SG_TMP/why")"
grep -q 'the target ran already when the recording began' "$SG_TMP/err" || fail "emit does not say so: $(cat "$SG_TMP/err")"
"$SG" show "$SG_TMP/rec" | grep '^Start *not seen' >/dev/null || fail "show does not say so"
say "its reason is given, and that the start was not seen"

# Without the permission to look, the ledger says so: a thread each but the stopped one.
caps=+bpf,+perfmon,+dac_read_search
blind=(setpriv "--inh-caps=-all,$caps" "--bounding-set=-all,$caps")
"${blind[@]}" "$SG" record --quiet --no-audit --duration 300ms --cgroup "$dir" -o "$SG_TMP/blind" 2>"$SG_TMP/err" ||
	fail "without CAP_SYS_PTRACE: record ended with $?: $(cat "$SG_TMP/err")"
[ "$(losses "$SG_TMP/blind")" = "in_progress_unknown ${#sleeps_in[@]}" ] || fail "the ledger says: $(losses "$SG_TMP/blind")"
at_exit "$SG" stop --discard "$SG_ID-blind" # after the recorder has ended: the last comes first
"${blind[@]}" "$SG" record --no-audit --name "$SG_ID-blind" --cgroup "$dir" -o "$SG_TMP/blind-named" 2>"$SG_TMP/err" &
blinded=$!
at_exit end_process "$blinded" KILL
wait_for 60 grep -q 'it runs already' "$SG_TMP/err" || fail "record is not attached: $(cat "$SG_TMP/err")"
wait_for 5 test -s "$SG_TMP/blind-named" || fail "what could not be known is in no file" # a checkpoint is due after 10
end_process "$blinded" KILL
"$SG" stop --quiet "$SG_ID-blind" || fail "stop ended with $?"
[ "$(losses "$SG_TMP/blind-named")" = "in_progress_unknown ${#sleeps_in[@]}" ] ||
	fail "after its death the ledger says: $(losses "$SG_TMP/blind-named")"
say "what could not be known is in the ledger, and outlives the recorder"

# What is made again is counted, and nothing is added to the count. A recorder that died had the rest in its file.
at_exit "$SG" stop --discard "$SG_ID"
start_recorder "$SG_TMP/named" --name "$SG_ID" --cgroup "$dir"
wait_for 5 test -s "$SG_TMP/named" || fail "what is in progress is in no file"
end_process "$RECORDER" KILL
echo again >&3
wait_for 20 in_call "$program" "${sleeps_in[0]}"
exec 3>&-
wait_for 20 test ! -e "/proc/$program" || fail "the program does not end"
"$SG" stop --quiet "$SG_ID" || fail "stop ended with $?"
want_evidence "$SG_TMP/named" rt_sigtimedwait "$arch" '1 proc'
[[ $(evidence "$SG_TMP/named" read "$arch") == "1 bpf"* ]] || fail "read: $(evidence "$SG_TMP/named" read "$arch")"
say "what is made again is counted; the rest outlives the recorder"

# One run that saw a start is enough; so is a target that was named beforehand.
"$SG" record --quiet -o "$SG_TMP/whole" -- true
"$SG" merge --quiet -o "$SG_TMP/both" "$SG_TMP/rec" "$SG_TMP/whole" || fail "merge ended with $?"
for rec in whole both; do
	"$SG" emit "$SG_TMP/$rec" 2>"$SG_TMP/err" >/dev/null || fail "emit $rec: $(cat "$SG_TMP/err")"
	! grep -q 'ran already' "$SG_TMP/err" || fail "$rec: $(cat "$SG_TMP/err")"
done
say "a recording that saw a start says nothing of it"
