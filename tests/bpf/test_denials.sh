#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Denied calls are seen by BPF alone, by kind and to the last one; ordinary life is never taken for a denial.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# denied FILE: "KIND NR COUNT" of every denied call in a recording
denied() {
	python3 - "$1" <<'PY'
import json, sys
for run in json.load(open(sys.argv[1]))["runs"]:
    for entry in run["entries"]:
        for kind, count in entry.get("denied", {}).items():
            print(kind, entry["nr"], count)
PY
}

for mode in errno errno_zero first trap trap_dies trace kill_process kill_alongside kill_thread strict strict_thread \
	user_notif user_notif_value user_notif_zero; do
	"$SG" record --no-audit --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/denied_calls" "$mode" 200 >"$SG_TMP/expected"
	denied "$SG_TMP/rec" >"$SG_TMP/got"
	diff "$SG_TMP/expected" "$SG_TMP/got" || fail "$mode: expected <, recorded >"
	[ -z "$(losses "$SG_TMP/rec")" ] || fail "$mode: losses $(losses "$SG_TMP/rec")"
	say "$mode: $(cat "$SG_TMP/got")"
done

# Denied calls have stages as others have: what a launcher is denied before its exec is not the program's, and emit does
# not offer it. Time and program are the program's where it was denied the call too.
make_cgroup "$SG_ID"
start_recorder "$SG_TMP/staged" --no-audit --cgroup "$REPLY"
SG_TEST_CGROUP=$REPLY "$SG_HELPERS/denied_calls" staged 100 >"$SG_TMP/expected"
end_recorder "$SG_TMP/staged" INT
"$SG" show --json "$SG_TMP/staged" | python3 -c '
import json, sys
for call in json.load(sys.stdin)["syscalls"]:
    for stage, n in call.get("denied_stages", {}).items():
        if n:
            print(call["nr"], stage, n, "by", *call["programs"])' | sort >"$SG_TMP/got"
sort "$SG_TMP/expected" | diff - "$SG_TMP/got" || fail "by stage: expected <, recorded >"
"$SG" emit --runtime none "$SG_TMP/staged" >/dev/null 2>"$SG_TMP/err" || fail "emit: $(cat "$SG_TMP/err")"
grep -q 'left out (--include-denied adds them): getpgrp$' "$SG_TMP/err" || fail "emit offers: $(cat "$SG_TMP/err")"
"$SG" emit --runtime none --include-denied "$SG_TMP/staged" >"$SG_TMP/profile"
grep -q '"getpgrp"' "$SG_TMP/profile" || fail "--include-denied leaves out what the program was denied"
! grep -q '"getpgid"' "$SG_TMP/profile" || fail "--include-denied adds what the launcher was denied"
[ -z "$(losses "$SG_TMP/staged")" ] || fail "by stage: losses $(losses "$SG_TMP/staged")"
say "by stage: $(tr '\n' ';' <"$SG_TMP/got")"

# LOG lets the call run: it is the application's, and no denial.
"$SG" record --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/denied_calls" log 200 >/dev/null
[ -z "$(denied "$SG_TMP/rec")" ] || fail "log: taken for a denial: $(denied "$SG_TMP/rec")"
"$SG" show --json "$SG_TMP/rec" | grep getpgrp >/dev/null || fail "log: the call is not in the recording"
say "log: counted, not denied"

"$SG" record --denials always -o "$SG_TMP/rec" -- "$SG_HELPERS/ordinary_load" 1000000 2>"$SG_TMP/err" ||
	fail "ordinary load: $(cat "$SG_TMP/err")"
[ -z "$(denied "$SG_TMP/rec")" ] || fail "ordinary load: false denials: $(denied "$SG_TMP/rec")"
provoked denials_uncounted "$SG_TMP/rec"
say "ordinary load: $(grep -o '[0-9]* calls' "$SG_TMP/err"), no denial; losses: $(losses "$SG_TMP/rec")"

# The program on sys_exit is there only while it may be needed: a target that runs without a filter loses it.
"$SG" record --quiet -o "$SG_TMP/rec" -- sh -c 'while sleep 0.2; do :; done' &
recorder=$!
at_exit end_process "$recorder"
links_are() {
	[ "$(find "/proc/$(pgrep -P "$recorder" -x sg-links)/fd" -lname 'anon_inode:bpf*link*' 2>/dev/null | wc -l)" = "$1" ]
}
wait_for 30 links_are 8 || fail "auto: no program on sys_exit at the start"
wait_for 60 links_are 7 || fail "auto: the program on sys_exit stays though there is no filter"
end_process "$recorder"
say "auto: attached at the start, detached when the target runs without a filter"

# Off when the task is between two calls, on again when it is in the middle of one: what it did meanwhile was not seen.
printf 0 >"$SG_TMP/turn"
SG_TEST_TURN=$SG_TMP/turn "$SG" record --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/denied_calls" late 200 >"$SG_TMP/expected" &
recorder=$!
at_exit end_process "$recorder"
wait_for 30 links_are 8 || fail "late filter: no program on sys_exit at the start"
wait_for 60 links_are 7 || fail "late filter: the program on sys_exit stays though there is no filter"
printf 1 1<>"$SG_TMP/turn" # in place: of a file that is empty for a moment the mapping is gone, and the program with it
wait_for 30 links_are 8 || fail "late filter: no program on sys_exit after a filter was loaded"
pkill -USR1 -P "$recorder" || fail "late filter: the program is not there"
await "$recorder" || fail "late filter: record ended with $?"
denied "$SG_TMP/rec" >"$SG_TMP/got"
diff "$SG_TMP/expected" "$SG_TMP/got" || fail "late filter: expected <, recorded >"
provoked denials_unwatched "$SG_TMP/rec"
say "auto: attached again when a filter is loaded; a call that was begun before is none that was denied"

# Who leaves the cgroup takes the filter along: what it is denied elsewhere is the target's too, where nobody records and
# where it prepares another target; there it is the floor's.
cat >"$SG_TMP/left.py" <<'PY'
import ctypes, os, struct, sys
bystander, other, go, times = *sys.argv[1:4], int(sys.argv[4])
nr = {"x86_64": 121, "aarch64": 155}[os.uname().machine]  # getpgid
libc = ctypes.CDLL(None, use_errno=True)
rules = [(0x20, 0, 0, 0), (0x15, 0, 1, nr), (6, 0, 0, 0x50001), (6, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *r) for r in rules))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code)))
def denied(n):
    for i in range(n):
        try:
            os.getpgid(0)
        except PermissionError:
            continue
        sys.exit("it is not denied")
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit("no filter")
open(go).read()
denied(times)
open(bystander + "/cgroup.procs", "w").write("0")
denied(2 * times)
open(other + "/cgroup.procs", "w").write("0")
denied(4 * times)
PY
make_cgroup "$SG_ID-left"
left=$REPLY
make_cgroup "$SG_ID-bystander"
bystander=$REPLY
make_cgroup "$SG_ID-other"
other=$REPLY
mkfifo "$SG_TMP/go"
mkdir "$SG_TMP/both"
"$SG" record --no-audit --denials always --cgroup "$left" --cgroup "$other" -o "$SG_TMP/both/" 2>"$SG_TMP/log" &
recorder=$!
at_exit end_process "$recorder" INT
wait_for 60 grep -q "recording cgroup .*$SG_ID-other" "$SG_TMP/log" || fail "record is not attached: $(cat "$SG_TMP/log")"
in_cgroup "$left" "$(python3 -c 'import sys; print(sys.executable)')" -S -E "$SG_TMP/left.py" "$bystander" "$other" \
	"$SG_TMP/go" 100 &
program=$!
echo >"$SG_TMP/go"
await "$program" || fail "who leaves ends with $?"
kill -INT "$recorder"
await "$recorder" || fail "record ended with $?: $(cat "$SG_TMP/log")"
for recording in "$SG_TMP"/both/*; do
	"$SG" show --json "$recording" | python3 -c '
import json, sys
for call in json.load(sys.stdin)["syscalls"]:
    for stage, n in call.get("denied_stages", {}).items():
        if n:
            print(sys.argv[1], call["name"], stage, n)' "$(grep -o "$SG_ID-[a-z]*" "$recording" | head -n 1 | sed 's/.*-//')"
	[ "$(losses "$recording" | grep -c denials)" = 0 ] || fail "losses: $(losses "$recording")"
done | sort >"$SG_TMP/got"
printf '%s\n' "left getpgid app 700" "other getpgid floor 400" | diff - "$SG_TMP/got" ||
	fail "who leaves: expected <, recorded >"
say "who leaves: $(tr '\n' ';' <"$SG_TMP/got")"
