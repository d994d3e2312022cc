#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Recorded counts equal the truth, to the last call: threads on every CPU, forks, int80, x32, bad numbers.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# check NAME [--exactly] -- CMD: record it, and compare with what it prints (or with $SG_TMP/NAME.expected)
check() {
	local name=$1 exactly=
	shift
	if [ "$1" = --exactly ]; then
		exactly=--exactly
		shift
	fi
	"$SG" record --quiet -o "$SG_TMP/$name.rec" -- "$@" >"$SG_TMP/$name.out" ||
		fail "$name: record ended with $?"
	[ -s "$SG_TMP/$name.expected" ] || cp "$SG_TMP/$name.out" "$SG_TMP/$name.expected"
	want_counts "$SG_TMP/$name.rec" "$SG_TMP/$name.expected" $exactly
	say "$name: exact"
}

printf 'x86_64 110 12345\nx86_64 102 678\nx86_64 60 1\n' >"$SG_TMP/bare.expected"
check bare --exactly "$SG_HELPERS/bare_calls"
check plain "$SG_HELPERS/known_calls" plain 300000
check threads "$SG_HELPERS/known_calls" threads 200000
check forks "$SG_HELPERS/known_calls" forks 5000
check vforks "$SG_HELPERS/known_calls" vforks 1
if [ -e /proc/sys/abi/vsyscall32 ]; then
	check int80 "$SG_HELPERS/known_calls" int80 50000
else
	say "int80: this kernel has no 32-bit emulation"
fi
check x32 "$SG_HELPERS/known_calls" x32 50000
check invalid "$SG_HELPERS/known_calls" invalid 1000
provoked invalid_numbers "$SG_TMP/invalid.rec"

# A real program, with strace and the recorder on the same run: the program stops itself in its cgroup, strace
# attaches from outside, the program continues. strace sees the execve, which for us is not the program's yet, and
# does not count what never returns.
need_command strace strace
make_cgroup "$SG_ID"
cgroup=$REPLY
start_recorder "$SG_TMP/real.rec" --cgroup "$cgroup"
"$SG_HELPERS/stop_then_exec" "$(command -v python3)" -c '
import json, subprocess, threading
threads = [threading.Thread(target=lambda: open("/proc/self/status").read()) for _ in range(5)]
[t.start() for t in threads]
[t.join() for t in threads]
for i in range(5):
    subprocess.run(["ls", "/"], stdout=subprocess.DEVNULL)
' &
program=$!
at_exit end_process "$program" KILL
wait_for 30 is_stopped "$program" || fail "the program did not stop"
echo "$program" >"$cgroup/cgroup.procs"
strace -f -c -U name,calls -o "$SG_TMP/strace.txt" -p "$program" 2>"$SG_TMP/strace.err" &
strace=$!
at_exit end_process "$strace"
wait_for 30 grep -q attached "$SG_TMP/strace.err" || fail "strace did not attach: $(cat "$SG_TMP/strace.err")"
kill -CONT "$program"
await "$program" || fail "the program failed under strace"
await "$strace" || true
end_recorder "$SG_TMP/real.rec" INT
"$SG" show --json "$SG_TMP/real.rec" >"$SG_TMP/real.json"
python3 - "$SG_TMP/real.json" "$SG_TMP/strace.txt" <<'PY' || fail "strace and the recording differ"
import json, re, sys
calls = json.load(open(sys.argv[1]))["syscalls"]
got = {c["name"]: c["count"] for c in calls if c["count"]}
made = {c["name"]: sum(c["stages"].values()) + c["denied"] for c in calls}
want = {}
for line in open(sys.argv[2]):
    m = re.match(r"\s*([a-z_0-9]+)\s+(\d+)\s*$", line)
    if m and m[1] != "total":
        want[m[1]] = int(m[2])
for name in ("exit", "exit_group"):  # never return, so strace -c does not count them
    assert got.pop(name, 0) > 0 and made.pop(name), name
# with the launcher's, which are set-up: nothing twice, and nothing nowhere
lost = {n: (want.get(n), made.get(n)) for n in set(made) | set(want) if made.get(n, 0) != want.get(n, 0)}
if lost:
    sys.exit(f"made, as strace says, and recorded in all stages: {lost}")
want["execve"] -= 1  # the launcher's
want = {k: v for k, v in want.items() if v}
for name in sorted(set(got) | set(want)):
    if got.get(name) != want.get(name):
        print(f"{name}: strace {want.get(name)}, recorded {got.get(name)}")
print(f"{len(got)} calls, {sum(got.values())} times, as strace -f -c says", file=sys.stderr)
sys.exit(got != want)
PY
say "real program: as strace counts it"
