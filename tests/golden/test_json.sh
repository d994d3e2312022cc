#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every --json is as its schema says, in one vocabulary, and no reader rounds what it holds. Needs no privilege.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

need_command jq jq

SIMULATE=$SG_SOURCE/tests/golden/simulate
SCHEMAS=$SG_SOURCE/docs/schema
cd "$SG_TMP"

# A recording with all that an output can hold: what no double holds, a number without a name, an architecture without a
# table, every stage, denials, combinations of arguments, bytes that are no text, losses.
jq -n '{format: "seccomp-gen-recording", version: 1, runs: [{id: "a", complete: false, start: 1795286882707000001,
	end: 1795286972707000001, sources: ["bpf", "audit", "proc"], host: {kernel: "6.18.0", arch: "x86_64", boot_id: "b"},
	target: {kind: "container", cgroup: "/a\u001b[31m", cgroup_id: "CGROUP", processes_before: 3, descendants: true,
		command: ["x"], runtime: "runc", runtime_version: "1.1.5", privileged: false, filtered: true},
	loss: {first_seen_rows: 2, audit_lost: "COUNT"},
	entries: [
		{arch: "x86_64", nr: 0, count: {setup: 1, floor: 2, app: "COUNT"}, first_seen: 1795286882710000000, programs: ["a"], sources: ["bpf"]},
		{arch: "x86_64", nr: 16, name: "ioctl", count: {app: 7}, sources: ["bpf"],
			args: {index: [1, 2], wide: [2], tuples: [{value: [21505, "WORD"], count: 3}, {value: [21523, 1], count: 4}]}},
		{arch: "x86_64", nr: 41, count: {app: 12}, sources: ["bpf"], args: {index: [0, 1, 2], tuples: [
			{value: [1, 526337, 0], count: 3}, {value: [38, 5, 0], high: [1], count: 9}]}},
		{arch: "x86_64", nr: 101, denied: {errno: 3}, denied_stages: {floor: 2}, sources: ["bpf", "audit"]},
		{arch: "x86_64", nr: 9999, count: {setup: 9}, logged: 2, sources: ["bpf", "audit"]},
		{arch: "0xdeadbeef", nr: 20, count: {app: 1}, sources: ["bpf"]}]}]}' |
	sed 's/"CGROUP"/9007199254740993/; s/"COUNT"/18446744073709551615/; s/"WORD"/18446744073709551557/' >all.json
conforms recording all.json

# exact FILE: a reader that keeps doubles writes the same again.
exact() {
	python3 -c 'import json, sys
def number(text):
    if int(text) > 2**53 - 1:
        sys.exit(f"{text} is rounded by others")
    return int(text)
json.load(open(sys.argv[1]), parse_int=number)' "$1" || fail "$1: $(head -c 500 "$1")"
}

show_says_all_that_the_schema_names() {
	expect 0 show --json all.json
	exact out
	jq -e '.syscalls | map(select(.name == "read"))[0] | .count == "18446744073709551615" and .stages.setup == 1
		and .stages.app == .count' out >/dev/null || fail "a large count: $(cat out)"
	jq -e '.target.cgroup_id == "9007199254740993" and .loss.audit_lost == "18446744073709551615"' out >/dev/null ||
		fail "large integers: $(cat out)"
	jq -e '.syscalls | map(select(.name == "ioctl"))[0].arguments.tuples[0].args[1] ==
		{index: 2, value: "0xffffffffffffffc5", text: "0xffffffffffffffc5"}' out >/dev/null || fail "a word: $(cat out)"
	jq -e '.syscalls | any(.name == null and .arch == "0xdeadbeef" and .nr == 20)' out >/dev/null || fail "$(cat out)"
	for name in nginx runc; do expect 0 show --json "$DATA/$name.json"; done
}

reconcile_has_the_same_words() {
	expect 0 show --reconcile --json all.json
	exact out
	expect 0 show --json all.json
	jq -S '[.syscalls[] | {name, arch, nr}] | sort' out >calls
	expect 0 show --reconcile --json all.json
	jq -S '[.syscalls[] | {name, arch, nr}] | sort' out | cmp -s - calls || fail "other calls: $(cat out)"
}

simulate_has_the_same_words() {
	expect 3 simulate --json --floor --include-denied --runtime crun "$SIMULATE/profile.json" all.json
	exact out
	jq -e '[.syscalls[] | .cases[]? | .args[]?] | length > 0 and all(.value | startswith("0x"))' out >/dev/null ||
		fail "arguments: $(cat out)"
	jq -e '.syscalls[] | select(.name == "socket") | .verdict == {action: "SCMP_ACT_ERRNO", errnoRet: 1} and
		.stages == {setup: 0, floor: 0, app: 12}' out >/dev/null || fail "socket: $(cat out)"
	expect 3 simulate --json --runtime runc --runtime-version 1.1.5 "$SIMULATE/profile.json" all.json
	jq -e '.floors[0].missing | length > 0 and all(.name and .arch == "x86_64" and .nr >= 0)' out >/dev/null ||
		fail "the floor: $(cat out)"
	expect 3 simulate --json --undecided-ok "$SIMULATE/undecided.json" all.json
}

diff_has_the_same_words() {
	local arch='"architectures":["SCMP_ARCH_X86_64"]'
	printf '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,%s,"syscalls":[{"names":["socket","kill"],"action":"SCMP_ACT_ALLOW"}]}' \
		"$arch" >a.json
	printf '{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,%s,"syscalls":[
		{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":38,"op":"SCMP_CMP_NE"}]},
		{"names":["kill"],"action":"SCMP_ACT_TRACE","errnoRet":7},{"names":["bpf"],"action":"SCMP_ACT_LOG"}]}' "$arch" >b.json
	expect 3 diff --json --arch x86_64 a.json b.json
	exact out
	jq -e '.differences[] | select(.name == "socket") | .example == [{index: 0, value: "0x26", text: "AF_ALG"}] and
		.b == {action: "SCMP_ACT_ERRNO", errnoRet: 38}' out >/dev/null || fail "socket: $(cat out)"
	jq -e '.differences[] | select(.name == "kill") | .b == {action: "SCMP_ACT_TRACE", errnoRet: 7} and .a == {action: "SCMP_ACT_ALLOW"}' \
		out >/dev/null || fail "kill: $(cat out)"
	expect 3 diff --json docker a.json
	expect 3 diff --json a.json "$DATA/nginx.json"
	expect 0 diff --json a.json a.json
}

check_has_the_same_words() {
	expect 3 check --json "$SIMULATE/profile.json" /dev/null "$SG_SOURCE"/profiles/default/*.json
}

# What is said of the schemas holds: each has a command, each command that has --json a schema, and all is used.
schemas_and_commands_are_the_same() {
	local command schema
	for command in $(commands); do
		"$SG" "$command" --help | grep -q -- '--json' || continue
		[ -s "$SCHEMAS/$command.schema.json" ] || fail "docs/schema/ has nothing of $command --json"
		grep -q "^${command}_" <(declare -F | cut -d ' ' -f 3) || fail "this test does not run $command --json"
		grep -q "$command.schema.json" "$SG_SOURCE/docs/man/seccomp-gen-$command.1" || fail "its man page does not name its schema"
	done
	for schema in "$SCHEMAS"/*.schema.json; do
		schema=$(basename "$schema" .schema.json)
		grep -q "\`$schema.schema.json\`" "$SCHEMAS/README.md" || fail "docs/schema/README.md does not name $schema"
	done
	for schema in $(jq -r '."$defs" | keys[]' "$SCHEMAS/common.json"); do
		grep -q "\$defs/$schema\"" "$SCHEMAS"/*.json || fail "nothing uses $schema of common.json"
	done
}

# Every recording that the tests have is one that the schema knows, and so is every one that is printed.
recordings_are_as_their_schema_says() {
	local files
	mapfile -t files < <(find "$SG_SOURCE/tests" -name '*.json' -size -200k -exec grep -lE '^ *\{? *"format": *"seccomp-gen-recording"' {} +)
	[ "${#files[@]}" -gt 5 ] || fail "found ${#files[@]} recordings"
	conforms recording "${files[@]}"
	"$SG" merge -q "$DATA/nginx.json" "$DATA/runc.json" all.json -o merged.json
	conforms recording merged.json
}

# change FILE FILTER…: FILE after each of the changes, as changed.N.json.
change() {
	local file=$1 n=0 filter
	shift
	rm -f changed.*
	for filter in "$@"; do
		n=$((n + 1))
		jq "$filter" "$file" >"changed.$n.json"
		! cmp -s <(jq . "$file") "changed.$n.json" || fail "'$filter' changes nothing"
	done
}

# refuses NAME FILE FILTER…: the schema finds each of the changes.
refuses() {
	local name=$1
	shift
	change "$@"
	"$SG_SOURCE/tests/schema.py" --wrong "$name" changed.*.json || fail "$name.schema.json does not find a change"
}

a_schema_finds_what_is_wrong() {
	expect 3 simulate --json --runtime runc --runtime-version 1.1.5 "$SIMULATE/profile.json" "$SIMULATE/recording.json"
	cp out simulate.json
	refuses simulate simulate.json \
		'.syscalls[3].verdict.data = 1' \
		'del(.syscalls[3].verdict.errnoRet)' \
		'.syscalls[1].verdict.errnoRet = 1' \
		'.syscalls[3].stages = ["app"]' \
		'del(.syscalls[3].stages.floor)' \
		'.syscalls[3].cases[0].args[0].value = 1' \
		'.syscalls[3].cases[0].args[0].value = "0x01"' \
		'.syscalls[3].cases[0].args[0].name = "domain"' \
		'.syscalls[0].count = 9007199254740992' \
		'.syscalls[0].count = "12"' \
		'del(.syscalls[0].arch)' \
		'.more = 1'
	expect 0 show --json all.json
	cp out show.json
	refuses show show.json \
		'.loss.mislaid = 1' \
		'del(.loss.audit_lost)' \
		'.runs[0].start = 1795286882' \
		'.syscalls[0].args = .syscalls[0].arguments' \
		'.target.cgroup_id = 9007199254740992'
	refuses recording all.json \
		'.version = 2' \
		'.runs[0].entries[0].stage = {}' \
		'del(.runs[0].loss)'
}

show_says_all_that_the_schema_names
reconcile_has_the_same_words
simulate_has_the_same_words
diff_has_the_same_words
check_has_the_same_words
schemas_and_commands_are_the_same
recordings_are_as_their_schema_says
a_schema_finds_what_is_wrong
say "show, show --reconcile, simulate, diff, check and recordings are as their schemas say"
