#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where a profile allows more than Docker's default, emit says so in a line each, with the reason: what diff finds.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command jq jq
cd "$SG_TMP"

# called NAME NR…: the recording of a container that called these too
called() {
	local add='[]'
	while [ $# -gt 0 ]; do
		add=$(jq -c --arg name "$1" --argjson nr "$2" '. + [{arch: "x86_64", nr: $nr, name: $name, count: {app: 3},
			first_seen: 1763758081000000000, programs: ["p"], sources: ["bpf"]}]' <<<"$add")
		shift 2
	done
	jq --argjson add "$add" '.runs[0].entries = (.runs[0].entries + $add | sort_by(.arch, .nr))' "$SG_SOURCE/tests/golden/cli/runc.json"
}

# lines_agree RECORDING: a line for each call that diff names, and no other
lines_agree() {
	local set
	for set in none security all; do
		"$SG" emit "$1" --args "$set" -o profile.json 2>notes || fail "emit: $(cat notes)"
		sed -n "s/^seccomp-gen: emit: wider than Docker's default: \([a-z0-9_]*\).*/\1/p" notes | sort >said
		json diff diff -q docker profile.json --subset --json >diff.json || true
		jq -r '.differences[] | select(.kind == "only-b" or .kind == "undecided") | .name // .scope' diff.json | sort -u >found
		cmp -s said found || fail "--args $set: said: $(xargs <said); diff: $(xargs <found): $(cat diff.json)"
	done
}

called clone 56 >ordinary.json
lines_agree ordinary.json
[ ! -s found ] || fail "an ordinary program gets more than Docker's default: $(cat found)"

called swapon 167 open_by_handle_at 304 bpf 321 >wide.json
lines_agree wide.json
[ "$(xargs <found)" = "bpf open_by_handle_at swapon" ] || fail "found: $(xargs <found)"
grep -Eq "wider than Docker's default: swapon \(x86_64\): bpf: called 3 times, first by p" notes || fail "$(cat notes)"

# without the data it is said that nothing was compared
mkdir -p data
cp -r "$SG_SOURCE/profiles/floor" data/
SECCOMP_GEN_DATA=$PWD/data "$SG" emit wide.json 2>notes >/dev/null || fail "emit: $(cat notes)"
grep -q "not compared with Docker's default" notes || grep >/dev/null 'wider than' notes || fail "$(cat notes)"

# "Docker's default" is that of the Docker that was recorded, wherever the profile is made; of another, the newest known
jq '.runs[].target |= (.kind = "container" | .engine = "docker" | .engine_version = "26.1.5+dfsg1")
	| .runs[0].entries += [{arch: "x86_64", nr: 458, name: "listmount", count: {app: 1}, programs: ["web"], sources: ["bpf"]}]
	| .runs[0].entries |= unique_by(.arch, .nr)' "$SG_SOURCE/tests/golden/cli/runc.json" >"$SG_TMP/engine.json"
"$SG" emit "$SG_TMP/engine.json" -o "$SG_TMP/engine.profile" 2>"$SG_TMP/notes"
grep -q "wider than Docker 26.1.5+dfsg1's default: listmount" "$SG_TMP/notes" || fail "Docker 26.1 denies it: $(cat "$SG_TMP/notes")"
jq '.runs[].target.engine_version = "1.0"' "$SG_TMP/engine.json" >"$SG_TMP/other.json"
"$SG" emit "$SG_TMP/other.json" -o "$SG_TMP/other.profile" 2>"$SG_TMP/notes"
! grep "wider than Docker.*default: listmount" "$SG_TMP/notes" || fail "the newest Docker allows it"
cmp -s "$SG_TMP/engine.profile" "$SG_TMP/other.profile" || fail "the baseline decides about the profile"
"$SG" show "$SG_TMP/engine.json" | grep -qx 'Engine     docker 26.1.5+dfsg1' || fail "$("$SG" show "$SG_TMP/engine.json" | head)"
"$SG" diff docker "$SG_TMP/engine.json" >"$SG_TMP/out" 2>"$SG_TMP/notes" || [ $? = 3 ] || fail "diff: $(cat "$SG_TMP/notes")"
grep -q "docker@26.1.5+dfsg1 is docker 26.1.5's default profile" "$SG_TMP/notes" || fail "diff took: $(cat "$SG_TMP/notes")"
"$SG" diff docker "$SG_TMP/other.json" >"$SG_TMP/out" 2>"$SG_TMP/notes" || [ $? = 3 ] || fail "diff: $(cat "$SG_TMP/notes")"
! grep -q "docker 26.1.5's default profile" "$SG_TMP/notes" || fail "of Docker 1.0 the newest known stands for it"
