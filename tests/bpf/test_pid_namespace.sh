#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recorder in a PID namespace of its own, as in a container without the host's: a target outside of it runs already,
# and what cannot be seen of its processes is said at the start and in the ledger, each of them once.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
need_command unshare util-linux
need_command setpriv util-linux

arch=$(uname -m)
make_cgroup "$SG_ID"
dir=$REPLY
mkdir "$dir/below"
for cgroup in "$dir" "$dir/below"; do
	mkfifo "$SG_TMP/input"
	in_cgroup "$cgroup" "$SG_HELPERS/sleeping_calls" <"$SG_TMP/input" >/dev/null &
	# shellcheck disable=SC2034 # open until the end
	exec {input}>"$SG_TMP/input"
	rm "$SG_TMP/input"
	at_exit end_process $! KILL
done
asleep() {
	grep -qs "^$2 " "/proc/$(cat "$1/cgroup.procs")"/task/*/syscall
}
case $arch in
x86_64) sleeps_in='0 29 128' ;;
aarch64) sleeps_in='63 137' ;;
esac
for nr in $sleeps_in; do
	wait_for 20 asleep "$dir" "$nr" || fail "the program does not sleep in call $nr"
	wait_for 20 asleep "$dir/below" "$nr" || fail "the program below does not sleep in call $nr"
done

# record_in NAME COMMAND…: record for a moment with the command in front
record_in() {
	local out=$SG_TMP/$1
	shift
	"$@" "$SG" record --no-audit --duration 300ms --cgroup "$dir" -o "$out" 2>"$out.log" || fail "$*: $? $(cat "$out.log")"
	grep -q 'it runs already (2 processes)' "$out.log" || fail "$*: not a word of it: $(cat "$out.log")"
	before=$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["runs"][0]["target"].get("processes_before", 0))' "$out")
	[ "$before" = 2 ] || fail "$*: processes_before is $before"
}

# is_seen NAME: what they are in the middle of is in it, and nothing is missing
is_seen() {
	[ -z "$(losses "$SG_TMP/$1")" ] || fail "$1: $(losses "$SG_TMP/$1")"
	want_count "$SG_TMP/$1" rt_sigtimedwait 2 "$arch"
	! grep -q 'cannot be seen' "$SG_TMP/$1.log" || fail "$1: $(cat "$SG_TMP/$1.log")"
	say "$1: all seen"
}

# is_not_seen NAME: both processes are in the ledger, and a warning was given
is_not_seen() {
	provoked in_progress_unknown "$SG_TMP/$1"
	[ "$(losses "$SG_TMP/$1")" = 'in_progress_unknown 2' ] || fail "$1: the ledger says: $(losses "$SG_TMP/$1")"
	grep -q '2 of them cannot be seen from here' "$SG_TMP/$1.log" || fail "$1: no warning: $(cat "$SG_TMP/$1.log")"
	say "$1: both in the ledger"
}

record_in plain env
is_seen plain
record_in own_namespace unshare --pid --fork --mount-proc
is_not_seen own_namespace
# numbers as ours and /proc as the host's: it is looked through
record_in hosts_proc unshare --pid --fork
is_seen hosts_proc
# /proc of another namespace than ours and the host's: what it calls 5 is not what we call so
# shellcheck disable=SC2016 # expanded by that shell
record_in thirds_proc unshare --pid --fork --mount-proc unshare --pid --fork env
is_not_seen thirds_proc
record_in own_cgroup_namespace unshare --cgroup
is_seen own_cgroup_namespace

# hidepid, and no capability that it does not apply to: they are listed, and nothing can be read of them
caps=+bpf,+perfmon,+dac_read_search
# shellcheck disable=SC2016 # expanded by that shell
for how in 1 2; do
	record_in hidepid unshare --mount sh -c 'mount -t proc -o hidepid="$0" proc /proc && exec "$@"' "$how" \
		setpriv "--inh-caps=-all,$caps" "--bounding-set=-all,$caps"
	[[ $(losses "$SG_TMP/hidepid") == *in_progress_unknown* ]] || fail "hidepid=$how: nothing in the ledger: $(cat "$SG_TMP/hidepid.log")"
	say "hidepid=$how: $(losses "$SG_TMP/hidepid")"
done
