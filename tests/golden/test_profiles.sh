#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# check, diff, convert and emit --format from the command line: what they print, their exit codes, and what they
# refuse. Needs no privilege.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

DEFAULTS=$SG_SOURCE/profiles/default
cd "$SG_TMP"

# profile FILE NAMES [FIELDS]: an allow list in plain OCI.
profile() {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":["SCMP_ARCH_X86_64"],%s
"syscalls":[{"names":[%s],"action":"SCMP_ACT_ALLOW"}]}\n' "${3:-}" "$2" >"$1"
}

profile bare.json '"read","write","execve","exit_group"'
CRUN='"capset","openat","prctl","rt_sigaction","rt_sigprocmask","setgroups","setresgid","setresuid"'
profile good.json '"read","write","execve","exit_group",'"$CRUN"
profile more.json '"read","write","execve","exit_group","bpf",'"$CRUN"
profile typo.json '"raed","write","execve",'"$CRUN,"'"read"'
printf '{"defaultAction":"SCMP_ACT_DENY",\n "syscalls":[]}\n' >broken.json

check_answers_by_its_exit_code() {
	expect 0 check --arch x86_64 good.json
	[ ! -s out ] || fail "found something: $(cat out)"
	expect 0 check --arch x86_64 more.json
	grep -q '^more.json:2:60: warning: bpf loads programs into the kernel.* \[dangerous-call\]$' out || fail "$(cat out)"
	expect 3 check --arch x86_64 typo.json
	grep -q '^typo.json:2:23: error: "raed" is no system call; did you mean "read"? \[unknown-call\]$' out ||
		fail "$(cat out)"
	expect 0 check --arch x86_64 --level error more.json
	[ ! -s out ] || fail "--level error prints warnings: $(cat out)"
	refuse 1 'nothere.json: .*No such file' check nothere.json
	refuse 2 'check: --json excludes --sarif: leave one of them out' check --json --sarif good.json
	refuse 2 "'6' is no version" check --min-kernel 6 good.json
	refuse 2 "'2.5' is no version" check --min-libseccomp 2.5 good.json
	refuse 2 '--runtime-version needs --runtime' check --runtime-version 1.1.5 good.json
	refuse 1 "runtime 'nosuch'" check --runtime nosuch good.json
}

an_unreadable_profile_is_a_finding() {
	expect 3 check --arch x86_64 broken.json more.json
	grep -q '^broken.json:1:18: error: unknown action "SCMP_ACT_DENY" .*\[unreadable\]$' out || fail "$(cat out)"
	grep -q '^more.json:' out || fail "the second profile was not judged: $(cat out)"
}

check_prints_json_and_sarif() {
	expect 3 check --arch x86_64 --json typo.json good.json
	jq -e '.profiles[0].findings[0] | .id == "unknown-call" and .line == 2 and .severity == "error"' out >/dev/null ||
		fail "$(cat out)"
	jq -e '.profiles[1] | .profile == "good.json" and .counts.error == 0' out >/dev/null || fail "$(cat out)"
	expect 3 check --arch x86_64 --sarif typo.json
	jq -e '.version == "2.1.0" and .runs[0].results[0].locations[0].physicalLocation.region.startLine == 2' out \
		>/dev/null || fail "$(cat out)"
	# every result's rule is in the table, under its index
	jq -e '.runs[0] | .tool.driver.rules as $r | all(.results[]; $r[.ruleIndex].id == .ruleId)' out >/dev/null ||
		fail "ruleIndex is not of the rule"
}

check_knows_what_a_runtime_needs() {
	expect 3 check --arch x86_64 --runtime crun --runtime-version 1.8.1 bare.json
	grep -q 'crun 1.8.1.* does not start a container without capset, unless with no_new_privs \[floor-missing\]' out || fail "$(cat out)"
	expect 3 check --arch x86_64 --runtime any bare.json
	grep -q 'runc.* without openat' out || fail "$(cat out)"
	# where none is named, one that starts it is enough, and none that does is worth a warning
	expect 0 check --arch x86_64 bare.json
	grep -q '^bare.json:1:18: warning: crun .* lacks capset, .*; runc .* lacks capget, .* \[floor-unknown\]$' out || fail "$(cat out)"
}

every_finding_is_in_the_man_page() {
	local id
	"$SG" check -q --sarif good.json | jq -r '.runs[0].tool.driver.rules[] | "\(.id) \(.defaultConfiguration.level)"' >ids
	[ "$(wc -l <ids)" -gt 40 ] || fail 'fewer findings than there should be'
	while read -r id level; do
		grep -qx "\.It $id Pq $level" "$SG_SOURCE/docs/man/seccomp-gen-check.1" ||
			fail "seccomp-gen-check.1 lacks $id ($level)"
	done <ids
}

diff_answers_by_its_exit_code() {
	expect 0 diff --arch x86_64 good.json good.json
	[ ! -s out ] || fail "$(cat out)"
	expect 3 diff --arch x86_64 good.json more.json
	printf 'Allowed only by B, more.json:\n  bpf (x86_64): ERRNO ENOSYS / ALLOW [line 2 of B]\n' >want
	same want 'diff'
	expect 3 diff --arch x86_64 --json good.json more.json
	jq -e '.equal == false and .counts["only-b"] == 1 and .differences[0].name == "bpf"' out >/dev/null ||
		fail "$(cat out)"
	expect 3 diff --arch x86_64 --subset good.json more.json
	expect 0 diff --arch x86_64 --subset more.json good.json
	cp good.json same.json
	expect 0 diff --arch x86_64 - good.json <same.json
	refuse 2 'operand missing' diff good.json
	refuse 2 "unexpected operand 'more.json': --pid stands for one" diff --pid 1 good.json more.json
	refuse 1 'no such file' diff ./nothere.json good.json
	refuse 1 'unknown action' diff good.json broken.json
}

defaults_are_known_by_name() {
	local file name newest
	for file in "$DEFAULTS"/*.json; do
		name=$(basename "$file" .json)
		expect 0 diff "$name" "$file" --arch x86_64
		grep -q "$name is ${name%@*} ${name#*@}[0-9.]*'s default profile (.*)" err || fail "$name: $(cat err)"
	done
	for name in docker podman containerd cri-o; do
		newest=$(basename "$(printf '%s\n' "$DEFAULTS/$name"@*.json | sort -V | tail -n 1)" .json)
		expect 0 diff "$name" "$newest"
		grep -q "diff: $name is $name ${newest#*@}" err || fail "$(cat err)"
	done
	expect 0 diff runtime-default containerd
	expect 0 diff docker@26.1.5+dfsg1 docker@26.1
	refuse 1 "docker 99.1 is not known .known: .*26.1" diff docker@99.1 good.json
	refuse 1 "docker@new: expected a version" diff docker@new good.json
	refuse 1 "docker@26: expected a version" diff docker@26 good.json
	expect 3 diff docker@26.1 containerd@1.7 --arch x86_64
	grep -q '  io_uring_setup (x86_64, i386, x32): ERRNO EPERM / ALLOW' out || fail "$(cat out)"
	head -1 out | grep >/dev/null 'by B, containerd@1.7:' || fail "the name has no version: $(head -1 out)"
	expect 0 diff --subset docker good.json --arch x86_64
	# a program alone has them; and data that somebody has instead come first
	cp "$SG" alone
	SG=./alone expect 0 diff docker@26.1 "$DEFAULTS/docker@26.1.json"
	mkdir -p data/default
	cp good.json data/default/docker.json
	SECCOMP_GEN_DATA=$PWD/data expect 0 diff docker good.json
	SECCOMP_GEN_DATA=$PWD/data expect 3 diff docker@26.1 good.json
	# a file of that name comes first
	cp good.json docker
	expect 0 diff docker good.json
	rm docker
}

capabilities_and_kernels_resolve_conditions() {
	expect 3 diff docker more.json --arch x86_64 --subset
	expect 0 diff docker more.json --arch x86_64 --subset --cap CAP_BPF
	expect 0 diff docker more.json --arch x86_64 --subset --cap docker,sys_admin
	profile trace.json '"ptrace"'
	expect 0 diff docker trace.json --arch x86_64 --subset --kernel 4.8
	expect 3 diff docker trace.json --arch x86_64 --subset --kernel 4.7
	refuse 2 "'root' is no capability" diff docker more.json --cap root
}

a_recording_is_held_against_a_profile() {
	expect 3 diff --arch x86_64 good.json "$DATA/nginx.json"
	grep -q '^Allowed only by B, .*nginx.json:$' out || fail "$(cat out)"
	grep -q 'Another verdict' out && fail "a recording has no verdicts: $(cat out)"
	"$SG" emit -q "$DATA/nginx.json" >nginx.profile.json
	expect 0 diff --arch x86_64 --subset nginx.profile.json "$DATA/nginx.json"
	filled_store
	expect 0 diff --arch x86_64 --subset nginx.profile.json "$NAME"
	expect 0 diff --arch x86_64 "$NAME" "$DATA/nginx.json"
}

convert_round_trips() {
	local dialect name file
	for file in "$DEFAULTS"/*.json; do
		name=$(basename "$file" .json)
		for dialect in oci docker podman json-artifact; do
			expect 0 convert --arch x86_64 -q -f "$dialect" "$file" -o "$dialect.json"
			[ ! -s err ] || fail "$name as $dialect: $(cat err)"
			expect 0 diff --arch x86_64 "$file" "$dialect.json"
			"$SG" convert --arch x86_64 -q -f "$dialect" "$dialect.json" | cmp - "$dialect.json" ||
				fail "$dialect is not printed as it is read"
		done
	done
}

convert_says_what_is_lost() {
	expect 0 convert --arch x86_64 -f crd --name web good.json
	grep -q '^  name: web$' out || fail "$(cat out)"
	one_line 'convert: crd denies otherwise: every call that neither names \(x86_64\): ERRNO ENOSYS becomes ERRNO EPERM' crd
	refuse 1 "name of a resource" convert --arch x86_64 -f crd --name Web good.json
	expect 1 convert --arch x86_64 -f crd --strict good.json -o strict.yaml
	grep -q 'crd cannot express 1 fact of this profile' err || fail "$(cat err)"
	[ ! -e strict.yaml ] || fail '--strict wrote something'
	expect 0 convert --arch x86_64 -f oci --strict good.json
	expect 0 convert --arch x86_64 -f minijail good.json
	grep -qx 'read: 1' out || fail "$(cat out)"
	refuse 2 'format' convert -f nosuch good.json
	refuse 1 'denies what it does not name' convert -f minijail "$SG_SOURCE/profiles/audit.json"
}

bpf_is_whole_and_not_for_terminals() {
	expect 0 convert --arch x86_64 -q -f bpf good.json
	[ -s out ] || fail 'nothing'
	head -c 7 out >out.short
	[ "$(($(wc -c <out) % 8))" = 0 ] || fail "$(wc -c <out) bytes"
	cp out good.bpf
	expect 0 diff --arch x86_64 good.json bpf:good.bpf
	expect 3 diff --arch x86_64 more.json bpf:good.bpf
	expect 0 diff --arch x86_64 bpf:good.bpf bpf:good.bpf
	refuse 1 'out.short: 7 bytes' diff good.json bpf:out.short
	expect 3 simulate --bpf good.bpf "$DATA/nginx.json"
	if command -v script >/dev/null; then
		script -qec "$SG convert --arch x86_64 -f bpf good.json" terminal >/dev/null </dev/null || true
		grep -q 'bpf is binary' terminal || fail "$(cat -v terminal)"
	fi
}

emit_takes_the_same_formats() {
	local format
	for format in oci docker podman crd systemd minijail json-artifact; do
		expect 0 emit -q --format "$format" "$DATA/runc.json"
		[ -s out ] || fail "$format: nothing"
	done
	expect 0 emit -q --format crd --name web "$DATA/runc.json"
	grep -q '^  name: web$' out || fail "$(cat out)"
	expect 1 emit -q --format systemd --strict "$DATA/runc.json"
	refuse 2 'excludes --format' emit --explain --format crd "$DATA/runc.json"
}

# entries FILE ENTRY…: a profile for x86_64 and i386 that denies by default
entries() {
	local file=$1 IFS=,
	shift
	printf '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"],"syscalls":[%s]}' \
		"$*" >"$file"
}

allow() { # allow NAME…: an entry
	local names=$*
	printf '{"names":["%s"],"action":"SCMP_ACT_ALLOW"}' "${names// /\",\"}"
}

calls_through_socketcall_count() {
	# rseq: runc itself answers to numbers above the highest
	entries with.json "$(allow read execve rseq recv)"
	entries without.json "$(allow read execve rseq)"
	for runtime in '' '--runtime runc' '--runtime crun'; do
		# shellcheck disable=SC2086 # words
		expect 3 diff --arch x86_64 $runtime with.json without.json
		grep -q 'socketcall (i386): ALLOW .* arg0 = 0xa' out || fail "$runtime: $(cat out)"
	done
	expect 0 convert --arch x86_64 --strict -f oci with.json
	cp out back.json
	expect 0 diff --arch x86_64 with.json back.json
	grep -q '"recv"' back.json || fail "convert loses recv"
}

a_runtime_has_versions() {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[%s]}' "$(allow read execve clone rseq)" >implied.json
	printf '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[%s]}' \
		"$(allow read execve clone rseq)" >listed.json
	expect 3 diff --arch x86_64 --runtime runc --runtime-version 1.1.5 implied.json listed.json
	grep -q 'openat2 (x86_64): ERRNO EPERM / ERRNO ENOSYS' out || fail "$(cat out)"
	expect 0 diff --arch x86_64 --runtime runc --runtime-version 1.1.15 implied.json listed.json
	expect 0 diff --arch x86_64 --runtime runc implied.json listed.json
	refuse 2 'needs --runtime' diff --runtime-version 1.1.5 implied.json listed.json
	refuse 2 'is no version' diff --runtime runc --runtime-version new implied.json listed.json
	# what runc answers itself is no trap
	expect 3 check --arch x86_64 --level error --runtime runc --runtime-version 1.1.5 implied.json
	grep -q 'clone3-trap' out || fail "$(cat out)"
	expect 3 check --arch x86_64 --level error --runtime runc --runtime-version 1.1.5 listed.json
	! grep -q 'clone3-trap' out || fail "$(cat out)"
}

entries_that_overlap_keep_their_order() {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[%s,%s,%s]}' \
		'{"names":["socket"],"action":"SCMP_ACT_ERRNO","errnoRet":22,"args":[{"index":0,"value":40,"op":"SCMP_CMP_EQ"}]}' \
		'{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":16,"op":"SCMP_CMP_NE"}]}' \
		"$(allow execve)" >order.json
	for format in oci docker podman; do
		expect 0 convert --arch x86_64 --strict -f "$format" order.json
		cp out back.json
		expect 0 diff --arch x86_64 order.json back.json
		expect 0 diff --arch x86_64 --runtime crun order.json back.json
	done
}

what_nobody_knows_is_passed_over() {
	printf '{"description":"x","defaultAction":"SCMP_ACT_ERRNO","DefaultErrnoRet":38,"syscalls":[%s]}' \
		"$(allow read execve)" >unknown.json
	expect 0 convert --arch x86_64 -f oci unknown.json
	grep -q '"defaultErrnoRet": 38' out || fail "Go takes DefaultErrnoRet: $(cat out)"
	grep -q 'field "description" is not known' err || fail "$(cat err)"
	expect 0 check --arch x86_64 unknown.json
	grep -q '^unknown.json:1:16: warning: field "description" is not known \[unknown-field\]$' out || fail "$(cat out)"
	grep -q '\[field-case\]$' out || fail "$(cat out)"
}

# is_called FILE WHAT: by name, by every command that reads profiles
is_called() {
	local command
	for command in "check $1" "convert $1" "simulate $1 $DATA/runc.json"; do
		# shellcheck disable=SC2086 # the words of a command
		"$SG" $command >out 2>err || true
		grep -q "no seccomp profile, but $2" out err || fail "$command: $(cat out err)"
	done
}

other_files_are_named_as_what_they_are() {
	is_called "$DATA/runc.json" 'a recording'
	printf '{"vmm":{"default_action":"trap","filter_action":"allow","filter":[{"syscall":"read"}]}}' >f.json
	is_called f.json 'a filter for Firecracker'
	printf '# a policy\nread: 1\nopen: arg1 & 64; return 1\n' >m.policy
	is_called m.policy 'a policy for minijail'
	printf '# x\n\n[Service]\nSystemCallFilter=read\n' >s.conf
	is_called s.conf 'a unit of systemd'
	printf '2\nallowlist\nread\n' >l.conf
	is_called l.conf 'a seccomp policy of LXC'
	printf 'POLICY p {\n ALLOW { read }\n}\nUSE p DEFAULT KILL\n' >k.kafel
	is_called k.kafel 'a policy for kafel'
	expect 0 convert -q --arch x86_64 -f bpf good.json
	cp out raw.bpf
	is_called raw.bpf 'a binary'
}

one_of_several_documents_is_the_profile() {
	local head='apiVersion: security-profiles-operator.x-k8s.io/v1beta1
kind: SeccompProfile
metadata: {name: x}
spec:
  defaultAction: SCMP_ACT_ERRNO
  syscalls:
  - {names: [read, execve], action: SCMP_ACT_ALLOW}'
	printf -- '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\n%s\n---\napiVersion: v1\nkind: Pod\n' \
		"$head" >many.yaml
	printf '%s\n' "$head" >one.yaml
	expect 0 diff --arch x86_64 many.yaml one.yaml
	expect 3 diff --arch x86_64 many.yaml good.json
	printf '%s\n---\n%s\n' "$head" "$head" >two.yaml
	refuse 1 'several SeccompProfiles' convert two.yaml
	printf 'kind: Pod\n---\nkind: Namespace\n' >none.yaml
	refuse 1 'none of them a SeccompProfile' convert none.yaml
}

hostile_names_do_not_reach_the_terminal() {
	printf '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["x\\u001b[2Jy","execve"],"action":"SCMP_ACT_ALLOW"}]}' >esc.json
	for command in 'check esc.json' 'convert esc.json' 'diff good.json esc.json'; do
		# shellcheck disable=SC2086 # the words of a command
		"$SG" $command >out 2>err || true
		! grep -q "$(printf '\033')" out err || fail "$command: an escape sequence passes"
	done
}

check_answers_by_its_exit_code
an_unreadable_profile_is_a_finding
check_prints_json_and_sarif
check_knows_what_a_runtime_needs
every_finding_is_in_the_man_page
diff_answers_by_its_exit_code
defaults_are_known_by_name
capabilities_and_kernels_resolve_conditions
a_recording_is_held_against_a_profile
convert_round_trips
convert_says_what_is_lost
bpf_is_whole_and_not_for_terminals
emit_takes_the_same_formats
calls_through_socketcall_count
a_runtime_has_versions
entries_that_overlap_keep_their_order
what_nobody_knows_is_passed_over
other_files_are_named_as_what_they_are
one_of_several_documents_is_the_profile
hostile_names_do_not_reach_the_terminal
