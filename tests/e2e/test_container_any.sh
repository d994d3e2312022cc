#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# `emit --runtime any`: one profile, made of a recording under runc, starts its container under every runtime that is
# here, with and without no_new_privs.

# shellcheck source=tests/e2e/containers_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/containers_lib.sh"
need_runtimes

runtimes=(runc crun podman docker ctr cri)
for runtime in "${runtimes[@]}"; do
	start_runtime "$runtime"
done

record_container "$SG_TMP/rec" runc "$SG_ID-r" -- /bin/sh -c "$workload" >"$SG_TMP/out" || fail "the workload failed"
"$SG" emit --runtime any "$SG_TMP/rec" >"$SG_TMP/any.json" 2>"$SG_TMP/emit.err" || fail "emit: $(cat "$SG_TMP/emit.err")"
"$SG" check --runtime any "$SG_TMP/any.json" >"$SG_TMP/check" 2>&1 || fail "check --runtime any finds fault with it: $(cat "$SG_TMP/check")"

# under RUNTIME [--nnp]
under() {
	local runtime=$1 nnp=0 got
	[ "${2:-}" != --nnp ] || nnp=1
	got=$(run_container "$runtime" "$SG_ID-$runtime-$nnp" --seccomp "$SG_TMP/any.json" "${@:2}" -- \
		/bin/sh -c "grep NoNewPrivs: /proc/self/status; $workload" 2>&1) || fail "$* does not start or the workload fails: $got"
	grep -q "^NoNewPrivs:[[:space:]]*$nnp" <<<"$got" || fail "$*: no_new_privs is not $nnp: $got"
	grep -q '^Seccomp:[[:space:]]*2' <<<"$got" || fail "$*: no filter is loaded: $got"
}

for runtime in "${runtimes[@]}"; do
	under "$runtime"
	under "$runtime" --nnp
	say "$runtime: starts and passes, with and without no_new_privs"
done
