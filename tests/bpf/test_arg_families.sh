#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Values that go with those that were seen: a lock that nobody waited for while it was recorded works when somebody does.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

for i in 1 2; do
	"$SG" record -q --args all -o "$SG_TMP/$i.rec" -- "$SG_HELPERS/pi_locks" 1 3 >/dev/null || fail "record ended with $?"
done
"$SG" show --args "$SG_TMP/1.rec" >"$SG_TMP/seen"
grep -q FUTEX_UNLOCK_PI "$SG_TMP/seen" || fail "libc does not ask for these locks, so this proves nothing: $(cat "$SG_TMP/seen")"
! grep -q FUTEX_LOCK_PI "$SG_TMP/seen" || fail "somebody waited, so this proves nothing"
"$SG" emit -q --args all "$SG_TMP/1.rec" "$SG_TMP/2.rec" -o "$SG_TMP/profile.json"
got=$("$SG" run "$SG_TMP/profile.json" -- "$SG_HELPERS/pi_locks" 4 100000) || fail "under its profile: status $?: $got"
[ "$got" = exact ] || fail "under its profile: $got"
"$SG" emit -q --args all "$SG_TMP/1.rec" "$SG_TMP/2.rec" --explain >"$SG_TMP/explained"
grep -q 'FUTEX_LOCK_PI: goes with FUTEX_UNLOCK_PI, which was seen' "$SG_TMP/explained" || fail "not explained: $(cat "$SG_TMP/explained")"
