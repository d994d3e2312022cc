#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A container that ran already when its recording began: nobody knows its runtime, and the profile has to start with any.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command jq jq
DATA=$SG_SOURCE/tests/golden/cli
cd "$SG_TMP"

jq 'del(.runs[].target | .runtime, .runtime_version, .no_new_privs) | .runs |= map(del(.entries[] | select((.count.app // 0) == 0)))' \
	"$DATA/runc.json" >unknown.json

# simulated STATUS PROFILE RECORDING OPTION…
simulated() {
	local status=$1 got=0
	shift
	"$SG" simulate "$@" >out 2>err || got=$?
	case "$* " in *" --json "*) conforms simulate out ;; esac
	[ "$got" = "$status" ] || fail "simulate $*: exit $got, not $status: $(cat out err)"
}

"$SG" emit unknown.json -o any.json 2>notes || fail "emit: $(cat notes)"
grep -q 'does not know which runtime starts the container: the floor is that of all that are known' notes || fail "$(cat notes)"
for call in setresgid rt_sigprocmask openat2 statx faccessat2 fchown; do
	jq -e --arg c "$call" 'any(.syscalls[]; .action == "SCMP_ACT_ALLOW" and (.names | index($c)))' any.json >/dev/null ||
		fail "$call is in a floor and not in the profile"
done
simulated 0 any.json unknown.json
grep -q "^Floor  *crun .*: starts it$" out || fail "$(cat out)"
grep -q '^Floor  *runc .*: starts it$' out || fail "$(cat out)"

"$SG" emit -q unknown.json --runtime none -o none.json
simulated 3 none.json unknown.json
grep -q '^Floor  *runc .*: does not start it without capget, ' out || fail "$(cat out)"
simulated 3 none.json unknown.json --json
jq -e '[.floors[].starts] == [false, false] and .totals.denied.distinct == 0' out >/dev/null || fail "$(cat out)"

# one that is known to start it is enough where it is not known which one it is, and where it is known it is that one
"$SG" emit -q unknown.json --runtime crun -o crun.json
simulated 0 crun.json unknown.json
simulated 3 crun.json unknown.json --runtime runc
simulated 3 crun.json "$DATA/runc.json"
grep -q '^Floor  *runc 1.1.5, without no_new_privs.*does not start it without capget' out || fail "$(cat out)"
simulated 0 crun.json unknown.json --runtime plain
! grep -q '^Floor' out || fail "libseccomp alone starts no container"

# all the floors of the data, whatever they are called
mkdir -p data/floor
cp "$SG_SOURCE"/profiles/floor/*.json data/floor/
sed 's/"runc"/"newrun"/; s/"capget"/"ioperm"/' "$SG_SOURCE/profiles/floor/runc.json" >data/floor/newrun.json
SECCOMP_GEN_DATA=$PWD/data "$SG" emit -q unknown.json -o new.json
grep -q '"ioperm"' new.json || fail "a runtime that the data has is not among those that are known"

# another run of the same container knows its runtime
"$SG" emit -q unknown.json "$DATA/runc.json" -o both.json 2>/dev/null || jq '.runs[0].id = "other"' unknown.json >other.json
[ ! -e other.json ] || "$SG" emit -q other.json "$DATA/runc.json" -o both.json
! grep -q '"setresgid"' both.json || fail "the runtime is known, and the floor of another is added"

# the runtime is known and its version is not: that of one version may start it, and says so
jq 'del(.runs[].target.runtime_version)' "$DATA/runc.json" >versionless.json
"$SG" emit -q "$DATA/runc.json" --runtime runc --runtime-version 1.1.5 -o one.json
simulated 0 one.json versionless.json
grep -q '^Floor  *runc of any version.*: may not start it: some versions need openat2, statx (' out || fail "$(cat out)"
simulated 0 one.json versionless.json --json
jq -e '.floors[0] | has("starts") == false and any(.missing[]; .name == "openat2")' out >/dev/null || fail "$(cat out)"
simulated 3 one.json versionless.json --runtime runc --runtime-version 1.3.6
simulated 0 one.json versionless.json --runtime runc --runtime-version 1.1.5
simulated 3 crun.json versionless.json
grep -q '^Floor  *runc of any version.*: does not start it without capget' out || fail "$(cat out)"

# recorded with no_new_privs, a profile starts such containers alone; that is said, and --runtime any is for all
jq '.runs[].target.no_new_privs = true' "$DATA/runc.json" >privs.json
"$SG" emit privs.json -o privs.profile 2>notes
grep -q 'the profile is for containers with no_new_privs, as the recorded ones' notes || fail "$(cat notes)"
"$SG" check -q --runtime runc --runtime-version 1.1.5 --no-new-privs privs.profile >out || fail "$(cat out)"
! grep -q floor-missing out || fail "$(cat out)"
"$SG" check -q --runtime runc --runtime-version 1.1.5 privs.profile >out && fail "without no_new_privs it starts nothing"
grep -q 'does not start a container without capget, unless with no_new_privs' out || fail "$(cat out)"
"$SG" emit privs.json --runtime any -o all.profile 2>notes
! grep -q 'is for containers with no_new_privs' notes || fail "$(cat notes)"
"$SG" check -q --runtime any --level error all.profile >out || fail "$(cat out)"
"$SG" emit "$DATA/runc.json" -o /dev/null 2>notes
! grep -q 'is for containers with no_new_privs' notes || fail "$(cat notes)"
