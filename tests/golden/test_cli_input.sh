#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What goes in: standard input can be read once, what is read is not written over, what is read in vain is said, and
# words that nobody can mean are named.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

REC=$DATA/nginx.json
PROFILE=$DATA/nginx.profile.json
LOG=$SG_TMP/audit.log
echo 'type=SECCOMP msg=audit(1795293354.710:483): auid=0 uid=0 gid=0 ses=1 pid=7 comm="nginx" exe="/a" sig=0' \
	'arch=c000003e syscall=102 compat=0 ip=0x7fe71100c829 code=0x7ffc0000' >"$LOG"

# The second "-" would be an empty text, which is a recording, a profile or a log without anything in it.
standard_input_is_read_once() {
	local once='standard input .*once'
	refuse 1 "^seccomp-gen: merge: $once" merge - - <"$REC"
	refuse 1 "^seccomp-gen: emit: $once" emit - - <"$REC"
	refuse 1 "^seccomp-gen: emit: $once" emit - --audit - <"$REC"
	refuse 1 "^seccomp-gen: import: $once" import - - <"$LOG"
	refuse 1 "^seccomp-gen: diff: $once" diff - - <"$PROFILE"
	refuse 1 "^seccomp-gen: diff: $once" diff - bpf:- <"$PROFILE"
	refuse 1 "^seccomp-gen: check: $once" check - - <"$PROFILE"
	refuse 1 "^seccomp-gen: simulate: $once" simulate - - <"$REC"
	expect 0 merge - "$DATA/runc.json" <"$REC"
	expect 3 diff - docker <"$PROFILE"
}

# A log or a recording that is lost cannot be made again; a profile or a merged recording in its own place is asked for.
what_is_read_is_not_written_over() {
	local rec=$SG_TMP/rec.json profile=$SG_TMP/profile.json
	cp "$REC" "$rec"
	cp "$PROFILE" "$profile"
	cp "$LOG" "$LOG.saved"
	ln "$LOG" "$SG_TMP/other-name"
	refuse 1 "import: .*$LOG.* is read" import "$LOG" -o "$LOG"
	refuse 1 "import: .*$SG_TMP/other-name.* is read" import "$REC" "$LOG" -o "$SG_TMP/other-name"
	mkdir "$SG_TMP/dir"
	ln "$LOG" "$SG_TMP/dir/audit.log"
	refuse 1 "import: .*dir/audit.log.* is read" import "$SG_TMP/dir" -o "$SG_TMP/dir/audit.log"
	refuse 1 "import: .*$LOG.* is read" import - -o "$LOG" <"$SG_TMP/other-name"
	refuse 1 "emit: .*$rec.* is read" emit "$rec" -o "$rec"
	refuse 1 "emit: .*$rec.* is read" emit "$REC" "$rec" -o "$rec" --explain
	refuse 1 "emit: .*$LOG.* is read" emit "$rec" --audit "$LOG" -o "$LOG"
	cmp -s "$REC" "$rec" || fail "a recording is written over"
	cmp -s "$LOG.saved" "$LOG" || fail "a log is written over"
	expect 0 convert "$profile" -o "$profile"
	expect 0 merge "$rec" "$DATA/runc.json" -o "$rec"
	expect 0 import - -o /dev/null <"$LOG"
}

# A log of something else adds nothing to the profile: whoever gave it believes that it did.
a_log_without_records_is_said() {
	expect 0 emit -q "$REC" --runtime none --audit /dev/null
	one_line 'emit: /dev/null: no seccomp record in 0 lines' 'emit --audit of an empty log'
	expect 0 emit -q "$REC" --runtime none --audit "$PROFILE"
	one_line "emit: $PROFILE: no seccomp record in [0-9]+ lines" 'emit --audit of no log'
	expect 0 emit -q "$REC" --runtime none --audit "$LOG"
	[ ! -s "$SG_TMP/err" ] || fail "emit --audit of a log: $(cat "$SG_TMP/err")"
	expect 0 import -q "$PROFILE" -o /dev/null
	one_line 'import: no seccomp record in [0-9]+ lines' 'import of no log'
}

days_that_no_month_has_are_refused() {
	local day
	for day in 2026-02-30 2026-02-29 2026-11-31 '2026-04-31 10:00' 2026-02-30T10:00:00Z; do
		refuse 2 "import: --since: '$day' is not a time" import --since "$day" "$LOG" -o -
		refuse 2 "import: --until: '$day' is not a time" import --until "$day" "$LOG" -o -
	done
	expect 0 import --since 2024-02-29 "$LOG" -o -
	TZ=Europe/Berlin expect 0 import --since '2026-03-29 02:30' "$LOG" -o - # an hour that this day lacks
	expect 0 import --since 2026-11-21T20:35:54Z "$LOG" -o -
	expect 0 import --since 2026-11-21T23:30:00-01:00 "$LOG" -o - # the next day in UTC
}

# Each has one reader, whatever command asks: what strtod(3) and strtol(3) take besides digits is refused by all.
durations_and_process_ids_are_the_same_everywhere() {
	local word
	for word in 1e3s 0x10s infs nans ' 5s' '5 s' +5s -5s 5S 1.2.3s soon; do
		refuse 2 "record: --duration: '.*' is not a duration" record --duration "$word" --all
		refuse 2 "import: --since: '.*' is not a time" import --since "$word" "$LOG" -o -
	done
	for word in 90s 1.5m .5h 250ms 2d; do
		expect 0 import --since "$word" "$LOG" -o -
		refuse 2 'no target given' record --duration "$word" # the word is taken
	done
	refuse 2 'no target given' record --duration 90
	refuse 2 "import: --since: '2026' is not a time" import --since 2026 "$LOG" -o - # a year cut short
	for word in 0 +5 ' 5' 5x -5 0x5 2147483648 99999999999999999999 ''; do
		refuse 2 "import: --pid: .* is not a process id" import --pid "$word" "$LOG" -o -
		refuse 2 "record: --pid: .* is not a process id" record --pid "$word"
		refuse 2 "simulate: --pid: .* is not a process id" simulate --pid "$word"
		refuse 2 "diff: --pid: .* is not a process id" diff "$PROFILE" --pid "$word"
		refuse 1 "diff: .* is not a process id" diff "$PROFILE" "pid:$word"
	done
}

a_version_that_is_none_is_named() {
	local version
	for version in x '' 99999999999.1; do
		refuse 1 "emit: .*version '$version' is none such as 1.1.5" \
			emit "$REC" --runtime runc --runtime-version "$version"
		refuse 1 "check: .*version '$version' is none such as 1.1.5" \
			check "$PROFILE" --runtime runc --runtime-version "$version"
	done
}

data_that_are_not_there_are_a_matter_of_where() {
	SECCOMP_GEN_DATA=$SG_TMP/none refuse 1 "no floor data in $SG_TMP/none/floor.*SECCOMP_GEN_DATA" emit "$REC" --runtime runc
}

# Counters end at their greatest value; a sum of such is not a small number.
sums_do_not_start_again() {
	local most=18446744073709551615
	sed "s/\"app\": [0-9]*/\"app\": $most/" "$REC" >"$SG_TMP/most.json"
	expect 0 show "$SG_TMP/most.json"
	grep -q "^Calls  *$most by the application" "$SG_TMP/out" || fail "show: $(grep ^Calls "$SG_TMP/out")"
	filled_store
	cp "$SG_TMP/most.json" "$SECCOMP_GEN_DIR/$NAME.json"
	expect 0 list
	grep -Eq " $most +4 " "$SG_TMP/out" || fail "list: $(cat "$SG_TMP/out")"
}

# The number is all that is known of it, in each of the tables.
an_architecture_without_a_table_is_shown_as_its_number() {
	local odd=$SG_TMP/odd.json
	sed 's/"arch": "i386", "nr": 20, "name": "getpid"/"arch": "0xdeadbeef", "nr": 20/' "$REC" >"$odd"
	expect 0 show "$odd"
	grep -Eq '^#20 +0xdeadbeef ' "$SG_TMP/out" || fail "show: $(cat "$SG_TMP/out")"
	expect 0 show --reconcile "$odd"
	grep -Eq ' #20 +0xdeadbeef ' "$SG_TMP/out" || fail "show --reconcile: $(cat "$SG_TMP/out")"
	expect 0 show --reconcile --json "$odd"
	grep -q '"name": null, "arch": "0xdeadbeef", "nr": 20,' "$SG_TMP/out" || fail "--json: $(cat "$SG_TMP/out")"
	expect 3 simulate "$PROFILE" "$odd"
	grep -Eq '^#20 +0xdeadbeef ' "$SG_TMP/out" || fail "simulate: $(cat "$SG_TMP/out")"
}

a_program_that_is_too_long_is_refused_with_its_length() {
	head -c 32776 /dev/zero >"$SG_TMP/long.bpf"
	refuse 1 'long.bpf: 4097 instructions; the kernel takes 1 to 4096' diff "bpf:$SG_TMP/long.bpf" "$PROFILE"
	refuse 1 'long.bpf: 4097 instructions; the kernel takes 1 to 4096' simulate --bpf "$SG_TMP/long.bpf" "$REC"
	refuse 1 '<stdin>: 3 bytes are no BPF program' diff bpf:- "$PROFILE" <<<"xy"
}

# An unset variable of a script begins every name: it must not mean the one recording that is there.
an_empty_word_is_no_recording_and_no_file() {
	rm -rf "$SG_TMP/store"
	filled_store
	local nothing="a recording's name is empty"
	refuse 1 "^seccomp-gen: show: $nothing" show ''
	refuse 1 "^seccomp-gen: emit: $nothing" emit ''
	refuse 1 "^seccomp-gen: merge: $nothing" merge "$REC" ''
	refuse 1 "^seccomp-gen: diff: $nothing" diff "$PROFILE" ''
	refuse 1 "^seccomp-gen: simulate: $nothing" simulate "$PROFILE" ''
	refuse 1 "cannot open '': No such file" convert ''
	refuse 1 "cannot open '': No such file" import ''
	expect 0 show "${NAME%-*}"
}

standard_input_is_read_once
what_is_read_is_not_written_over
a_log_without_records_is_said
days_that_no_month_has_are_refused
durations_and_process_ids_are_the_same_everywhere
a_version_that_is_none_is_named
data_that_are_not_there_are_a_matter_of_where
sums_do_not_start_again
an_architecture_without_a_table_is_shown_as_its_number
a_program_that_is_too_long_is_refused_with_its_length
an_empty_word_is_no_recording_and_no_file
