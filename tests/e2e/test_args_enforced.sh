#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Conditions on arguments, enforced by real runtimes: the workload continues doing what it was recorded doing, and
# every call with other arguments that somebody could try from inside its container fails, each tried for real.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"
need_bpf
start_runc
[ "$(uname -m)" = x86_64 ] || skip "the numbers and values are those of x86_64"

ROOTFS=$SG_TMP/rootfs
mkdir -p "$ROOTFS"/{proc,dev,tmp,run,data,sys}
cp "$SG_HELPERS/arg_attempts" "$ROOTFS/"
mkdir "$SG_TMP/data"
start_crun

# run_in RUNTIME NAME PROFILE NNP ARG…: the program in a container of its own; prints what it prints.
run_in() {
	local runtime=$1 name=$SG_ID-$2 bundle=$SG_TMP/bundle-$2 options=()
	[ -z "$3" ] || options+=(--seccomp "$3")
	[ "$4" = 0 ] || options+=(--no-new-privs)
	shift 4
	"$SG_SOURCE/scripts/make-bundle" --bundle "$bundle" --rootfs "$ROOTFS" --data "$SG_TMP/data" --cgroup "/$name" \
		"${options[@]}" -- /arg_attempts "$@"
	if [ "$runtime" = runc ]; then
		timeout -k 1 60 runc --root "$SG_TMP/runc" run --bundle "$bundle" "$name" </dev/null
	else
		in_pure_v2 timeout -k 1 60 env LD_PRELOAD="$CRUN_PRELOAD" crun --root "$SG_TMP/crun" \
			run --bundle "$bundle" "$name" </dev/null
	fi
}

# Recorded in its container, made beforehand so that nothing is missed.
make_cgroup "$SG_ID-rec"
start_recorder "$SG_TMP/work.json" --cgroup "$REPLY" --args all
run_in runc rec "" 0 work 3 >/dev/null || fail "the workload does not run"
remove_cgroup "$REPLY"
end_recorder "$SG_TMP/work.json"
"$SG" show "$SG_TMP/work.json" --args >"$SG_TMP/shown"
grep -q 'socket .*AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC' "$SG_TMP/shown" || fail "the recording does not know its sockets"

# The control: without a profile nothing is refused because a call lacks.
run_in runc control "" 0 try >"$SG_TMP/control.out"
! awk '$2 == 38' "$SG_TMP/control.out" | grep . || fail "the kernel itself does not know these"
attempts=$(grep -c ^attempt "$SG_TMP/control.out")
[ "$attempts" -ge 25 ] || fail "only $attempts attempts"

# check RUNTIME NNP SET: under its profile the work is as without one, and every attempt fails as an unknown call does
check() {
	local runtime=$1 nnp=$2 profile=$SG_TMP/$1-$2-$3.json out=$SG_TMP/$1-$2-$3.out
	"$SG" emit -q "$SG_TMP/work.json" --args "$3" --runtime "$runtime" -o "$profile"
	run_in "$runtime" "$runtime-$nnp-$3" "$profile" "$nnp" try >"$out" || fail "$runtime does not run it: $(tail -n 3 "$out")"
	diff <(grep ^work "$SG_TMP/control.out") <(grep ^work "$out") || fail "$runtime: the work does not go as without a profile"
	[ "$(grep -c ^attempt "$out")" = "$attempts" ] || fail "$runtime: not all attempts were made"
	! awk '$1 == "attempt" && $2 != 38' "$out" | grep . || fail "$runtime: these came through"
	say "$runtime, no_new_privs $nnp, $3: $(grep -c ^work "$out") calls as before, $attempts attempts of $attempts denied"
}

for runtime in runc crun; do
	check "$runtime" 0 security
	check "$runtime" 1 security
	check "$runtime" 0 all
done

# Without the conditions the same attempts come through: it is they that deny. But for clone's, which never has flags for
# new namespaces that were not seen.
"$SG" emit -q "$SG_TMP/work.json" --runtime runc -o "$SG_TMP/bare.json"
run_in runc bare "$SG_TMP/bare.json" 0 try >"$SG_TMP/bare.out"
awk '$1 == "attempt" && $2 == 38' "$SG_TMP/bare.out" >"$SG_TMP/denied"
! grep -v ' clone(CLONE_NEW' "$SG_TMP/denied" || fail "denied by name"
[ "$(wc -l <"$SG_TMP/denied")" = 3 ] || fail "new namespaces come through: $(cat "$SG_TMP/denied")"
say "with names alone all $attempts come through but clone's of new namespaces"
