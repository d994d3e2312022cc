#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What show, merge and emit print, and how it gets into files. SG_UPDATE=1 writes the
# expected output again.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

show_prints_what_is_expected() {
	cd "$DATA"
	expect 0 show nginx.json
	same "$DATA/nginx.show" 'show nginx.json'
	expect 0 show runc.json
	same "$DATA/runc.show" 'show runc.json'
	expect 0 show --json runc.json
	# the ledger names every counter, and new ones are no change of the interface
	jq -e '.loss | has("cgroups_untracked") and all(. == 0)' "$SG_TMP/out" >/dev/null || fail "show --json: the ledger"
	jq '.loss = {}' "$SG_TMP/out" >"$SG_TMP/stable" && mv "$SG_TMP/stable" "$SG_TMP/out"
	same "$DATA/runc.show.json" 'show --json runc.json'
	expect 0 show - <runc.json
	sed -i 's/<stdin>/runc.json/' "$SG_TMP/out"
	same "$DATA/runc.show" 'show -'
}

emit_prints_what_is_expected() {
	cd "$DATA"
	expect 0 emit nginx.json --runtime none
	same "$DATA/nginx.profile.json" 'emit nginx.json'
	expect 0 emit runc.json
	same "$DATA/runc.profile.json" 'emit runc.json'
	grep -q 'runtime floor: runc 1.1.5, without no_new_privs' "$SG_TMP/err" || fail "emit does not say which floor"
	grep -q 'denied .*left out .*: ptrace' "$SG_TMP/err" || fail "emit does not say that a denied call is left out"
	expect 0 emit runc.json --explain
	same "$DATA/runc.explain" 'emit --explain runc.json'
	expect 0 emit runc.json nginx.json --quiet
	[ ! -s "$SG_TMP/err" ] || fail "emit --quiet: $(cat "$SG_TMP/err")"
	cp "$SG_TMP/out" "$SG_TMP/both"
	expect 0 emit nginx.json runc.json nginx.json --quiet
	cmp -s "$SG_TMP/both" "$SG_TMP/out" || fail "emit depends on the order of recordings"
}

names_of() {
	jq -r '.syscalls[] | select(.action == "SCMP_ACT_ALLOW").names[]' "$1"
}

options_of_emit_do_what_they_say() {
	cd "$DATA"
	expect 0 emit -q nginx.json --runtime none --no-fallbacks
	[ "$(names_of "$SG_TMP/out" | paste -sd ' ')" = 'execve getpid read write' ] ||
		fail "--no-fallbacks: $(names_of "$SG_TMP/out" | paste -sd ' ')"
	expect 0 emit -q runc.json --include-denied
	names_of "$SG_TMP/out" | grep >/dev/null -x ptrace || fail "--include-denied leaves ptrace out"
	expect 0 emit -q nginx.json --runtime crun --runtime-version 1.8.1
	names_of "$SG_TMP/out" | grep >/dev/null -x setresuid || fail "--runtime crun lacks setresuid"
	refuse 1 "floor of runtime 'youki' is not known \(known: .*crun.*runc" emit nginx.json --runtime youki
	refuse 1 "floor of runtime '../floor/runc' is not known" emit nginx.json --runtime ../floor/runc
	SECCOMP_GEN_DATA=$SG_TMP refuse 1 "no floor data in $SG_TMP/floor" emit nginx.json --runtime runc
}

# A recording that names a runtime of which nothing is known must not become a profile without floor.
an_unknown_runtime_in_the_recording_is_no_empty_floor() {
	sed 's/"runtime": "runc"/"runtime": "youki"/' "$DATA/runc.json" >"$SG_TMP/youki.json"
	refuse 1 "names the runtime 'youki'; give --runtime" emit "$SG_TMP/youki.json"
	expect 0 emit "$SG_TMP/youki.json" --runtime none
}

a_lossy_recording_is_refused_and_said() {
	sed 's/"loss": {}/"loss": {"cgroups_untracked": 3}/' "$DATA/nginx.json" >"$SG_TMP/lossy.json"
	refuse 1 'cgroups_untracked 3 .*--allow-lossy' emit "$SG_TMP/lossy.json"
	expect 0 emit --quiet --allow-lossy "$SG_TMP/lossy.json"
	grep -q 'cgroups_untracked 3' "$SG_TMP/err" || fail "emit --allow-lossy --quiet says nothing of the loss"
	expect 0 show "$SG_TMP/lossy.json"
	grep -q '^Losses     cgroups_untracked 3: ' "$SG_TMP/out" || fail "show hides the loss"
}

a_call_without_a_name_is_never_dropped() {
	sed -e 's/"nr": 20, "name": "getpid"/"nr": 99999/' -e 's/"kernel": "[^"]*"/"kernel": "9.0.0"/' \
		"$DATA/nginx.json" >"$SG_TMP/noname.json"
	refuse 1 '99999 of i386' emit "$SG_TMP/noname.json"
	expect 0 show "$SG_TMP/noname.json"
	grep -Eq '^#99999 +i386 +3 ' "$SG_TMP/out" || fail "show drops a call without a name"
}

merge_joins_two_recordings() {
	cd "$DATA"
	expect 0 merge nginx.json runc.json
	cp "$SG_TMP/out" "$SG_TMP/ab.json"
	expect 0 merge runc.json nginx.json nginx.json
	cmp -s "$SG_TMP/ab.json" "$SG_TMP/out" || fail "merge is not commutative and idempotent"
	expect 0 show --json "$SG_TMP/ab.json"
	[ "$(jq '[.syscalls[] | select(.name == "read").count] | add' "$SG_TMP/out")" = 2400 ] ||
		fail "counts of distinct runs do not add"
	cp runc.json "$SG_TMP/all.json"
	expect 0 merge "$SG_TMP/all.json" nginx.json -o "$SG_TMP/all.json"
	cmp -s "$SG_TMP/ab.json" "$SG_TMP/all.json" || fail "merge into one of its inputs"
	[ "$(stat -c %a "$SG_TMP/all.json")" = 600 ] || fail "a recording is readable by others"
}

# nothing_left DIR FILE…: these are the files in DIR, hidden ones included.
nothing_left() {
	local dir=$1
	shift
	[ "$(ls -A "$dir")" = "$(printf '%s\n' "$@")" ] || fail "left in $dir: $(ls -A "$dir")"
}

files_are_replaced_whole() {
	local dir=$SG_TMP/d
	mkdir "$dir"
	expect 0 emit -q "$DATA/nginx.json" --runtime none -o "$dir/p.json"
	cmp -s "$dir/p.json" "$DATA/nginx.profile.json" || fail "-o is not what stdout gets"
	[ ! -s "$SG_TMP/out" ] || fail "-o writes to stdout too"
	[ "$(stat -c %a "$dir/p.json")" = "$(printf %o $((0666 & ~0$(umask))))" ] || fail "mode of the profile"
	ln "$dir/p.json" "$dir/hard"
	ln -s "$SG_TMP/victim" "$dir/soft"
	echo victim >"$SG_TMP/victim"
	expect 0 emit -q "$DATA/runc.json" -o "$dir/p.json"
	cmp -s "$dir/p.json" "$DATA/runc.profile.json" || fail "a file is not replaced"
	cmp -s "$dir/hard" "$DATA/nginx.profile.json" || fail "a file is overwritten, not replaced"
	expect 0 emit -q "$DATA/runc.json" -o "$dir/soft"
	[ "$(cat "$SG_TMP/victim")" = victim ] || fail "-o writes through a symbolic link"
	[ ! -L "$dir/soft" ] || fail "-o leaves the symbolic link"
	nothing_left "$dir" hard p.json soft
	(cd "$dir" && expect 0 emit -q "$DATA/runc.json" -o here.json)
	[ -s "$dir/here.json" ] || fail "-o without a directory"
}

# Through /dev/stdout and /dev/fd the product joins what is there already.
descriptors_are_written_to_and_not_replaced() {
	for path in - /dev/stdout /dev/fd/3; do
		{
			echo before
			"$SG" emit -q "$DATA/nginx.json" --runtime none -o "$path" 3>&1
		} | tail -n +2 | cmp -s - "$DATA/nginx.profile.json" || fail "-o $path"
	done
	expect 0 emit -q "$DATA/nginx.json" --runtime none -o /dev/stdout
	same "$DATA/nginx.profile.json" '-o /dev/stdout'
	[ -L /dev/stdout ] || fail "/dev/stdout was replaced"
	mkfifo "$SG_TMP/fifo"
	cat "$SG_TMP/fifo" >"$SG_TMP/through" &
	expect 0 emit -q "$DATA/nginx.json" --runtime none -o "$SG_TMP/fifo"
	await "$!"
	cmp -s "$SG_TMP/through" "$DATA/nginx.profile.json" || fail "-o FIFO"
	[ -p "$SG_TMP/fifo" ] || fail "a FIFO was replaced"
}

what_cannot_be_written_leaves_nothing() {
	local dir=$SG_TMP/e
	mkdir "$dir"
	echo old >"$dir/p.json"
	refuse 1 'cannot write /dev/full: No space left' emit -q "$DATA/nginx.json" -o /dev/full
	refuse 1 "cannot write $dir: Is a directory" emit -q "$DATA/nginx.json" -o "$dir"
	refuse 1 "cannot write $dir/: Is a directory" emit -q "$DATA/nginx.json" -o "$dir/"
	refuse 1 "directory $dir/none: No such file" emit -q "$DATA/nginx.json" -o "$dir/none/p.json"
	refuse 1 "cannot write '': No such file" emit -q "$DATA/nginx.json" -o ''
	(
		ulimit -f 0
		"$SG" emit -q "$DATA/nginx.json" -o "$dir/p.json" 2>&1 || echo $?
	) | cat >"$SG_TMP/out"
	grep -q "cannot write $dir/p.json: File too large" "$SG_TMP/out" || fail "a file size limit: $(cat "$SG_TMP/out")"
	[ "$(tail -n 1 "$SG_TMP/out")" = 1 ] || fail "a file size limit: exit $(tail -n 1 "$SG_TMP/out")"
	nothing_left "$dir" p.json
	[ "$(cat "$dir/p.json")" = old ] || fail "a failed write destroys the old file"
}

need_command jq jq
show_prints_what_is_expected
emit_prints_what_is_expected
options_of_emit_do_what_they_say
an_unknown_runtime_in_the_recording_is_no_empty_floor
a_lossy_recording_is_refused_and_said
a_call_without_a_name_is_never_dropped
merge_joins_two_recordings
files_are_replaced_whole
descriptors_are_written_to_and_not_replaced
what_cannot_be_written_leaves_nothing
