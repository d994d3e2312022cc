#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# simulate and run from the command line: answers, exit codes, and what they refuse. Needs no privilege.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

DATA=$SG_SOURCE/tests/golden/simulate

# judged EXPECTED ARG…: simulate says no, and prints what the file has but for libseccomp's version.
judged() {
	local expected=$1
	shift
	expect 3 simulate "$@" profile.json recording.json
	sed -i "s/$LIBSECCOMP/VERSION/" "$SG_TMP/out"
	same "$expected" "simulate $*"
}

answers_are_printed_and_are_the_exit_code() {
	judged runc.out --runtime runc
	judged runc-all.out --runtime runc --all
	judged plain-floor.out --runtime plain --floor --include-denied
	judged crun.json --runtime crun --json
	python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$SG_TMP/out" || fail 'not JSON'
}

undecided_is_no_unless_that_is_said_to_be_enough() {
	expect 3 simulate undecided.json socket.json
	grep -q '^socket .*undecided.*ERRNO EPERM or ALLOW' "$SG_TMP/out" || fail "$(cat "$SG_TMP/out")"
	expect 0 simulate --undecided-ok undecided.json socket.json
}

what_a_recording_names_as_its_runtime_is_simulated() {
	expect 0 simulate --undecided-ok undecided.json socket.json
	grep -q ', as crun with' "$SG_TMP/out" || fail "$(cat "$SG_TMP/out")"
}

names_that_libseccomp_lacks_are_said_to_be_missing() {
	expect 3 simulate --runtime crun profile.json recording.json
	grep -q 'not in the filter, libseccomp does not know the name: mseal$' "$SG_TMP/err" ||
		fail "$(cat "$SG_TMP/err")"
}

raw_programs_are_judged() {
	# ld [0]; jeq #0,0,1; ret ALLOW; ret ERRNO 1
	printf '\x20\0\0\0\0\0\0\0\x15\0\0\1\0\0\0\0\6\0\0\0\0\0\xff\x7f\6\0\0\0\1\0\5\0' >"$SG_TMP/f.bpf"
	expect 3 simulate --bpf "$SG_TMP/f.bpf" recording.json
	grep -q '^Filter .*f.bpf$' "$SG_TMP/out" || fail "$(cat "$SG_TMP/out")"
	grep -Eq '^Allowed +1 distinct, made 1200' "$SG_TMP/out" || fail "$(cat "$SG_TMP/out")"
	expect 3 simulate --bpf - recording.json <"$SG_TMP/f.bpf"
	head -c 31 "$SG_TMP/f.bpf" >"$SG_TMP/short.bpf"
	refuse 1 'short.bpf: 31 bytes are no BPF program' simulate --bpf "$SG_TMP/short.bpf" recording.json
	head -c 24 /dev/zero >"$SG_TMP/zero.bpf"
	refuse 1 'zero.bpf: filter: the last instruction is no return' \
		simulate --bpf "$SG_TMP/zero.bpf" recording.json
	head -c 100000 /dev/zero >"$SG_TMP/large.bpf"
	refuse 1 'larger than' simulate --bpf "$SG_TMP/large.bpf" recording.json
}

docker_entries_are_resolved_as_asked() {
	expect 3 simulate --cap none docker.json mount.json
	expect 0 simulate --cap sys_admin docker.json mount.json
	expect 0 simulate --cap CAP_CHOWN,CAP_SYS_ADMIN docker.json mount.json
	expect 3 simulate --cap docker docker.json mount.json
	expect 0 simulate --cap all docker.json mount.json
	refuse 2 "'cap_nope' is no capability" simulate --cap cap_nope docker.json mount.json
	refuse 2 "'z80' is no architecture" simulate --arch z80 docker.json mount.json
	refuse 2 "give x86_64" simulate --arch i386 docker.json mount.json
	refuse 2 'is no version' simulate --kernel new docker.json mount.json
}

what_cannot_be_judged_is_refused() {
	refuse 2 'operand missing .*PROFILE\|--pid PID' simulate
	refuse 2 '--pid .*excludes --bpf: leave' simulate --pid 1 --bpf
	refuse 2 '--pid .*excludes --runtime: leave' simulate --pid 1 --runtime runc
	refuse 2 "'0' is not a process id" simulate --pid 0
	refuse 2 "'1x' is not a process id" simulate --pid 1x
	refuse 1 'there is none' simulate --pid 2147483647 recording.json
	refuse 1 'no seccomp filter' simulate --pid $$ recording.json
	refuse 1 'cannot open /nonexistent' simulate /nonexistent recording.json
	refuse 1 'nothing is proven' simulate sh.json empty.json
	refuse 1 profile.json simulate recording.json profile.json
}

a_lossy_recording_proves_less_and_says_so() {
	expect 3 simulate profile.json lossy.json
	grep -q 'the recording may lack calls, which then are not judged: cgroups_untracked 3' \
		"$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
}

a_command_runs_under_a_profile() {
	local code
	expect 0 run sh.json -- sh -c 'exit 0'
	expect 7 run sh.json -- sh -c 'exit 7'
	expect 0 run sh.json -- sh -c 'echo to stdout; echo to stderr >&2'
	[ "$(cat "$SG_TMP/out")" = 'to stdout' ] || fail "$(cat "$SG_TMP/out")"
	[ "$(cat "$SG_TMP/err")" = 'to stderr' ] || fail "$(cat "$SG_TMP/err")"
	expect 0 run - -- sh -c : <sh.json
	# what the profile denies is denied: kill(2) is what ends the shell here
	expect 3 run sh.json -- sh -c 'kill -0 $$ 2>/dev/null || exit 3'
	expect 0 run --log sh.json -- sh -c 'kill -0 $$'
	code=0
	# shellcheck disable=SC2016
	("$SG" run kill.json -- sh -c 'kill -0 $$'; exit $?) 2>/dev/null || code=$?
	[ "$code" = 159 ] || fail "killed by a filter, but exit $code and not 128 + SIGSYS"
	expect 0 run --log kill.json -- sh -c 'kill -0 $$'
	for runtime in plain runc crun; do
		expect 7 run --runtime $runtime sh.json -- sh -c 'exit 7'
	done
}

no_new_privs_is_set_unless_asked_otherwise() {
	expect 0 run allow.json -- grep -q '^NoNewPrivs:.*1' /proc/self/status
	expect 0 run --no-new-privs allow.json -- grep -q '^NoNewPrivs:.*1' /proc/self/status
	expect 0 run allow.json -- grep -q '^Seccomp:.*2' /proc/self/status
	if grep -q '^NoNewPrivs:.*0' /proc/self/status && [ "$(id -u)" = 0 ]; then
		expect 0 run --new-privs allow.json -- grep -q '^NoNewPrivs:.*0' /proc/self/status
	fi
	refuse 2 '--new-privs excludes --no-new-privs: leave one of them out' run --new-privs --no-new-privs allow.json -- true
}

what_cannot_run_is_refused() {
	refuse 2 "no command given: put it after '--'" run sh.json
	refuse 2 'operand missing' run -- true
	refuse 127 'nosuchcommand: command not found' run sh.json -- nosuchcommand
	refuse 126 'Permission denied' run sh.json -- "$SG_SOURCE"
	refuse 126 'Permission denied' run sh.json -- ./sh.json
	refuse 1 'denies execve' run noexec.json -- true
	expect 0 run --log noexec.json -- true
	refuse 1 'cannot open /nonexistent' run /nonexistent -- true
	expect 0 run -q notify.json -- sh -c 'kill -0 $$ 2>/dev/null || exit 0; exit 1'
	grep -q 'nobody listens' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
}

cd "$DATA"
LIBSECCOMP=$(json simulate simulate --undecided-ok --json undecided.json socket.json |
	sed -n 's/.*"libseccomp": "\(.*\)".*/\1/p')
case $LIBSECCOMP in
2.5.*)
	answers_are_printed_and_are_the_exit_code
	names_that_libseccomp_lacks_are_said_to_be_missing
	;;
esac
undecided_is_no_unless_that_is_said_to_be_enough
what_a_recording_names_as_its_runtime_is_simulated
raw_programs_are_judged
docker_entries_are_resolved_as_asked
what_cannot_be_judged_is_refused
a_lossy_recording_proves_less_and_says_so
a_command_runs_under_a_profile
no_new_privs_is_set_unless_asked_otherwise
what_cannot_run_is_refused
