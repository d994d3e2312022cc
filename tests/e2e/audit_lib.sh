# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# A one-shot container of static programs, for the tests of the audit trail.

# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../bpf/lib.sh"

need_container() {
	need_bpf
	need_command runc runc
	need_command busybox busybox-static
	[ -e /proc/sys/net/core/netdev_max_backlog ] || skip "not in the initial network namespace"
	! grep -qw 'audit=0' /proc/cmdline || skip "the kernel was booted with audit=0"
	ROOTFS=$SG_TMP/rootfs
	mkdir -p "$ROOTFS"/{bin,proc,dev,sys,data,tmp,run}
	cp "$(command -v busybox)" "$SG_HELPERS/needs_calls" "$ROOTFS/bin/"
	ln -s busybox "$ROOTFS/bin/sh"
	RUNS=0
}

# shellcheck disable=SC2034 # STATUS and OUTPUT are for the caller
# record_container RECORDING PROFILE ARGV…: run it under the profile, in a cgroup that is watched from before. STATUS
# is the container's exit status.
record_container() {
	local recording=$1 profile=$2 id dir
	shift 2
	RUNS=$((RUNS + 1))
	id=$SG_ID-$RUNS
	dir=$SG_TMP/bundle$RUNS
	mkdir -p "$dir/data"
	"$SG_SOURCE/scripts/make-bundle" --bundle "$dir" --rootfs "$ROOTFS" --data "$dir/data" --cgroup "/$id" \
		${profile:+--seccomp "$profile"} -- "$@"
	make_cgroup "$id"
	start_recorder "$recording" --cgroup "$REPLY"
	STATUS=0
	timeout -k 1 60 runc --root "$SG_TMP/runc" run --bundle "$dir" "$id" </dev/null >"$dir/out" 2>&1 || STATUS=$?
	OUTPUT=$(tail -n 2 "$dir/out")
	kill -INT "$RECORDER" 2>/dev/null || true # it ends with the container's cgroup
	end_recorder "$recording"
}

# allowed PROFILE: the names that it allows, sorted
allowed() {
	"$SG_SOURCE/tests/e2e/calls.py" allowed "$1"
}
