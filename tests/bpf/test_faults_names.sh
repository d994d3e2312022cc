#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What is recorded chooses names to be seen by: of its program, its file, its arguments, its cgroup. None of them drives
# the terminal on which it is recorded or shown, or takes a recording's file elsewhere.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

evil=$'..\e[2J\e]0;x\a\u9b31m\u202e' # as much of it as fits: a program's name has 15 bytes
mkdir "$SG_TMP/bin"
program=$SG_TMP/bin/$'\e[2J\a;\x9b1m'
cp "$SG_HELPERS/known_calls" "$program"

# plain WHAT FILE…: no control character, nothing that turns text around
plain() {
	local what=$1
	shift
	! LC_ALL=C grep -lP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$@" ||
		fail "$what: an escape sequence passes: $(cat -v "$@" | head -n 5)"
}

a_program_with_a_name_of_escape_sequences() {
	local out=$SG_TMP/program.rec command
	"$SG" record -v -o "$out" -- "$program" plain 1000 >"$SG_TMP/expected" 2>"$SG_TMP/err" || fail "record: $(cat "$SG_TMP/err")"
	plain record "$SG_TMP/err" "$out"
	"$SG" record --quiet -- "$program" plain 1000 >/dev/null # into the store: its file is named after the command
	for command in "show $out" "show --json $out" list "emit $out" "emit --explain $out" "merge $out $out"; do
		# shellcheck disable=SC2086 # the words of a command
		"$SG" $command >"$SG_TMP/out" 2>"$SG_TMP/err" || fail "$command: $(cat "$SG_TMP/err")"
		plain "$command" "$SG_TMP/out" "$SG_TMP/err"
	done
	"$SG" show "$out" | grep '\\x1b\[2J\\x07;' >/dev/null || fail "the program's name is not shown"
	want_count "$out" getppid 1000
	find "$SECCOMP_GEN_DIR" -type f >"$SG_TMP/names"
	[ "$(wc -l <"$SG_TMP/names")" = 1 ] || fail "not one recording in the store: $(cat -v "$SG_TMP/names")"
	plain "the file's name" "$SG_TMP/names"
	say "a program's name is shown harmlessly"
}

# Under --all every cgroup that appears has a file named after it.
a_cgroup_with_a_name_of_escape_sequences() {
	local out=$SG_TMP/all cgroup
	make_cgroup "$SG_ID"
	cgroup=$REPLY
	start_recorder "$out" -v --all
	mkdir "$cgroup/$evil" "$cgroup/-rf *"
	for dir in "$cgroup/$evil" "$cgroup/-rf *"; do
		in_cgroup "$dir" "$SG_HELPERS/known_calls" plain 1000 >/dev/null
	done
	end_recorder "$out" INT
	plain "record --all" "$out.log"
	find "$out" -mindepth 1 >"$SG_TMP/names"
	plain "the names of files" "$SG_TMP/names"
	[ "$(grep -lF "$SG_ID/" "$out"/*.json | wc -l)" = 2 ] || fail "not two recordings of ours: $(ls "$out")"
	grep -lF "$SG_ID/" "$out"/*.json >"$SG_TMP/ours"
	while read -r file; do
		"$SG" show "$file" >"$SG_TMP/out" 2>"$SG_TMP/err"
		plain show "$SG_TMP/out" "$SG_TMP/err" "$file"
		want_count "$file" getppid 1000
	done <"$SG_TMP/ours"
	SECCOMP_GEN_DIR=$out "$SG" list >"$SG_TMP/out" 2>"$SG_TMP/err" || true # others' cgroups can be among them
	plain list "$SG_TMP/out" "$SG_TMP/err"

	start_recorder "$SG_TMP/one.rec" --no-audit --cgroup "$cgroup/$evil"
	in_cgroup "$cgroup/$evil" "$SG_HELPERS/known_calls" plain 1000 >/dev/null
	end_recorder "$SG_TMP/one.rec" INT
	plain "record --cgroup" "$SG_TMP/one.rec" "$SG_TMP/one.rec.log"
	want_count "$SG_TMP/one.rec" getppid 1000
	say "a cgroup's name is shown harmlessly, and its file stays in its directory"
}

a_program_with_a_name_of_escape_sequences
a_cgroup_with_a_name_of_escape_sequences
