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

# Counters end at their greatest value; a sum of such is not a small number.
sums_do_not_start_anew() {
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

sums_do_not_start_anew
an_architecture_without_a_table_is_shown_as_its_number
