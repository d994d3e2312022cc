#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# seccomp-gen import: the same records from every kind of input, what is said of what cannot be read, and
# what the recording says of it.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

AUDIT=$SG_SOURCE/tests/golden/audit
LOG=$SG_TMP/audit.log

# The records of the table that one real run left in audit.log: all actions, odd names, odd numbers.
sed -n 's/^| \(type=SECCOMP msg=audit(179529335[45]\.[0-9]*:[0-9]*): auid=.*\)/\1/p' "$AUDIT/lines.rows" |
	awk '!seen[$2]++' >"$LOG"
[ "$(wc -l <"$LOG")" -ge 20 ] || fail "the table has too few records"

id_of() {
	sed -n 's/^      "id": "\(.*\)",$/\1/p' "$1"
}

# loss NAME: the counter in the recording on stdout, 0 when it is not there
loss() {
	sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p; T; q" "$SG_TMP/out" | grep . || echo 0
}

the_recording_is_as_it_was() {
	expect 0 import "$LOG" -o -
	same "$AUDIT/import.json" 'import of a real log'
	cp "$SG_TMP/out" "$SG_TMP/plain.json"
	expect 0 show - <"$SG_TMP/plain.json"
	same "$AUDIT/import.show" 'show of an import'
}

every_kind_of_input_gives_the_same() {
	gzip -c "$LOG" >"$SG_TMP/log.gz"
	head -n 7 "$LOG" | gzip -c >"$SG_TMP/two.gz"
	tail -n +8 "$LOG" | gzip -c >>"$SG_TMP/two.gz"
	sed 's/^type=SECCOMP msg=/Nov 21 20:38:14 vm kernel: [ 2858.324975] audit: type=1326 /' "$LOG" >"$SG_TMP/kern.log"
	sed 's/$/\r/' "$LOG" >"$SG_TMP/crlf.log"
	mkdir -p "$SG_TMP/dir"
	sed -n 1,5p "$LOG" | gzip -c >"$SG_TMP/dir/audit.log.10.gz"
	sed -n 6,10p "$LOG" >"$SG_TMP/dir/audit.log.2"
	sed -n '11,$p' "$LOG" >"$SG_TMP/dir/audit.log"
	for input in log.gz two.gz kern.log crlf.log dir; do
		expect 0 import --unverified "$SG_TMP/$input" -o -
		cmp -s "$SG_TMP/out" "$SG_TMP/plain.json" || fail "$input gives another recording"
	done
	expect 0 import - -o - <"$SG_TMP/log.gz"
	cmp -s "$SG_TMP/out" "$SG_TMP/plain.json" || fail "standard input gives another recording"
	# syslog and kern.log have the same
	expect 0 import --unverified "$SG_TMP/kern.log" "$LOG" -o -
	cmp -s "$SG_TMP/out" "$SG_TMP/plain.json" || fail "a record that is met twice counts twice"
}

the_oldest_of_a_directory_comes_first() {
	expect 0 import -v "$SG_TMP/dir" -o -
	[ "$(loss audit_serial_gaps)" = 1 ] || fail "the order makes gaps: $(loss audit_serial_gaps)"
	mkdir -p "$SG_TMP/dated"
	cp "$SG_TMP/dir/audit.log" "$SG_TMP/dated/"
	cp "$SG_TMP/dir/audit.log.2" "$SG_TMP/dated/audit.log-20261121"
	cp "$SG_TMP/dir/audit.log.10.gz" "$SG_TMP/dated/audit.log-20261120.gz"
	expect 0 import "$SG_TMP/dated" -o -
	cmp -s "$SG_TMP/out" "$SG_TMP/plain.json" || fail "dated logs give another recording"
}

the_same_log_again_is_the_same_run() {
	expect 0 import "$LOG" -o "$SG_TMP/a.json"
	expect 0 import "$SG_TMP/log.gz" -o "$SG_TMP/b.json"
	expect 0 merge "$SG_TMP/a.json" "$SG_TMP/b.json" -o "$SG_TMP/c.json"
	cmp -s "$SG_TMP/a.json" "$SG_TMP/c.json" || fail "merging a log with itself changes it"
	expect 0 import --comm plain "$LOG" -o "$SG_TMP/d.json"
	[ "$(id_of "$SG_TMP/a.json")" != "$(id_of "$SG_TMP/d.json")" ] || fail "a part has the id of the whole"
}

without_a_file_the_store_gets_it() {
	export SECCOMP_GEN_DIR=$SG_TMP/empty
	expect 0 import "$LOG"
	[ ! -s "$SG_TMP/out" ] || fail "import writes to stdout unasked"
	grep -q "wrote $SECCOMP_GEN_DIR/20261121T203554" "$SG_TMP/err" || fail "it does not say where: $(cat "$SG_TMP/err")"
	cmp -s "$SECCOMP_GEN_DIR"/20261121T203554*.json "$SG_TMP/plain.json" || fail "what is in the store differs"
}

# logged_and_denied WANT ARG…: the sum of both counters over all calls
logged_and_denied() {
	local want=$1
	shift
	expect 0 import "$@" -o "$SG_TMP/filtered.json"
	expect 0 show --json "$SG_TMP/filtered.json"
	got=$({ grep -Eo '"(denied|logged)": [0-9]+' "$SG_TMP/out" || true; } | awk '{ s += $2 } END { print s + 0 }')
	[ "$got" = "$want" ] || fail "import $*: $got records, not $want"
}

filters_take_a_part() {
	logged_and_denied 1 --comm plain "$LOG"
	logged_and_denied 1 --comm 'a b' "$LOG"
	logged_and_denied 2 --comm 'a b' --comm plain "$LOG"
	logged_and_denied 1 --exe '/opt/probe/sp ace/my prog' "$LOG"
	logged_and_denied 0 --exe '/opt/probe/sp ace/my prog' --comm plain "$LOG"
	logged_and_denied 1 --pid 15245 "$LOG"
	logged_and_denied 6 --until @1795293355 "$LOG"
	logged_and_denied 0 --since 2026-11-22T00:00Z "$LOG"
	sed "s/audit([0-9]*/audit($(($(date +%s) - 5400))/" "$LOG" >"$SG_TMP/late.log"
	logged_and_denied 0 --since 1h "$SG_TMP/late.log"
	logged_and_denied 18 --since 2h --until 1h "$SG_TMP/late.log"
	logged_and_denied 0 --until 2h "$SG_TMP/late.log"
	TZ=CET-1 logged_and_denied 0 --until '2026-11-21 20:35:54' "$LOG"
	TZ=UTC0 logged_and_denied 2 --until @1795293354.712 "$LOG"
}

what_cannot_be_read_is_said_with_its_line() {
	{
		echo ----
		head -c 150 "$LOG"
		echo
		echo "Nov 21 20:38:14 vm sudo: root : COMMAND=grep audit: type=1326 audit(1.000:1): arch=c000003e"
	} >"$SG_TMP/odd.log"
	expect 0 import "$SG_TMP/odd.log" -o -
	grep -q "odd.log:2: a seccomp record that cannot be read: there is no syscall=" "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	grep -q "odd.log:3: a seccomp record that is no evidence, left out: quoted by" "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	[ "$(loss audit_unreadable)" = 1 ] || fail "the ledger lacks the unreadable line"
	provoked audit_unreadable "$SG_TMP/out"
	expect 0 import - -o - <<<'[ 2858.324975] kauditd_printk_skb: 290 callbacks suppressed'
	[ "$(loss audit_suppressed)" = 290 ] || fail "the ledger lacks what was suppressed"
	provoked audit_suppressed "$SG_TMP/out"
	expect 0 import - -o - <<<'[ 2858.324975] audit: audit_lost=3 audit_rate_limit=0 audit_backlog_limit=64'
	[ "$(loss audit_lost)" = 3 ] || fail "the ledger lacks what the kernel lost"
	provoked audit_lost "$SG_TMP/out"
	# line numbers are of the file, not of all that was read
	expect 0 import "$LOG" "$SG_TMP/odd.log" -o -
	grep -q "odd.log:2: " "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	for _ in {1..30}; do head -c 150 "$LOG" && echo; done >"$SG_TMP/many.log"
	expect 0 import "$SG_TMP/many.log" -o -
	[ "$(grep -c 'cannot be read: there' "$SG_TMP/err")" = 10 ] || fail "every bad line is shown"
	grep -q 'many.log: 20 more lines like these' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
}

# In a file of syslog's, in journalctl's text, and where lines have no head, a user's line looks like the kernel's.
what_any_program_could_have_had_logged_is_left_out_and_said_once() {
	local n
	n=$(wc -l <"$LOG")
	sed 's/^Nov .* kernel: \[ [0-9.]*\] //' "$SG_TMP/kern.log" >"$SG_TMP/cat.log"
	for input in kern.log cat.log; do
		expect 0 import "$SG_TMP/$input" "$SG_TMP/$input" -o "$SG_TMP/left-out.json"
		[ "$(grep -c 'could have had logged .*: left out, unless import has --unverified' "$SG_TMP/err")" = 1 ] ||
			fail "$input: $(cat "$SG_TMP/err")"
		grep -q "import: $((2 * n)) seccomp records stand in lines" "$SG_TMP/err" || fail "$input: $(cat "$SG_TMP/err")"
		! grep -q '"name"' "$SG_TMP/left-out.json" || fail "$input: a record without a sender is evidence"
		provoked audit_unverified "$SG_TMP/left-out.json"
		expect 0 show --json "$SG_TMP/left-out.json"
		[ "$(loss audit_unverified)" = $((2 * n)) ] || fail "$input: the ledger does not know of it"
	done
	expect 0 import --unverified "$SG_TMP/kern.log" -o "$SG_TMP/taken.json"
	grep -q 'could have had logged .*: they were taken all the same' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	expect 1 emit --runtime none --audit "$SG_TMP/kern.log"
	grep -q 'unless import has --unverified' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
}

# One record whose serial number no kernel has come to is not four billion losses.
a_forged_serial_number_is_no_loss() {
	local forged
	forged=$(sed -n '1s/:[0-9]*): /:4000000001): /p' "$LOG")
	for at in 1 5 "$(wc -l <"$LOG")"; do
		sed "${at}a $forged" "$LOG" >"$SG_TMP/forged.log"
		expect 0 import "$SG_TMP/forged.log" -o -
		provoked audit_serial_gaps "$SG_TMP/out"
		[ "$(loss audit_serial_gaps)" = 1 ] || fail "after line $at: $(loss audit_serial_gaps) serial numbers are missing"
	done
	{
		echo "$forged"
		cat "$LOG"
	} >"$SG_TMP/forged.log"
	expect 0 import "$SG_TMP/forged.log" -o -
	[ "$(loss audit_serial_gaps)" -le 1 ] || fail "before line 1: $(loss audit_serial_gaps) serial numbers are missing"
}

names_from_a_log_do_not_reach_the_terminal() {
	printf 'type=SECCOMP msg=audit(1795293354.710:1): comm=1B5B324A exe="/x" sig=0 arch=c000003e syscall=1 code=0x7ffc0000\n' >"$SG_TMP/esc.log"
	expect 0 import "$SG_TMP/esc.log" -o "$SG_TMP/esc.json"
	expect 0 show "$SG_TMP/esc.json"
	grep -q '\\x1b\[2J' "$SG_TMP/out" || fail "the program's name is not shown: $(cat "$SG_TMP/out")"
	! grep -q $'\x1b' "$SG_TMP/out" "$SG_TMP/err" "$SG_TMP/esc.json" || fail "an escape sequence passed through"
}

# A directory whose logs are rotated while it is read: each record once, or it is said that some are missing.
rotation_while_reading_loses_nothing_in_silence() {
	local rotator whole=0
	mkdir -p "$SG_TMP/turning"
	sed -n 1,5p "$LOG" >"$SG_TMP/turning/audit.log.2"
	sed -n 6,10p "$LOG" >"$SG_TMP/turning/audit.log.1"
	sed -n '11,$p' "$LOG" >"$SG_TMP/turning/audit.log"
	python3 - "$SG_TMP/turning" <<'PY' & # as auditd does it, and back again, as fast as it can be raced
import os, random, sys, time
os.chdir(sys.argv[1])
parent = os.getppid()
while os.getppid() == parent:
    for n in 2, 1:
        os.rename(f"audit.log.{n}", f"audit.log.{n + 1}")
    os.rename("audit.log", "audit.log.1")
    open("audit.log", "w").close()
    time.sleep(random.random() * 0.002)
    os.rename("audit.log.1", "audit.log")
    for n in 1, 2:
        os.rename(f"audit.log.{n + 1}", f"audit.log.{n}")
    time.sleep(random.random() * 0.002)
PY
	rotator=$!
	at_exit end_process "$rotator" KILL
	for _ in {1..100}; do
		local code=0
		"$SG" import "$SG_TMP/turning" -o "$SG_TMP/turned.json" 2>"$SG_TMP/err" || code=$?
		if [ "$code" = 0 ]; then
			cmp -s "$SG_TMP/turned.json" "$SG_TMP/plain.json" || fail "records are missing in silence: $(cat "$SG_TMP/err")"
			whole=$((whole + 1))
		else
			grep -Eq 'rotated faster than they can be opened|has no audit.log' "$SG_TMP/err" || fail "exit $code: $(cat "$SG_TMP/err")"
		fi
	done
	end_process "$rotator"
	say "rotation while reading: $whole of 100 are whole, the others say so"
}

damaged_files_keep_what_was_read_and_fail() {
	{
		head -n 1 "$LOG"
		printf '\0\0\0\0'
		sed -n 2,3p "$LOG"
	} >"$SG_TMP/zeroes.log"
	expect 0 import "$SG_TMP/zeroes.log" -o -
	grep -q 'zeroes.log:2: .*the line holds zero bytes' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	[ "$(loss audit_unreadable)" = 1 ] || fail "the ledger does not know of the damage"
	head -c 400 "$SG_TMP/log.gz" >"$SG_TMP/cut.gz"
	expect 1 import "$SG_TMP/cut.gz" -o "$SG_TMP/cut.json"
	grep -q "cut.gz: the file was cut off" "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	expect 0 show --json "$SG_TMP/cut.json"
	[ "$(loss audit_unreadable)" -ge 1 ] || fail "the ledger does not know of the damage"
	grep -q '"name"' "$SG_TMP/out" || fail "nothing was saved"
	printf '\xfd7zXZ\0\0\4' >"$SG_TMP/log.xz"
	expect 1 import "$SG_TMP/log.xz" -o -
	grep -q "log.xz: the file is compressed by xz; pipe it" "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
}

bad_input_is_one_clear_line() {
	refuse 1 'import: cannot open .*/nope: No such file or directory' import "$SG_TMP/nope"
	refuse 1 'import: .* has no audit.log; name the files to read' import "$SG_TMP/empty"
	refuse 1 'import: cannot open ' import "$LOG" "$SG_TMP/nope" -o "$SG_TMP/never.json"
	[ ! -e "$SG_TMP/never.json" ] || fail "a failed import wrote a recording"
	refuse 2 "import: --pid: '0' is not a process id" import --pid 0
	refuse 2 "import: --since: 'yesterday' is not a time" import --since yesterday
	refuse 2 'import: --since is later than --until' import --since 1h --until 2h "$LOG"
}

a_log_without_records_is_warned_of() {
	echo prose >"$SG_TMP/prose.log"
	expect 0 import "$SG_TMP/prose.log" -o -
	grep -q 'no seccomp record in 1 lines' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
	expect 0 import --comm nobody "$LOG" -o -
	grep -q 'all .* seccomp records are left out by the filters' "$SG_TMP/err" || fail "$(cat "$SG_TMP/err")"
}

# What a pipe delivers late or in bits makes no difference, and memory does not grow with it.
a_slow_pipe_is_read_to_its_end() {
	{
		while IFS= read -r line; do
			printf '%s' "${line:0:40}"
			printf '%s\n' "${line:40}"
		done <"$LOG"
	} | expect 0 import - -o -
	cmp -s "$SG_TMP/out" "$SG_TMP/plain.json" || fail "a slow pipe gives another recording"
}

the_recording_is_as_it_was
every_kind_of_input_gives_the_same
the_oldest_of_a_directory_comes_first
the_same_log_again_is_the_same_run
without_a_file_the_store_gets_it
filters_take_a_part
what_cannot_be_read_is_said_with_its_line
what_any_program_could_have_had_logged_is_left_out_and_said_once
a_forged_serial_number_is_no_loss
names_from_a_log_do_not_reach_the_terminal
rotation_while_reading_loses_nothing_in_silence
damaged_files_keep_what_was_read_and_fail
bad_input_is_one_clear_line
a_log_without_records_is_warned_of
a_slow_pipe_is_read_to_its_end
