# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What every test script needs. A script is run as `bash tests/<label>/test_<name>.sh`, by ctest (which sets
# SG, SG_HELPERS and SG_SOURCE) or by hand. It exits 0 (passed), 77 (skipped, with the reason) or else.

set -Eeuo pipefail

SG_SOURCE=${SG_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
SG=${SG:-$SG_SOURCE/build/dev/seccomp-gen}
SG_HELPERS=${SG_HELPERS:-$(dirname "$SG")/helpers}
export SG SG_HELPERS SG_SOURCE

SG_TEST=$(basename "$0" .sh)

# Two runs at the same time never share a name.
SG_ID=sg-${SG_TEST#test_}-$$-$RANDOM$RANDOM
# What a test makes goes here and nowhere else; the name of nothing outside is guessed at.
SG_TMP=$(mktemp -d "${TMPDIR:-/tmp}/$SG_ID.XXXX")
export SECCOMP_GEN_DIR=$SG_TMP/store

say() {
	printf '%s: %s\n' "$SG_TEST" "$*" >&2
}

fail() {
	say "FAIL: $*"
	exit 1
}

# skip REASON: this machine cannot run the test. Where a kernel with BPF was promised, that is a failure.
skip() {
	if [ "${SG_REQUIRE_BPF:-0}" = 1 ]; then
		fail "SG_REQUIRE_BPF=1 is set and this test would be skipped: $*"
	fi
	say "skipped: $*"
	exit 77
}

# at_exit COMMAND…: run the command when the script ends, last added first, whatever the end.
_at_exit=()
at_exit() {
	_at_exit+=("$(printf '%q ' "$@")")
}

_run_at_exit() {
	local status=$? i
	trap - EXIT
	for ((i = ${#_at_exit[@]} - 1; i >= 0; i--)); do
		eval "${_at_exit[i]}" || true
	done
	exit "$status"
}
trap _run_at_exit EXIT
# A command that fails unasked ends the test; say which.
trap 'say "FAIL: ${BASH_SOURCE[0]##*/}:$LINENO: status $?: $BASH_COMMAND"' ERR
trap 'exit 129' HUP
trap 'exit 130' INT
# What ends a test whose time is over; the trap runs in what hangs.
trap 'say "FAIL: SIGTERM (its time is over?) at: ${BASH_COMMAND:0:300}${FUNCNAME:+, in ${FUNCNAME[*]}, lines ${BASH_LINENO[*]}}"
	exit 143' TERM

_remove_tmp() {
	if [ -n "${SG_KEEP:-}" ]; then
		say "saved $SG_TMP"
	else
		rm -rf --one-file-system "$SG_TMP"
	fi
}
at_exit _remove_tmp

# wait_for SECONDS COMMAND…: true as soon as the command is, false when it is not by then.
wait_for() {
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# True when the process is there and not a zombie. Only for processes that this script started.
alive() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	stat=${stat##*) }
	[ "${stat%% *}" != Z ]
}

gone() {
	! alive "$1"
}

# True when the process is there and a child of this script: a pid that was used again is not.
own_child() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	stat=${stat##*) }
	stat=${stat#* }
	[ "${stat%% *}" = "$$" ]
}

# await PID [SECONDS]: as wait(1), of a child of this script that is about to end; in 60 s if nothing else is said.
await() {
	wait_for "${2:-60}" gone "$1" ||
		fail "process $1 still runs after ${2:-60} s: $(tr '\0' ' ' <"/proc/$1/cmdline" | cut -c 1-200)"
	wait "$1"
}

# end_process PID [SIGNAL]: ask a child of this script to end, make it when it does not.
end_process() {
	own_child "$1" || return 0
	kill "-${2:-TERM}" "$1" 2>/dev/null || true
	wait_for 5 gone "$1" || kill -KILL "$1" 2>/dev/null || true
}

# provoked ROW RECORDING: what this test did to lose something is in the recording's ledger under that name. Each row of
# the ledger has a test that says so of it: tests/golden/test_ledger.sh.
provoked() {
	local n
	n=$(json show show --json "$2" | python3 -c 'import json, sys; print(json.load(sys.stdin)["loss"][sys.argv[1]])' "$1")
	[ "$n" -gt 0 ] || fail "$2: nothing of $1 is in the ledger"
	say "provoked: $1 $n"
}

# conforms NAME FILE…: the files are as docs/schema/NAME.schema.json says, and hold nothing else. Not having the package
# is a failure: scripts/install-packages installs it.
conforms() {
	"$SG_SOURCE/tests/schema.py" "$@" >&2 || fail "$1: not as its schema says (python3-jsonschema installed?)"
}

# json NAME ARG…: run seccomp-gen ARG…, whose output is JSON as that schema says; exit code and output are its own.
json() {
	local name=$1 out code=0
	shift
	out=$(mktemp "$SG_TMP/json.XXXXXX")
	"$SG" "$@" >"$out" || code=$?
	[ ! -s "$out" ] || conforms "$name" "$out"
	cat "$out"
	rm -f "$out"
	return "$code"
}

need_root() {
	[ "$(id -u)" = 0 ] || skip "needs root"
}

# need_command COMMAND PACKAGE: the package is what the message says to install.
need_command() {
	command -v "$1" >/dev/null || skip "needs $1 (apt-get install $2)"
}

# The cgroup2 mount, hybrid or pure.
cgroup2_mount() {
	awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts
}

# A kernel and the rights that the recorder needs, asked of the kernel itself and not of seccomp-gen: a
# recorder that is broken must fail its tests, not skip them.
need_bpf() {
	need_root
	[ -r /sys/kernel/btf/vmlinux ] || skip "this kernel has no BTF (/sys/kernel/btf/vmlinux)"
	need_command bpftool bpftool
	bpftool -j prog show >/dev/null 2>&1 || skip "bpf(2) is refused here: needs CAP_BPF and CAP_PERFMON"
	[ -n "$(cgroup2_mount)" ] || skip "no cgroup2 is mounted"
	[ -x "$SG" ] || fail "$SG is not there: build it first (scripts/test does)"
}

# make_cgroup NAME: a cgroup of this test's own, removed at its end; prints its directory. Call it in the
# script's own shell, `make_cgroup x; dir=$REPLY`, or the end does not know of it.
make_cgroup() {
	REPLY=$(cgroup2_mount)/$1
	mkdir "$REPLY"
	at_exit remove_cgroup "$REPLY"
}

_rmdir_gone() {
	[ ! -d "$1" ] || rmdir "$1" 2>/dev/null
}

# kill_cgroup DIR: SIGKILL for what runs in a cgroup of this test's own. cgroup.kill reaches what forks meanwhile,
# but not the threads of a process whose first thread has exited; kill(2) reaches these.
kill_cgroup() {
	local pid
	[ ! -w "$1/cgroup.kill" ] || echo 1 >"$1/cgroup.kill" 2>/dev/null || true
	while read -r pid; do
		kill -KILL "$pid" 2>/dev/null || true
	done < <(cat "$1/cgroup.procs" 2>/dev/null || true)
}

# remove_cgroup DIR: end what still runs in it, then remove it and its children.
remove_cgroup() {
	local child
	[ -d "$1" ] || return 0
	for child in "$1"/*/ "$1"/.[!.]*/ "$1"/..?*/; do # whatever it is called
		[ ! -d "$child" ] || remove_cgroup "${child%/}"
	done
	kill_cgroup "$1"
	wait_for 5 _rmdir_gone "$1"
}
