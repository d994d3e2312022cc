#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One training run of a workload is enough for the same load: what `emit` makes of it, by default, denies nothing in ten runs
# that the load needs, and under --args all every step still does what it should. Three workloads; with SG_FULL=1 all that
# are in loads/. Their programs, names and requests are no part of the program under test.
#
# test_workloads.sh [NAME…]: these
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

IN_CI='lighttpd perl git'

if [ "$#" != 1 ]; then
	need_e2e
	need_command jq jq
	names=("$@")
	[ $# -gt 0 ] || read -ra names <<<"$IN_CI"
	[ $# -gt 0 ] || [ "${SG_FULL:-0}" != 1 ] || mapfile -t names < <(cd "$E2E/loads" && printf '%s\n' *.sh | sed 's/\.sh$//' | grep -vx prelude)
	failed=()
	for name in "${names[@]}"; do
		bash "${BASH_SOURCE[0]}" "$name" || failed+=("$name")
	done
	[ "${#failed[@]}" = 0 ] || fail "of ${#names[@]} workloads: ${failed[*]}"
	say "${#names[@]} workloads: ${names[*]}"
	exit 0
fi

need_e2e
NAME=$1
LOAD=$E2E/loads/$NAME.sh
[ "${SG_FULL:-0}" = 1 ] && RUNS=10 MORE=10 || RUNS=2 MORE=1
read -ra packages <<<"$(sed -n 's/^# packages: //p' "$LOAD")"
ROOTFS=$("$SG_SOURCE/scripts/make-rootfs" busybox "${packages[@]}") || fail "$NAME: no root file system"
ip netns add "$SG_ID"
at_exit ip netns delete "$SG_ID"
NETNS=/run/netns/$SG_ID
nsenter --net="$NETNS" ip link set lo up

# A program of Go, made once with the compiler of the root file system.
if grep -q '^# prepare: go$' "$LOAD"; then
	mkdir "$SG_TMP/go"
	cp "$E2E/loads/$NAME.go" "$SG_TMP/go/main.go"
	# shellcheck disable=SC2016 # the other shell's
	unshare -m bash -c 'mount --bind "$1" "$2/tmp" && mount --rbind /dev "$2/dev" && mount -t proc proc "$2/proc" && exec chroot "$2" /usr/bin/env -i \
		HOME=/tmp GOCACHE=/tmp/cache CGO_ENABLED=0 PATH=/usr/bin:/bin /usr/lib/go-1.19/bin/go build -o /tmp/program /tmp/main.go' \
		- "$SG_TMP/go" "$ROOTFS" >"$SG_TMP/go/log" 2>&1 || fail "$NAME: go build: $(tail -n 5 "$SG_TMP/go/log")"
fi

# run_load CGROUP [PROFILE]: the load in a container below that cgroup; true when all its steps succeed
run_load() {
	local options=()
	C_RUNS=$((C_RUNS + 1))
	C_ID=$SG_ID-$C_RUNS
	C_DIR=$SG_TMP/c$C_RUNS
	mkdir -p "$C_DIR/data"
	{ cat "$E2E/loads/prelude.sh" "$LOAD" && echo 'echo ok'; } >"$C_DIR/data/load"
	[ ! -e "$SG_TMP/go/program" ] || cp "$SG_TMP/go/program" "$C_DIR/data/program"
	[ -z "${2:-}" ] || options=(--seccomp "$2")
	"$SG_SOURCE/scripts/make-bundle" --bundle "$C_DIR" --rootfs "$ROOTFS" --data "$C_DIR/data" --cgroup "$1/$C_ID" \
		--netns "$NETNS" "${options[@]}" -- /usr/bin/busybox sh /data/load
	if timeout -k 5 180 "${RUNC[@]}" run --bundle "$C_DIR" "$C_ID" >"$C_DIR/stdout" 2>"$C_DIR/stderr" </dev/null &&
		grep -qx ok "$C_DIR/stdout"; then
		remove_container
		rm -rf "$C_DIR"
	else
		WHY="$(tail -n 4 "$C_DIR/stderr" "$C_DIR"/data/{log,install,error} 2>/dev/null | tr '\n' ' ')"
		remove_container
		return 1
	fi
}

# start_watching RECORDING OPTION…: a recorder of all containers below a new cgroup, PARENT
start_watching() {
	local recording=$1
	shift
	PARENT=$SG_ID-$(basename "$recording" .json)
	make_cgroup "$PARENT"
	start_recorder "$recording" --cgroup "$REPLY" "$@"
}

# denied RECORDING: the application's calls that were denied and do not merely fall back
denied() {
	jq -r '.runs[].entries[] | select(((.denied // {} | add // 0) - (.denied_stages // {} | add // 0)) > 0) | .name' "$1" |
		sort -u | grep -vxF clone3 || true
}

start_watching "$SG_TMP/training.json" --args all
run_load "/$PARENT" || fail "$NAME: the load fails without a profile: $WHY"
end_recorder "$SG_TMP/training.json" INT

# enforced SET RUNS
enforced() {
	local profile=$SG_TMP/$1.profile i
	"$SG" emit -q --args "$1" "$SG_TMP/training.json" "${RUNTIME[@]}" -o "$profile"
	start_watching "$SG_TMP/$1.json" --args all
	for ((i = 1; i <= $2; i++)); do
		run_load "/$PARENT" "$profile" || BROKEN+=("$NAME under --args $1, run $i: $WHY")
	done
	end_recorder "$SG_TMP/$1.json" INT
	jq -e 'any(.runs[].entries[]; .count.app > 0)' "$SG_TMP/$1.json" >/dev/null || fail "$NAME: nothing was recorded"
	DENIED=$(denied "$SG_TMP/$1.json" | xargs)
}
# wider SET: where the profile allows more than Docker's default, emit says so
wider() {
	"$SG" emit --args "$1" "$SG_TMP/training.json" "${RUNTIME[@]}" -o "$SG_TMP/wider.json" 2>"$SG_TMP/notes"
	json diff diff -q docker "$SG_TMP/wider.json" --subset --json >"$SG_TMP/wider.diff" || true
	jq -r '.differences[] | select(.kind == "only-b" or .kind == "undecided") | .name // .scope' "$SG_TMP/wider.diff" |
		sort -u >"$SG_TMP/found"
	sed -n "s/^seccomp-gen: emit: wider than Docker's default: \([a-z0-9_]*\).*/\1/p" "$SG_TMP/notes" | sort >"$SG_TMP/said"
	same_set "wider than Docker's default under --args $1" "$SG_TMP/found" "$SG_TMP/said"
	[ ! -s "$SG_TMP/said" ] || say "$NAME under --args $1: wider than Docker's default, and said: $(xargs <"$SG_TMP/said")"
}

BROKEN=()
for set in none security all; do
	wider "$set"
	enforced "$set" "$([ "$set" = none ] && echo "$RUNS" || echo "$MORE")"
	if [ -n "$DENIED" ]; then
		[ "$set" = all ] && say "$NAME under --args all: denied: $DENIED" || BROKEN+=("$NAME under --args $set: denied: $DENIED")
	fi
done
[ "${#BROKEN[@]}" = 0 ] || fail "$(printf '%s\n' "${BROKEN[@]}")"
say "$NAME: $RUNS runs under its profile, $MORE under --args security and all: nothing that it needs is denied"
