#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What befalls the recorder and its target costs no call: suspended for a while (SG_FULL=1, scripts/test --full:
# for a minute) under load, with another recorder on the same target, ten thousand processes killed in mid-call.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf # --no-audit below: what other tests do to the audit trail would be in the ledger, too

continue_process() {
	! own_child "$1" || kill -CONT "$1"
}

a_suspended_recorder_loses_nothing() {
	local out=$SG_TMP/suspended.rec seconds=3 calls=0 rounds=0 end
	[ -z "${SG_FULL:-}" ] || seconds=60
	make_cgroup "$SG_ID-s"
	start_recorder "$out" --no-audit --cgroup "$REPLY"
	kill -STOP "$RECORDER"
	at_exit continue_process "$RECORDER" # or nothing can end it in order
	wait_for 30 is_stopped "$RECORDER" || fail "the recorder does not stop"
	end=$((SECONDS + seconds))
	while [ "$SECONDS" -lt "$end" ] || [ "$rounds" = 0 ]; do
		in_cgroup "$REPLY" "$SG_HELPERS/known_calls" threads 20000 >"$SG_TMP/suspended.one"
		rounds=$((rounds + 1))
	done
	is_stopped "$RECORDER" || fail "the recorder continued by itself"
	kill -CONT "$RECORDER"
	end_recorder "$out" INT
	awk -v n="$rounds" '{ print $1, $2, $3 * n }' "$SG_TMP/suspended.one" >"$SG_TMP/suspended.expected"
	want_counts "$out" "$SG_TMP/suspended.expected"
	calls=$(awk '{ n += $3 } END { print n }' "$SG_TMP/suspended.expected")
	say "suspended for $seconds s: $calls calls, none lost"
}

two_recorders_count_alike() {
	local a=$SG_TMP/a.rec b=$SG_TMP/b.rec first
	make_cgroup "$SG_ID-t"
	start_recorder "$a" --no-audit --cgroup "$REPLY"
	first=$RECORDER
	start_recorder "$b" --no-audit --cgroup "$REPLY" --args all
	in_cgroup "$REPLY" "$SG_HELPERS/known_calls" threads 20000 >"$SG_TMP/two.expected"
	end_recorder "$b" INT # the one that stays loses nothing by it
	in_cgroup "$REPLY" "$SG_HELPERS/known_calls" threads 20000 >/dev/null
	RECORDER=$first
	end_recorder "$a" INT
	want_counts "$b" "$SG_TMP/two.expected"
	awk '{ print $1, $2, $3 * 2 }' "$SG_TMP/two.expected" >"$SG_TMP/twice.expected"
	want_counts "$a" "$SG_TMP/twice.expected"
	say "two recorders on one target: both exact"
}

processes_that_are_killed_are_counted_to_the_last_call() {
	local out=$SG_TMP/killed.rec
	"$SG" record --quiet --no-audit -o "$out" -- "$SG_HELPERS/killed_forks" 10000 >"$SG_TMP/killed.expected" ||
		fail "record ended with $?"
	want_counts "$out" "$SG_TMP/killed.expected"
	say "10,000 processes forked and killed: exact"
}

a_suspended_recorder_loses_nothing
two_recorders_count_alike
processes_that_are_killed_are_counted_to_the_last_call
