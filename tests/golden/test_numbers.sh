#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A number that no system call has does not keep a recording from being used, whatever is done with it.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# recording FILE KERNEL [ENTRY…]: openat, write and execve of x86_64, and what else is given
recording() {
	local file=$1 kernel=$2 entries='{"arch": "x86_64", "nr": 257, "count": {"app": 7}, "sources": ["bpf"]}' entry
	shift 2
	for entry in '{"arch": "x86_64", "nr": 1, "count": {"app": 3}, "sources": ["bpf"]}' "$@"; do
		entries="$entries, $entry"
	done
	printf '{"format": "seccomp-gen-recording", "version": 1, "runs": [{"id": "%s", "complete": true, "sources": ["bpf"], "host": {%s"arch": "x86_64"}, "target": {"kind": "command", "command": ["w"]}, "loss": {}, "entries": [%s]}]}\n' \
		"$(basename "$file" .json)" "${kernel:+\"kernel\": \"$kernel\", }" "$entries" >"$file"
}

# with CODE COMMAND…: exits with CODE; $SG_TMP/out and err are what it said
with() {
	local want=$1 got=0
	shift
	"$@" >"$SG_TMP/out" 2>"$SG_TMP/err" || got=$?
	[ "$got" = "$want" ] || fail "$*: exit $got, expected $want: $(cat "$SG_TMP/err")"
}

said() {
	grep -qF -- "$1" "$SG_TMP/err" || fail "no word of '$1': $(cat "$SG_TMP/err")"
}

probe() { # probe ARCH NR
	printf '{"arch": "%s", "nr": %s, "count": {"app": 2}, "sources": ["bpf"]}' "$1" "$2"
}

old=$SG_TMP/old.json new=$SG_TMP/new.json plain=$SG_TMP/plain.json
recording "$old" 6.18.44-generic "$(probe x86_64 500)" "$(probe x86_64 400)"
recording "$new" 8.2.0 "$(probe x86_64 500)"
recording "$plain" 6.18.44-generic

# the profile is the one that comes out without the probes; the warning is no matter of --quiet
with 0 "$SG" emit -q --runtime none "$plain"
cp "$SG_TMP/out" "$SG_TMP/expected"
for option in --no-fallbacks --include-denied --allow-lossy --args=all; do
	with 0 "$SG" emit -q --runtime none "$option" "$old"
	said '500 of x86_64 (called 2 times'
	said '400 of x86_64'
done
with 0 "$SG" emit -q --runtime none "$old"
said 'the default action answers ENOSYS'
cmp "$SG_TMP/out" "$SG_TMP/expected" || fail "a number that nothing has changes the profile"
with 0 "$SG" emit -q --runtime none --explain "$old"
! grep -q 500 "$SG_TMP/out" || fail "--explain explains what is not in the profile: $(cat "$SG_TMP/out")"
for format in oci docker podman crd systemd minijail bpf json-artifact; do
	with 0 "$SG" emit -q --runtime none -f "$format" -o "$SG_TMP/p.$format" "$old"
	said '500 of x86_64'
done
# dialects that have a default of their own
with 0 "$SG" emit -q --runtime none -f minijail "$old"
said 'kills the process under this profile'
with 0 "$SG" emit -q --runtime none -f crd "$old"
said 'fails with EPERM under this profile'

# an architecture is not added to a profile for a number; what the filter does is said, and simulate proves it
recording "$SG_TMP/x32.json" 6.18.44-generic "$(probe x32 560)"
with 0 "$SG" emit -q --runtime none -o "$SG_TMP/p.json" "$SG_TMP/x32.json"
said '560 of x32'
said 'a filter kills the process'
with 3 "$SG" simulate "$SG_TMP/p.json" "$SG_TMP/x32.json"
grep -q '^#560 *x32 .*KILL' "$SG_TMP/out" || fail "simulate: $(cat "$SG_TMP/out")"

# merge, simulate, show, diff and check of it
with 0 "$SG" merge "$old" "$plain" -o "$SG_TMP/both.json"
with 0 "$SG" emit -q --runtime none -o "$SG_TMP/p.json" "$SG_TMP/both.json"
with 0 "$SG" simulate "$SG_TMP/p.json" "$SG_TMP/both.json"
grep -q '^No call *2 distinct, tried 4 times' "$SG_TMP/out" || fail "simulate: $(cat "$SG_TMP/out")"
with 0 json simulate simulate --json "$SG_TMP/p.json" "$SG_TMP/both.json"
grep -q '"absent": {"distinct": 2, "count": 4}' "$SG_TMP/out" || fail "simulate --json: $(cat "$SG_TMP/out")"
with 0 "$SG" check "$SG_TMP/p.json"
with 3 "$SG" diff "$SG_TMP/p.json" "$old"
said '2 numbers that no Linux has'
! grep -q '#500' "$SG_TMP/out" || fail "diff: $(cat "$SG_TMP/out")"
with 0 "$SG" show "$old"
grep -q '^#500 ' "$SG_TMP/out" || fail "show leaves out what was recorded: $(cat "$SG_TMP/out")"
# a filter that answers otherwise does deny it
sed 's/"defaultErrnoRet": 38/"defaultErrnoRet": 1/' "$SG_TMP/p.json" >"$SG_TMP/eperm.json"
with 3 "$SG" simulate "$SG_TMP/eperm.json" "$old" --runtime crun

# a kernel that may have the call: refused, and the remedy works, in every dialect
with 1 "$SG" emit -q --runtime none "$new"
said '500 of x86_64'
said 'Linux 8.2.0'
said '--allow-lossy'
[ ! -s "$SG_TMP/out" ] || fail "refused, and printed"
with 1 "$SG" emit -q --runtime none "$old" "$new"
recording "$SG_TMP/nowhere.json" '' "$(probe x86_64 500)"
with 1 "$SG" emit -q --runtime none "$SG_TMP/nowhere.json"
said 'does not say of which Linux it is'
for format in oci systemd minijail bpf; do
	with 0 "$SG" emit -q --runtime none --allow-lossy -f "$format" -o "$SG_TMP/p.$format" "$new"
	said 'missing from the profile: number 500 of x86_64'
done
with 0 "$SG" emit -q --runtime none --allow-lossy -o "$SG_TMP/p.json" "$new"
with 3 "$SG" simulate "$SG_TMP/p.json" "$new"

say "a number without a system call is left out where the kernel cannot have one, else refused with the way out"
