# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# End to end with a real container runtime: record a workload in its container, emit the profile, run the
# workload under it. A test is
#
#	. "$(dirname "$0")/lib.sh"
#	prove_workload NAME            (workload/NAME.sh says what it is, client.py has its client)

# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../bpf/lib.sh"

E2E=$SG_SOURCE/tests/e2e
RUNC=(runc --root "$SG_TMP/runc")
RUNC_VERSION=
RUNTIME=() # what `emit` learns of the runtime

need_e2e() {
	need_bpf
	need_command runc runc
	need_command strace strace
	need_command ip iproute2
	need_command nsenter util-linux
	need_command apt-get apt
	RUNC_VERSION=$(runc --version | sed -n 's/^runc version \([0-9.]*\).*/\1/p')
	RUNTIME=(--runtime runc --runtime-version "$RUNC_VERSION")
}

# load_workload NAME: its W_* variables and its root file system, ROOTFS; and a network namespace, NETNS.
load_workload() {
	# shellcheck source=/dev/null
	. "$E2E/workload/$1.sh"
	ROOTFS=$("$SG_SOURCE/scripts/make-rootfs" "${W_PACKAGES[@]}") || fail "no root file system for $1"
	ip netns add "$SG_ID"
	at_exit ip netns delete "$SG_ID"
	NETNS=/run/netns/$SG_ID
	nsenter --net="$NETNS" ip link set lo up
}

client() {
	nsenter --net="$NETNS" "$E2E/client.py" --timeout "$PATIENCE" "$@"
}

# --- one container at a time; C_ID is its name and its cgroup's, C_DIR its bundle, data and output

C_ID=
C_RUNS=0
# Seconds for an answer, a start or a stop. A run that has to succeed gets all the time that a busy machine needs;
# one that has to fail usually does so by never answering, and is not waited for.
LONG=30
SHORT=3
PATIENCE=$LONG

# new_container [PROFILE]: the bundle of a fresh container, with nothing of earlier runs in its data.
new_container() {
	local options=()
	C_RUNS=$((C_RUNS + 1))
	C_ID=$SG_ID-$C_RUNS
	C_DIR=$SG_TMP/c$C_RUNS
	mkdir -p "$C_DIR/data"
	workload_data "$C_DIR/data"
	mkfifo "$C_DIR/in" "$C_DIR/out"
	[ -z "${1:-}" ] || options+=(--seccomp "$1")
	[ "$W_NO_NEW_PRIVS" = 0 ] || options+=(--no-new-privs)
	"$SG_SOURCE/scripts/make-bundle" --bundle "$C_DIR" --rootfs "$ROOTFS" --data "$C_DIR/data" \
		--cgroup "/$C_ID" --netns "$NETNS" "${options[@]}" -- "${W_ARGV[@]}"
}

# with_stdio COMMAND…: the container's stdio. A workload without a port talks over its stdin and stdout; opened
# for both ways, so that nobody waits for the other end.
with_stdio() {
	if [ -n "$W_PORT" ]; then
		"$@" </dev/null >"$C_DIR/stdout" 2>"$C_DIR/stderr"
	else
		"$@" <>"$C_DIR/in" 1<>"$C_DIR/out" 2>"$C_DIR/stderr"
	fi
}

# Remove the container and its cgroups, whatever state a denied call left it in.
remove_container() {
	local dir
	[ -n "$C_ID" ] || return 0
	timeout -k 1 10 "${RUNC[@]}" delete -f "$C_ID" >/dev/null 2>&1 || true
	for dir in "$(cgroup2_mount)/$C_ID" /sys/fs/cgroup/*/"$C_ID"; do
		remove_cgroup "$dir"
	done
	C_ID=
}
at_exit remove_container

_listening_or_gone() {
	client wait --port "$W_PORT" || gone "$1"
}

# wait_ready PID: the workload serves. False when PID, its process or that of the runtime, ended before.
wait_ready() {
	[ -n "$W_PORT" ] || return 0
	wait_for $((PATIENCE * 3)) _listening_or_gone "$1" && alive "$1"
}

# ask ROUNDS PID: the client's requests, while PID lives. Prints when they began and ended.
ask() {
	if [ -n "$W_PORT" ]; then
		client "$W_CLIENT" --rounds "$1" --port "$W_PORT"
	else
		client "$W_CLIENT" --rounds "$1" --stdin "$C_DIR/in" --stdout "$C_DIR/out" --pid "$2"
	fi
}

stop_workload() {
	[ -z "$W_STOP" ] || "${RUNC[@]}" kill "$C_ID" "$W_STOP"
}

# --- recording

_traced() {
	local task
	for task in /proc/"$1"/task/*/status; do
		! grep -q '^TracerPid:[[:space:]]*0$' "$task" || return 1
	done
}

# record_workload RECORDING ROUNDS [TRACE]: run it without a profile while `record` watches its cgroup, made
# before so that nothing can be missed. With TRACE, strace watches the very same run, from before the workload's
# execve to its end; a workload differs between two runs (threads, timers), and this way both see one.
# WINDOW gets when the requests began and ended.
record_workload() {
	local recording=$1 rounds=$2 trace=${3:-} pid tracer=
	new_container
	make_cgroup "$C_ID"
	start_recorder "$recording" --cgroup "$REPLY"
	with_stdio timeout 60 "${RUNC[@]}" create --bundle "$C_DIR" --pid-file "$C_DIR/pid" "$C_ID" ||
		fail "runc create: $(cat "$C_DIR/stderr")"
	pid=$(<"$C_DIR/pid")
	if [ -n "$trace" ]; then
		strace -f -ttt -qq -e signal=none -o "$trace" -p "$pid" 2>"$trace.err" &
		tracer=$!
		at_exit end_process "$tracer"
		wait_for "$LONG" _traced "$pid" || fail "strace does not attach: $(cat "$trace.err")"
	fi
	"${RUNC[@]}" start "$C_ID"
	wait_ready "$pid" || fail "$W_CLIENT: does not serve: $(tail -n 5 "$C_DIR/stderr")"
	WINDOW=$(ask "$rounds" "$pid") || fail "the client failed without any profile: $(tail -n 5 "$C_DIR/stderr")"
	stop_workload
	wait_for "$PATIENCE" gone "$pid" || fail "the workload does not stop"
	[ -z "$tracer" ] || await "$tracer" || true
	# The runtime removes the cgroup, and with it the recording ends.
	remove_container
	end_recorder "$recording"
}

# --- enforcing

# enforce PROFILE ROUNDS: run the workload with the profile, by `runc run`. True when it starts, answers every
# request, ends when asked to, and exits 0. WHY says what went wrong.
enforce() {
	local profile=$1 rounds=$2 job status=0
	WHY=
	new_container "$profile"
	_run_container &
	job=$!
	if ! wait_ready "$job"; then
		WHY="it does not start: $(tail -n 2 "$C_DIR/stderr" | tr '\n' ' ')"
	elif ! ask "$rounds" "$job" >/dev/null 2>"$C_DIR/client.err"; then
		WHY=$(<"$C_DIR/client.err")
	elif ! stop_workload 2>"$C_DIR/kill.err"; then
		WHY="it ended by itself: $(<"$C_DIR/kill.err")"
	elif ! wait_for "$PATIENCE" gone "$job"; then
		WHY="it does not stop when asked to"
	fi
	[ -z "$WHY" ] || end_container "$job"
	wait "$job" || status=$?
	[ -n "$WHY" ] || [ "$status" = 0 ] || WHY="exit status $status: $(tail -n 2 "$C_DIR/stderr" | tr '\n' ' ')"
	remove_container
	[ -z "$WHY" ]
}

# exec: the background job is runc itself, so that its pid is the one to watch and to end.
_run_container() {
	trap - EXIT HUP INT TERM
	with_stdio exec "${RUNC[@]}" run --bundle "$C_DIR" "$C_ID"
}

# end_container JOB: kill what is in the container's cgroup, then the runtime if it hangs.
end_container() {
	kill_cgroup "$(cgroup2_mount)/$C_ID"
	wait_for 3 gone "$1" || end_process "$1" KILL
}

# --- the proof

names_of() {
	"$E2E/calls.py" "$@"
}

# same_set WHAT A B: files with one name a line, sorted.
same_set() {
	cmp -s "$2" "$3" || fail "$1: only in $(basename "$2"): $(comm -23 "$2" "$3" | tr '\n' ' ')- only in" \
		"$(basename "$3"): $(comm -13 "$2" "$3" | tr '\n' ' ')"
}

# tolerated NAME: prints why the workload survives without the call; false when it is not known to.
tolerated() {
	awk -v w="$WORKLOAD" -v c="$1" '($1 == w || $1 == "*") && $2 == c { $1 = $2 = ""; sub(/^ */, ""); print; found = 1 }
		END { exit !found }' "$E2E/tolerated.txt"
}

# prove_exact RECORDING TRACE: the calls of the application are those that strace saw, and the profile holds
# them and what it names as added, nothing else.
prove_exact() {
	local dir=$SG_TMP/sets
	mkdir -p "$dir"
	conforms recording "$1"
	names_of traced "$2" >"$dir/strace"
	app_calls "$1" >"$dir/recorded"
	same_set "recording and strace differ" "$dir/recorded" "$dir/strace"
	# And each as often: what was called is what was counted as the application's, and what was denied it.
	names_of counts "$2" >"$dir/strace.counts"
	json show show --json "$1" | jq -r '.syscalls[] | .count += ([.denied[]?] | add // 0) | select(.count > 0) | "\(.name) \(.count)"' |
		sort >"$dir/recorded.counts"
	same_set "the counts of recording and strace differ" "$dir/recorded.counts" "$dir/strace.counts"
	# What other tests do to the audit trail meanwhile is not this one's; BPF must have missed nothing.
	losses "$1" | sed '/^audit_/d' >"$dir/losses"
	[ ! -s "$dir/losses" ] || fail "the recording has losses: $(cat "$dir/losses")"

	"$SG" emit -q "$1" --runtime none --no-fallbacks -o "$dir/bare.json"
	names_of allowed "$dir/bare.json" >"$dir/bare"
	# Every runtime executes the workload under the filter, so there is no profile without execve.
	{ cat "$dir/strace" && echo execve; } | sort -u >"$dir/strace+execve"
	same_set "profile without additions and strace differ" "$dir/bare" "$dir/strace+execve"

	"$SG" emit -q "$1" "${RUNTIME[@]}" -o "$dir/full.json"
	"$SG" emit -q "$1" "${RUNTIME[@]}" --explain >"$dir/explained"
	names_of allowed "$dir/full.json" >"$dir/full"
	# clone3 is answered so that libc calls clone
	awk '$3 == "ERRNO" && $5 == "planned:" { print $1 }' "$dir/explained" >"$dir/planned"
	! comm -13 "$dir/full" "$dir/strace" | grep -vxFf "$dir/planned" >"$dir/lacking" || fail "the profile lacks calls that strace saw"
	comm -23 "$dir/full" "$dir/strace" >"$dir/added"
	# What it says itself of each call that it adds…
	awk '$3 == "ALLOW" && / (fallback|floor|runtime|planned): / { print $1 }' "$dir/explained" |
		sort -u >"$dir/named"
	[ -z "$(comm -23 "$dir/added" "$dir/named")" ] ||
		fail "added without a reason: $(comm -23 "$dir/added" "$dir/named" | tr '\n' ' ')"
	# …and what may be added, by a list that is not the program's.
	known_additions >"$dir/known"
	[ -z "$(comm -23 "$dir/added" "$dir/known")" ] ||
		fail "added, and not in additions.txt: $(comm -23 "$dir/added" "$dir/known" | tr '\n' ' ')"
	say "strace and the recording agree on $(wc -l <"$dir/strace") calls; the profile names $(wc -l <"$dir/added") more"
}

# The lines of additions.txt that hold for this runtime; all versions' but 1.1's are the floor file's word alone.
known_additions() {
	case $RUNC_VERSION in
	1.1.*) awk '$1 ~ /^(fallback|runtime|planned|runc-1.1)$/ { print $2 }' "$E2E/additions.txt" ;;
	*) awk '$1 ~ /^(fallback|runtime|planned)$/ { print $2 }' "$E2E/additions.txt" && grep -o '"[a-z0-9_]*"' \
		"$SG_SOURCE/profiles/floor/runc.json" | tr -d '"' ;;
	esac | sort -u
}

# deadly PROFILE CALL: $SG_TMP/deadly.json, where what is not allowed kills. What the runtime calls and starts
# without continues to fail with ENOSYS, or it would be the runtime that dies; but not CALL.
deadly() {
	local spared
	mapfile -t spared < <(awk -v c="$2" '$1 == "runc-spared" && $2 != c { print $2 }' "$E2E/additions.txt")
	"$E2E/calls.py" deadly "$1" "${spared[@]}" >"$SG_TMP/deadly.json"
}

# fails_under PROFILE ROUNDS…: a run under it fails. Whether the requests reach a given call can depend on timing,
# so a run that succeeds is tried again with more of them.
fails_under() {
	local profile=$1 rounds
	shift
	for rounds in "$@"; do
		enforce "$profile" "$rounds" || return 0
	done
	return 1
}

# prove_enforcement PROFILE CALL…: without any one of these calls a run fails. A workload can have its own way
# around a refusal; tolerated.txt names these calls, and a filter that kills instead shows that they are refused.
prove_enforcement() {
	local profile=$1 call reason failed=0 survived=0
	shift
	PATIENCE=$SHORT
	for call in "$@"; do
		reason=$(tolerated "$call") || reason=
		"$E2E/calls.py" without "$profile" "$call" >"$SG_TMP/without.json"
		deadly "$SG_TMP/without.json" "$call"
		if ! enforce "$SG_TMP/without.json" 2; then
			failed=$((failed + 1))
			say "without $call: ${WHY:0:140}"
		elif [ -z "$reason" ]; then
			fails_under "$SG_TMP/without.json" 10 30 ||
				fail "the run succeeds though the profile lacks $call, which the requests exercise"
			failed=$((failed + 1))
			say "without $call, in time: ${WHY:0:140}"
		elif fails_under "$SG_TMP/deadly.json" 2 10 30; then
			survived=$((survived + 1))
			say "without $call: survives ($reason); where the filter kills: ${WHY:0:100}"
		else
			[ "${reason%%:*}" = timing ] || fail "$call is not in the profile, and was not denied"
			say "without $call: not reached ($reason)"
		fi
	done
	[ "$failed" -gt "$survived" ] || fail "more runs survive than fail"
	say "without one of $# calls: $failed runs failed, $survived more where the filter kills"
}

prove_workload() {
	local window calls profile=$SG_TMP/profile.json
	WORKLOAD=$1
	need_e2e
	load_workload "$1"

	record_workload "$SG_TMP/traced.json" 2 "$SG_TMP/trace"
	window=$WINDOW
	prove_exact "$SG_TMP/traced.json" "$SG_TMP/trace"

	# At full speed threads meet on locks that they never contend for under strace: the profile is of both runs.
	record_workload "$SG_TMP/plain.json" 20
	"$SG" emit -q "$SG_TMP/traced.json" "$SG_TMP/plain.json" "${RUNTIME[@]}" -o "$profile"
	enforce "$profile" 5 || fail "under its own profile: $WHY"
	deadly "$profile" ""
	enforce "$SG_TMP/deadly.json" 2 || fail "under its own profile, as one that kills: $WHY"
	say "serves its client under the profile of $(names_of allowed "$profile" | wc -l) calls"

	# shellcheck disable=SC2086 # two words
	names_of window "$SG_TMP/trace" $window >"$SG_TMP/window"
	# The kernel makes restart_syscall when a task continues after a stop, here strace's own; no request does. clone3
	# is answered with ENOSYS, and clone, without which nothing starts, is called in its place.
	mapfile -t calls < <(grep -vxE 'restart_syscall|clone3' "$SG_TMP/window")
	[ "${#calls[@]}" -gt 2 ] || fail "the requests exercise only: ${calls[*]}"
	prove_enforcement "$profile" "${calls[@]}"
}
