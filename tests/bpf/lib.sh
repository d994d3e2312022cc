# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests of the recorder on a real kernel. Source it first:
#
#	. "$(dirname "$0")/lib.sh"
#	need_bpf
#
# Everything of tests/lib.sh is there too. $SG_HELPERS holds the programs of tests/bpf/helpers.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# start_recorder OUTPUT ARG…: `record ARG… -o OUTPUT` in the background; returns when it is attached, and records or
# waits for each of its targets. RECORDER is its pid, $OUTPUT.log what it says. Ends with the script at the latest.
RECORDER=
start_recorder() {
	local output=$1 targets
	shift
	targets=$(printf '%s\n' "$@" | grep -Ecx -- '--(cgroup|container|unit|pid|all)') || true
	[[ " $* " != *' --pod '* ]] || targets=1 # a --container alongside it is one of the pod's
	"$SG" record "$@" -o "$output" 2>"$output.log" &
	RECORDER=$!
	at_exit end_process "$RECORDER" INT
	wait_for 60 _recorder_up "$output.log" "$targets" || fail "record is not attached after 60 s: $(cat "$output.log")"
	alive "$RECORDER" || fail "record ended at once: $(cat "$output.log")"
}

# The recorder says so on stderr, in a line for each target, once its programs are attached (of one that it refuses, what
# is amiss); or it has ended.
_recorder_up() {
	local lines
	lines=$(grep -Ecs '^seccomp-gen: (recording (each )?(cgroup|container|unit)|waiting for) |it is not recorded' "$1") || true
	[ "${lines:-0}" -ge "$2" ] || gone "$RECORDER" # none: it has not made the file yet
}

# end_recorder OUTPUT [SIGNAL]: signal it (no signal: it ends by itself), wait, want status 0 and a recording.
end_recorder() {
	local status=0
	[ -z "${2:-}" ] || kill "-$2" "$RECORDER"
	await "$RECORDER" || status=$?
	[ "$status" = 0 ] || fail "record exited with $status: $(cat "$1.log")"
	[ -s "$1" ] || fail "record wrote no recording: $(cat "$1.log")"
}

# refused STATUS PATTERN COMMAND…: it ends with that status, says one line that matches, and prints nothing.
refused() {
	local status=$1 pattern=$2 got=0
	shift 2
	"$@" >"$SG_TMP/out" 2>"$SG_TMP/err" || got=$?
	[ "$got" = "$status" ] || fail "$*: exit $got, not $status: $(cat "$SG_TMP/err")"
	[ "$(wc -l <"$SG_TMP/err")" = 1 ] || fail "$*: not one line: $(cat "$SG_TMP/err")"
	grep -Eq -- "$pattern" "$SG_TMP/err" || fail "$*: says: $(cat "$SG_TMP/err")"
	[ ! -s "$SG_TMP/out" ] || fail "$*: prints: $(cat "$SG_TMP/out")"
	say "refused: $(cat "$SG_TMP/err")"
}

# True when a signal has stopped the process.
is_stopped() {
	[ "$(awk '/^State:/ { print $2 }' "/proc/$1/status")" = T ]
}

# in_cgroup DIR COMMAND…: the command in that cgroup. The shell moves itself in and then becomes the command,
# so that what the shell does counts as set-up, as a container runtime's calls do.
in_cgroup() {
	# shellcheck disable=SC2016 # expanded by that shell
	sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$@"
}

# count_of RECORDING NAME [ARCH]: the application's count of the call, 0 when it is not there.
count_of() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
name, arch = sys.argv[1], sys.argv[2]
print(sum(c["count"] for c in json.load(sys.stdin)["syscalls"]
          if c["name"] == name and arch in ("", c["arch"])))' "$2" "${3:-}"
}

# made_of RECORDING NAME [ARCH]: how often the call was made, in whatever stage, and whether it ran or was denied.
made_of() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
name, arch = sys.argv[1], sys.argv[2]
print(sum(sum(c["stages"].values()) + c["denied"] for c in json.load(sys.stdin)["syscalls"]
          if c["name"] == name and arch in ("", c["arch"])))' "$2" "${3:-}"
}

# want_count RECORDING NAME COUNT [ARCH]: so often the application made it, and nobody else.
want_count() {
	local got made
	got=$(count_of "$1" "$2" "${4:-}")
	[ "$got" = "$3" ] || fail "$2: recorded $got, the truth is $3"
	made=$(made_of "$1" "$2" "${4:-}")
	[ "$made" = "$3" ] || fail "$2: set-up, floor, app and denied are $made, the truth is $3"
}

# want_counts RECORDING EXPECTED [--exactly]: its counts are those of the file (expect.py), and its ledger is empty.
want_counts() {
	"$SG" show --json "$1" >"$SG_TMP/shown" || fail "$1 cannot be read"
	python3 "$SG_SOURCE/tests/bpf/expect.py" "$SG_TMP/shown" "${@:2}" || fail "$1 differs from the truth"
}

# runs_of RECORDING: how many runs it holds.
runs_of() {
	python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["runs"]))' "$1"
}

# app_calls RECORDING: the names of the calls that the application made, sorted.
app_calls() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
print("\n".join(sorted({c["name"] for c in json.load(sys.stdin)["syscalls"] if c["count"]})))'
}

# losses RECORDING: the loss counters above zero, one "name value" a line.
losses() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
loss = json.load(sys.stdin)["loss"]
sys.stdout.write("".join(f"{name} {loss[name]}\n" for name in sorted(loss) if loss[name]))'
}
