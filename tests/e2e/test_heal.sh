#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The loop in which a profile heals: a container under a profile that lacks five calls is run and recorded, its denials
# are taken up by emit --include-denied, until it passes. No other call is added on the way.
# shellcheck source=tests/e2e/audit_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/audit_lib.sh"
need_container
five='getpgrp getsid sched_get_priority_max times getpriority'

record_container "$SG_TMP/whole.rec" "" /bin/needs_calls
[ "$STATUS" = 0 ] || fail "without a profile it fails: $OUTPUT"
"$SG" emit --quiet --runtime runc "$SG_TMP/whole.rec" -o "$SG_TMP/whole.json"
python3 - "$SG_TMP/whole.json" "$five" >"$SG_TMP/profile.json" <<'PY'
import json, sys
profile = json.load(open(sys.argv[1]))
for rule in profile["syscalls"]:
    rule["names"] = [n for n in rule["names"] if n not in sys.argv[2].split()]
print(json.dumps(profile))
PY

recordings=()
for round in 1 2 3 4 5 6 7; do
	record_container "$SG_TMP/round$round.rec" "$SG_TMP/profile.json" /bin/needs_calls
	[ "$STATUS" != 0 ] || break
	[ "$round" -lt 7 ] || fail "it does not heal: $OUTPUT"
	recordings+=("$SG_TMP/round$round.rec")
	# a denied call is not taken up unless that is asked for; the runtime's own needs can differ from run to run
	"$SG" emit --quiet --runtime runc "${recordings[@]}" -o "$SG_TMP/without.json"
	"$SG" emit --quiet --runtime runc "${recordings[@]}" --explain >"$SG_TMP/explain"
	for call in $(comm -13 <(allowed "$SG_TMP/profile.json") <(allowed "$SG_TMP/without.json")); do
		grep -Eq "^$call .* floor: " "$SG_TMP/explain" || fail "$call came in unasked: $(grep "^$call " "$SG_TMP/explain")"
	done
	"$SG" emit --quiet --runtime runc --include-denied "${recordings[@]}" -o "$SG_TMP/next.json"
	say "round $round: $OUTPUT; added: $(comm -13 <(allowed "$SG_TMP/profile.json") <(allowed "$SG_TMP/next.json") | tr '\n' ' ')"
	mv "$SG_TMP/next.json" "$SG_TMP/profile.json"
done
[ "$round" = 6 ] || fail "healed after $round rounds, five calls want five"
"$SG" emit --quiet --runtime runc --include-denied "${recordings[@]}" --explain >"$SG_TMP/explain"
for call in $(comm -13 <(allowed "$SG_TMP/whole.json") <(allowed "$SG_TMP/profile.json")); do
	grep -Eq "^$call .* floor: " "$SG_TMP/explain" || fail "more was added than is needed: $call"
done
allowed "$SG_TMP/profile.json" >"$SG_TMP/healed"
for call in $five; do
	grep -qx "$call" "$SG_TMP/healed" || fail "$call is not in the healed profile"
done
say "healed in 5 rounds; nothing beyond the five calls was added"
