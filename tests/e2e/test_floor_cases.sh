#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Profiles that each lack one call of the runtime's floor: runc starts containers under them, as root and as another user,
# with no_new_privs and without, and further processes in them, as `check` foretold.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_e2e
need_command jq jq
VERSION=$(runc --version | sed -n 's/^runc version //p')
ROOTFS=$SG_TMP/rootfs
C_N=0
mkdir -p "$ROOTFS"/{bin,proc,dev,tmp}
cp "$(command -v busybox)" "$ROOTFS/bin/busybox"

# bundle NNP UID CALL COMMAND…: all is allowed but CALL, which gets ENOSYS
bundle() {
	local nnp=$1 uid=$2 call=$3
	shift 3
	C_ID=$SG_ID-$((++C_N))
	jq -n --argjson nnp "$nnp" --argjson uid "$uid" --arg call "$call" --arg root "$ROOTFS" --arg cgroup "/$C_ID" '
		["CAP_CHOWN", "CAP_SETUID", "CAP_SETGID", "CAP_KILL"] as $caps
		| {ociVersion: "1.0.2", root: {path: $root, readonly: true}, process: {user: {uid: $uid, gid: $uid}, args: $ARGS.positional,
			env: ["PATH=/bin"], cwd: "/", noNewPrivileges: $nnp, capabilities: {bounding: $caps, effective: $caps, permitted: $caps}},
		   mounts: [{destination: "/proc", type: "proc", source: "proc"}],
		   linux: {cgroupsPath: $cgroup, namespaces: ["pid", "ipc", "uts", "mount" | {type: .}],
			seccomp: {defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64"],
				syscalls: [{names: [$call], action: "SCMP_ACT_ERRNO", errnoRet: 38}]}}}' \
		--args -- "$@" >"$SG_TMP/config.json"
	jq '.linux.seccomp' "$SG_TMP/config.json" >"$SG_TMP/profile.json"
}

# starts, execs NNP UID CALL
starts() {
	local status=0
	bundle "$@" /bin/busybox true
	"${RUNC[@]}" run --bundle "$SG_TMP" "$C_ID" </dev/null >"$SG_TMP/log" 2>&1 || status=$?
	"${RUNC[@]}" delete -f "$C_ID" 2>/dev/null || true
	return "$status"
}

execs() {
	local status=0
	bundle "$1" 0 "$3" /bin/busybox sleep 600
	if "${RUNC[@]}" run -d --bundle "$SG_TMP" "$C_ID" </dev/null >"$SG_TMP/log" 2>&1; then
		"${RUNC[@]}" exec --user "$2:$2" "$C_ID" /bin/busybox true </dev/null >"$SG_TMP/log" 2>&1 || status=$?
	else
		status=1
	fi
	"${RUNC[@]}" delete -f "$C_ID" 2>/dev/null || true
	return "$status"
}

# what check foretells of each start: "fails" or "starts", by root or another user
foretold() {
	local options=()
	[ "$1" = false ] || options=(--no-new-privs)
	"$SG" check -q --runtime runc --runtime-version "$VERSION" "${options[@]}" "$SG_TMP/profile.json" >"$SG_TMP/found" || true
	if grep -q "does not start a container without $3\(,.*\)\? \[floor-missing\]" "$SG_TMP/found"; then
		echo fails
	elif [ "$2" != 0 ] && grep -q "needs $3 as another user than root.*\[floor-sometimes\]" "$SG_TMP/found"; then
		echo fails
	else
		echo starts
	fi
}

n=0
for call in capget chdir faccessat2 fchown fstatfs getppid newfstatat setgid setgroups write; do
	for nnp in false true; do
		for uid in 0 1000; do
			for how in starts execs; do
				"$how" "$nnp" "$uid" "$call" && got=starts || got=fails
				want=$(foretold "$nnp" "$uid" "$call")
				[ "$got" = "$want" ] ||
					fail "without $call, no_new_privs $nnp, user $uid, $how: it $got, check foretold that it $want: $(cat "$SG_TMP/found" "$SG_TMP/log")"
				n=$((n + 1))
			done
		done
	done
done
# a call that is needed at times only is no verdict on all starts
bundle false 0 mmap true
"$SG" check -q --runtime runc --runtime-version "$VERSION" "$SG_TMP/profile.json" >"$SG_TMP/found" || true
grep -q 'needs mmap at times: such a start fails \[floor-sometimes\]' "$SG_TMP/found" || fail "$(cat "$SG_TMP/found")"
say "$n starts under runc $VERSION are as check foretold"
