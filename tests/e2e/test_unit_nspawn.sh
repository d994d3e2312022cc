#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# systemd's units, in a machine of systemd-nspawn that this test boots from the host's own /usr: recorded by name from
# before their start, nothing of systemd's in it, and the drop-in that is emitted is enforced by systemd.

# shellcheck source=tests/e2e/containers_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/containers_lib.sh"
need_bpf
need_command systemd-nspawn systemd-container
need_command busybox busybox-static
need_command strace strace
make_image
mkdir -p "$IMAGE_ROOT"/{run,var/tmp} # systemd mounts there
strace_true

# In a cgroup of its own, which is the root of all that it makes; without units of the host's packages.
boot_machine() {
	local cgroup
	at_exit wait_for 10 remove_v1 # after make_cgroup's own
	make_cgroup "$SG_ID"
	cgroup=$REPLY
	mkdir -p "$SG_TMP/units"
	in_cgroup "$cgroup" systemd-nspawn --quiet --register=no --keep-unit --console=pipe --machine="sg-$$" \
		--directory=/ --volatile=yes --bind="$SG_TMP/units:/run/systemd/system" --bind-ro="$IMAGE_ROOT:/image" \
		--boot systemd.unit=basic.target </dev/null >"$SG_TMP/console" 2>&1 &
	NSPAWN=$!
	at_exit end_machine "$cgroup"
	wait_for 60 find_leader "$cgroup" || fail "the machine does not boot: $(tail -5 "$SG_TMP/console")"
	wait_for 60 is_up ||
		fail "the machine does not come up: $(tail -5 "$SG_TMP/console")"
}

find_leader() {
	LEADER=$(head -n 1 "$1/payload/init.scope/cgroup.procs" 2>/dev/null) && [ -n "$LEADER" ]
}

is_up() {
	in_machine systemctl is-active --quiet basic.target 2>/dev/null
}

end_machine() {
	kill_cgroup "$1/payload/init.scope"
	end_process "$NSPAWN"
}

# nspawn makes the same cgroups in systemd's v1 hierarchy, where there is one.
V1=/sys/fs/cgroup/systemd/$SG_ID
remove_v1() {
	find "$V1" -depth -type d -exec rmdir {} + 2>/dev/null
	[ ! -d "$V1" ]
}

in_machine() {
	nsenter --target "$LEADER" --mount --uts --ipc --net --pid --root --wd=/ -- "$@" </dev/null
}

# make_unit NAME DIRECTIVE…: a service that runs once
make_unit() {
	local name=$1
	shift
	printf '%s\n' '[Service]' Type=oneshot "$@" >"$SG_TMP/units/$name.service"
	in_machine systemctl daemon-reload
}

# record_unit RECORDING NAME: from before its start to its end; its exit status is returned
record_unit() {
	local recording=$1 name=$2 status=0
	start_recorder "$recording" --unit "$name" --once
	in_machine systemctl start "$name" || status=$?
	end_recorder "$recording"
	return "$status"
}

boot_machine

make_unit "$SG_ID-true" ExecStart=/bin/true RootDirectory=/image
record_unit "$SG_TMP/true.rec" "$SG_ID-true" || fail "true failed: $(in_machine systemctl status --no-pager -l "$SG_ID-true"; in_machine journalctl -n 10 --no-pager)"
diff "$SG_TMP/true.calls" <(app_calls "$SG_TMP/true.rec") >"$SG_TMP/diff" ||
	fail "strace's calls <, recorded >: $(cat "$SG_TMP/diff")"
! losses "$SG_TMP/true.rec" | grep -v '^audit_' || fail "losses $(losses "$SG_TMP/true.rec")"
say "true: as strace sees it"

unit=$SG_ID-work
# shellcheck disable=SC2016 # expanded in the machine
run='ExecStart=/bin/sh -c "echo one >/tmp/file && cat /tmp/file && ls / >/dev/null && rm /tmp/file && grep Seccomp: /proc/self/status"'
place=(RootDirectory=/image MountAPIVFS=yes PrivateTmp=yes "StandardOutput=file:/run/systemd/system/out")
make_unit "$unit" "$run" "${place[@]}"
record_unit "$SG_TMP/rec" "$unit" || fail "the workload failed"
python3 - "$SG_TMP/rec" "$unit.service" <<-'PY' || fail "the recording does not know its target"
	import json, sys
	t = json.load(open(sys.argv[1]))["runs"][0]["target"]
	sys.exit(not (t["kind"] == "unit" and t["unit"] == sys.argv[2]))
PY
"$SG" emit --format systemd "$SG_TMP/rec" >"$SG_TMP/drop-in" 2>"$SG_TMP/emit.err" || fail "emit: $(cat "$SG_TMP/emit.err")"

mkdir "$SG_TMP/units/$unit.service.d"
cp "$SG_TMP/drop-in" "$SG_TMP/units/$unit.service.d/seccomp.conf"
: >"$SG_TMP/units/out"
in_machine systemctl daemon-reload
in_machine systemctl start "$unit" ||
	fail "the workload fails under its profile: $(in_machine systemctl status --no-pager "$unit"; cat "$SG_TMP/drop-in" "$SG_TMP/units/out")"
grep -q '^Seccomp:[[:space:]]*2' "$SG_TMP/units/out" || fail "no filter is loaded: $(cat "$SG_TMP/units/out")"
make_unit "$unit" 'ExecStart=/bin/mkdir /tmp/x' "${place[@]}"
! in_machine systemctl start "$unit" 2>/dev/null || fail "mkdir was not recorded and works"
say "$unit: $(app_calls "$SG_TMP/rec" | wc -l) calls, enforced by systemd $(in_machine systemctl --version | sed -n '1s/systemd //p')"

# A unit of a user's manager.
user() {
	in_machine env XDG_RUNTIME_DIR=/run/user/0 "$@"
}
cat >"$SG_TMP/units/user@0.service" <<-'EOT' # the distribution's own wants PAM and logind
	[Service]
	Type=notify
	User=0
	Slice=user-0.slice
	Delegate=yes
	Environment=XDG_RUNTIME_DIR=/run/user/0
	ExecStart=/lib/systemd/systemd --user
EOT
in_machine systemctl daemon-reload
in_machine mkdir -p /run/user/0
in_machine systemctl start user@0.service || fail "no user manager: $(in_machine journalctl -n 20 --no-pager)"
start_recorder "$SG_TMP/user.rec" --user 0 --unit "$SG_ID-user" --once
user systemd-run --user --quiet --unit "$SG_ID-user" --wait --working-directory=/ /image/bin/busybox true
end_recorder "$SG_TMP/user.rec"
diff "$SG_TMP/true.calls" <(app_calls "$SG_TMP/user.rec") >"$SG_TMP/diff" ||
	fail "user's unit: strace's calls <, recorded >: $(cat "$SG_TMP/diff")"
say "user's unit: as strace sees it, in $(python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["runs"][0]["target"]["cgroup"])' "$SG_TMP/user.rec")"
