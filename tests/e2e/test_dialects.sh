#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Every dialect is taken by the program that it is for, and enforced as the profile says: runc, crun, podman, Docker,
# containerd, bubblewrap, and systemd in a machine of its own. Arguments choose some of them.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"

# What a container leaves whose start was cut off, and, in a hybrid hierarchy, nspawn in systemd's own.
remove_cgroups() {
	local dir
	for dir in /sys/fs/cgroup/*/"$SG_ID"-*; do
		remove_cgroup "$dir"
	done
}
at_exit remove_cgroups

PROFILE=$SG_TMP/profile.json
# What the probe says under the profile.
ENFORCED="getppid=ok mkdirat=EPERM unix=ok unix_high=ok netlink=EPERM clone3=ENOSYS kcmp=EACCES "

# The calls of Docker's default profile, but for those that the probe makes: these show each kind of rule.
write_profile() {
	"$SG" convert -q --cap none "$SG_SOURCE/profiles/default/docker@26.1.json" | jq '
		["mkdir", "mkdirat", "socket", "clone", "clone3", "kcmp", "personality"] as $ours
		| .architectures = ["SCMP_ARCH_X86_64"]
		| .syscalls = [.syscalls[] | select(.action == "SCMP_ACT_ALLOW" and (has("args") | not))
			| .names -= $ours | .names += ["clone"]]
			+ [{names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38},
			   {names: ["kcmp"], action: "SCMP_ACT_ERRNO", errnoRet: 13},
			   {names: ["socket"], action: "SCMP_ACT_ALLOW",
			    args: [{index: 0, value: 4294967295, valueTwo: 1, op: "SCMP_CMP_MASKED_EQ"}]}]' >"$PROFILE"
}

write_denylist() {
	jq -n '{defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64"], syscalls: [
		{names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38},
		{names: ["kcmp"], action: "SCMP_ACT_ERRNO", errnoRet: 13},
		{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 1}]}' >"$SG_TMP/denylist.json"
}

# converted DIALECT: REPLY is a file with the profile in it; nothing may be lost.
converted() {
	REPLY=$SG_TMP/profile.$1
	"$SG" convert -q --strict --format "$1" "$PROFILE" -o "$REPLY" || fail "$1 loses something"
}

# Sets PID to the probe that was given this word, as argv[1] and not as part of a runtime's command line.
_probe_waits() {
	local dir argv
	for dir in /proc/[0-9]*; do
		mapfile -d '' -t argv <"$dir/cmdline" || continue
		if [ "${#argv[@]}" = 2 ] && [ "${argv[0]}" = /bin/dialect_probe ] && [ "${argv[1]}" = "$1" ]; then
			PID=${dir#/proc/}
			return 0 # a bare return in a trap is that of the command before the trap
		fi
	done 2>/dev/null
	return 1
}

end_probe() {
	! _probe_waits "$WORD" || kill -KILL "$PID"
}
at_exit end_probe

_probe_spoke() {
	grep -qs '^getppid=' "$SAID" || gone "$1"
}

# expect_probe WHO EXPECTED COMMAND…: the command runs the probe, with $WORD. What it says is expected, and what its
# filter allows is exactly what $EXACT does, call by call and for all arguments.
WORD=$SG_ID-probe
EXACT=$PROFILE
SAID=$SG_TMP/stdout
expect_probe() {
	local who=$1 want=$2 job got
	shift 2
	rm -f "$SAID"
	"$@" >"$SG_TMP/stdout" 2>"$SG_TMP/err" </dev/null &
	job=$!
	at_exit end_process "$job"
	wait_for 60 _probe_spoke "$job" || fail "$who: nothing is heard of the probe: $(tail -5 "$SG_TMP/err")"
	got=$(grep '^getppid=' "$SAID") || fail "$who refuses it: $(tail -5 "$SAID" "$SG_TMP/err")"
	[ "$got" = "$want" ] || fail "$who: $got, not $want"
	wait_for 60 _probe_waits "$WORD" || fail "$who: the probe is gone"
	if [ -n "$EXACT" ]; then
		"$SG" diff -q --subset "$EXACT" "pid:$PID" >"$SG_TMP/more" || fail "$who: its filter allows more: $(head "$SG_TMP/more")"
		"$SG" diff -q --subset "pid:$PID" "$EXACT" >"$SG_TMP/less" || fail "$who: its filter allows less: $(head "$SG_TMP/less")"
	else
		"$SG" diff -q "$PROFILE" "pid:$PID" >"$SG_TMP/differences" || [ $? = 3 ]
	fi
	end_probe
	wait_for 60 gone "$job" || fail "$who does not end"
	say "$who: as the profile says"
}

# taken_by RUNTIME DIALECT…
taken_by() {
	local runtime=$1 dialect
	shift
	start_runtime "$runtime"
	for dialect in "$@"; do
		converted "$dialect"
		expect_probe "$runtime with $dialect" "$ENFORCED" \
			run_container "$runtime" "$SG_ID-$dialect" --seccomp "$REPLY" -- /bin/dialect_probe "$WORD"
	done
}

# The operator writes a resource's spec out as JSON for the runtime, as converting it back does.
resource_is_taken_by_its_schema() {
	local schema
	converted crd
	for schema in "$SG_SOURCE"/tests/golden/crd/*.yaml; do
		"$SG_SOURCE/tests/golden/crd/validate.py" "$schema" "$REPLY" || fail "$(basename "$schema") refuses the resource"
	done
	"$SG" convert -q "$REPLY" -o "$SG_TMP/crd.json"
	expect_probe "runc with crd" "$ENFORCED" \
		run_container runc "$SG_ID-crd" --seccomp "$SG_TMP/crd.json" -- /bin/dialect_probe "$WORD"
}

in_bubblewrap() {
	local options=(--ro-bind "$IMAGE_ROOT" / --dev /dev --proc /proc --unshare-net --seccomp 9)
	bwrap "${options[@]}" /bin/dialect_probe "$WORD" 9<"$1"
}

bubblewrap_takes_the_program() {
	need_command bwrap bubblewrap
	converted bpf
	expect_probe "bubblewrap with bpf" "$ENFORCED" in_bubblewrap "$REPLY"
}

# Its own compiler makes a program of the policy, which allows what the profile does; it knows the names of the
# kernel headers that it was built with.
minijail_takes_the_policy() {
	local profile=$SG_TMP/minijail.json policy=$SG_TMP/minijail.policy program=bpf:$SG_TMP/minijail.bpf
	jq '.defaultAction = "SCMP_ACT_KILL_PROCESS" | del(.defaultErrnoRet)
		| .syscalls = [{names: ["read", "write", "execve", "exit_group", "mmap", "openat"], action: "SCMP_ACT_ALLOW"}]
			+ [.syscalls[] | select(.action != "SCMP_ACT_ALLOW" or has("args"))]
			+ [{names: ["clone"], action: "SCMP_ACT_ALLOW",
			    args: [{index: 0, value: 2114060288, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ"}]},
			   {names: ["lseek"], action: "SCMP_ACT_ALLOW",
			    args: [{index: 2, value: 4294967296, op: "SCMP_CMP_LT"}]}]' "$PROFILE" >"$profile"
	"$SG" convert -q --strict --format minijail "$profile" -o "$policy" || fail "minijail loses something"
	parse_seccomp_policy --dump="${program#bpf:}" "$policy" >&2 || fail "minijail refuses the policy"
	"$SG" diff -q --subset "$profile" "$program" >"$SG_TMP/more" || fail "minijail allows more: $(head "$SG_TMP/more")"
	"$SG" diff -q --subset "$program" "$profile" >"$SG_TMP/less" || fail "minijail allows less: $(head "$SG_TMP/less")"
	say "minijail: as the profile says"
}

# make_machine: systemd's root file system with a layer of this test's own, and in it the probe as a service.
MACHINE=$SG_TMP/machine
make_machine() {
	local rootfs layers=$SG_TMP/layers
	rootfs=$("$SG_SOURCE/scripts/make-rootfs" systemd systemd-sysv dbus base-files base-passwd)
	mkdir "$layers" "$MACHINE"
	mount -t tmpfs tmpfs "$layers"
	at_exit umount -l "$layers"
	mkdir "$layers/upper" "$layers/work"
	mount -t overlay -o "lowerdir=$rootfs,upperdir=$layers/upper,workdir=$layers/work" overlay "$MACHINE"
	at_exit umount -l "$MACHINE"
	cp "$SG_HELPERS/dialect_probe" "$MACHINE/bin/"
	mkdir -p "$MACHINE/etc/systemd/system/probe.service.d"
	cat >"$MACHINE/etc/systemd/system/probe.service" <<-EOT
		[Unit]
		DefaultDependencies=no
		[Service]
		Type=oneshot
		ExecStart=/bin/dialect_probe $WORD
		StandardOutput=file:/probe.out
		ExecStopPost=/bin/systemctl --no-block exit 0
	EOT
	make_cgroup "$SG_ID-machine"
	MACHINE_CGROUP=$REPLY
}

# machine_with DROPIN: boot it. SYSTEMD_SECCOMP: nspawn's own filter would be the probe's as well.
machine_with() {
	cp "$1" "$MACHINE/etc/systemd/system/probe.service.d/seccomp.conf"
	# shellcheck disable=SC2016 # expanded by that shell
	timeout -k 5 120 env SYSTEMD_SECCOMP=0 sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$MACHINE_CGROUP" \
		systemd-nspawn --register=no --keep-unit --console=pipe -q -D "$MACHINE" -b -- systemd.unit=probe.service \
		</dev/null >"$SG_TMP/boot" 2>&1
}

systemd_takes_the_drop_in() {
	local SAID=$MACHINE/probe.out EXACT=
	need_command systemd-nspawn systemd-container
	make_machine
	"$SG" convert --format systemd "$PROFILE" -o "$SG_TMP/seccomp.conf" 2>"$SG_TMP/lost"
	expect_probe "systemd's allow list" \
		"getppid=ok mkdirat=EPERM unix=ok unix_high=ok netlink=ok clone3=EPERM kcmp=EPERM " \
		machine_with "$SG_TMP/seccomp.conf"
	# what got lost is what was said to be; all of @default is said to be allowed, and an older systemd has less of it
	sed -n 's/^  \([a-z0-9_]*\) (x86_64).*/\1/p' "$SG_TMP/differences" | sort -u >"$SG_TMP/differ"
	sed -n 's/^seccomp-gen: convert: systemd [a-z ]*: \([a-z0-9_]*\) (x86_64).*/\1/p' "$SG_TMP/lost" | sort -u >"$SG_TMP/reported"
	[ "$(tr '\n' ' ' <"$SG_TMP/differ")" = "clone3 kcmp socket " ] || fail "systemd's filter differs in: $(cat "$SG_TMP/differences")"
	[ "$(comm -3 "$SG_TMP/differ" "$SG_TMP/reported" | tr -d '\t\n')" = uretprobe ] ||
		fail "what systemd cannot express was reported as: $(cat "$SG_TMP/lost")"
	"$SG" convert -q --format systemd --strict "$SG_TMP/denylist.json" -o "$SG_TMP/denylist.conf" || fail "a deny list loses something"
	EXACT=$SG_TMP/denylist.json
	expect_probe "systemd's deny list" \
		"getppid=ok mkdirat=EPERM unix=ok unix_high=ok netlink=ok clone3=ENOSYS kcmp=EACCES " \
		machine_with "$SG_TMP/denylist.conf"
}

# Its newer versions allow more by themselves: the list that we know may lack names, never have others.
systemd_s_own_set_is_ours() {
	command -v systemd-analyze >/dev/null || return 0
	systemd-analyze syscall-filter @default 2>/dev/null | awk '$1 !~ /^[@#]/ && NF { print $1 }' | sort >"$SG_TMP/theirs"
	sed -n 's/^\t"\(.*\)",$/\1/p' "$SG_SOURCE/gen/dialect/print/systemd_default.c" | sort >"$SG_TMP/ours"
	[ -s "$SG_TMP/theirs" ] || return 0
	[ -z "$(comm -13 "$SG_TMP/theirs" "$SG_TMP/ours")" ] ||
		fail "not in systemd's @default: $(comm -13 "$SG_TMP/theirs" "$SG_TMP/ours")"
	[ -z "$(comm -23 "$SG_TMP/theirs" "$SG_TMP/ours")" ] ||
		say "systemd's @default has more than 252's: $(comm -23 "$SG_TMP/theirs" "$SG_TMP/ours" | tr '\n' ' ')"
}

prove() {
	case $1 in
	runc) taken_by runc oci json-artifact && resource_is_taken_by_its_schema ;;
	crun) taken_by crun oci ;;
	podman) taken_by podman podman docker oci ;;
	docker) taken_by docker docker oci ;;
	ctr) taken_by ctr oci ;;
	bubblewrap) bubblewrap_takes_the_program ;;
	systemd) systemd_s_own_set_is_ours && systemd_takes_the_drop_in ;;
	minijail) minijail_takes_the_policy ;;
	esac
}

# is_here CONSUMER: its program is.
is_here() {
	case $1 in
	podman | crun | runc) command -v "$1" >/dev/null ;;
	docker) command -v dockerd >/dev/null ;;
	ctr) command -v containerd >/dev/null ;;
	bubblewrap) command -v bwrap >/dev/null ;;
	systemd) command -v systemd-nspawn >/dev/null ;;
	minijail) command -v parse_seccomp_policy >/dev/null ;;
	*) fail "$1 is not known" ;;
	esac
}

[ "$(uname -m)" = x86_64 ] || skip "its profile is for x86_64"
need_command jq jq
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip "needs python3-yaml (apt-get install python3-yaml)"
mkdir -p "$IMAGE_ROOT/bin"
cp "$SG_HELPERS/dialect_probe" "$IMAGE_ROOT/bin/"
need_runtimes
write_profile
write_denylist
# what the probe may do where nothing is loaded
[ "$("$SG_HELPERS/dialect_probe")" = "getppid=ok mkdirat=ENOENT unix=ok unix_high=ok netlink=ok clone3=EINVAL kcmp=ok " ] ||
	skip "something denies calls of $("$SG_HELPERS/dialect_probe") here already"
[ $# -gt 0 ] || set -- runc crun bubblewrap systemd podman docker ctr minijail
absent=()
for consumer in "$@"; do
	if is_here "$consumer"; then
		prove "$consumer"
	elif [ "$consumer" = minijail ]; then
		say "minijail is no package of Debian and not installed: not tried"
	else
		absent+=("$consumer")
	fi
done
[ "${#absent[@]}" = 0 ] || skip "the others take it; not installed: ${absent[*]}"
