#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A program that starts threads and children gets a profile under which it can, and under which no new namespaces can be
# made, by clone or by clone3, unless it made them while it was recorded.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# record_clones NAME WORD…: record clone_calls WORD…
record_clones() {
	local name=$1
	shift
	"$SG" record -q -o "$SG_TMP/$name.rec" -- "$SG_HELPERS/clone_calls" "$@" >"$SG_TMP/$name.made" ||
		fail "$name: record ended with $?"
	! grep -Eqv ' ok$|^ready$' "$SG_TMP/$name.made" || fail "$name: this machine does not make them: $(cat "$SG_TMP/$name.made")"
}

# namespaces NAME: what the recording says
namespaces() {
	jq -c '.runs[0].new_namespaces' "$SG_TMP/$1.rec"
}

# enforced NAME WANT OPTION…: what `clone_calls clone3 clone` prints under the profile
enforced() {
	local name=$1 want=$2 got
	shift 2
	"$SG" emit -q "$@" "$SG_TMP/$name.rec" -o "$SG_TMP/$name.json"
	got=$("$SG" run "$SG_TMP/$name.json" -- "$SG_HELPERS/clone_calls" clone3 clone | sed 1d | xargs) ||
		fail "$name $*: the program ends with $? under its profile"
	[ "$got" = "$want" ] || fail "$name $*: '$got', not '$want'"
	say "$name ${*:-by default}: $got"
}

record_clones plain
[ "$(namespaces plain)" = false ] || fail "plain: new_namespaces is $(namespaces plain)"
record_clones by_clone clone
[ "$(namespaces by_clone)" = true ] || fail "by_clone: new_namespaces is $(namespaces by_clone)"
record_clones by_clone3 clone3
[ "$(namespaces by_clone3)" = true ] || fail "by_clone3: new_namespaces is $(namespaces by_clone3)"

for args in none security all; do
	enforced plain 'clone3 ENOSYS clone ENOSYS' --args "$args"
	enforced by_clone 'clone3 ENOSYS clone ok' --args "$args"
	enforced by_clone3 'clone3 ok clone ENOSYS' --args "$args"
done

# What was planned is no denial: nothing that was recorded fails for it.
"$SG" simulate "$SG_TMP/plain.json" "$SG_TMP/plain.rec" >"$SG_TMP/sim" || fail "simulate: exit $?: $(cat "$SG_TMP/sim")"
grep -Eq '^Falls back +1 distinct' "$SG_TMP/sim" || fail "simulate does not say what falls back: $(cat "$SG_TMP/sim")"
