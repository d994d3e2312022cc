#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What libraries try first has an entry of its own with ENOSYS, for engines that take no errno of the default; check has
# nothing against it, and a profile has the same bytes wherever it is made.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command jq jq
cd "$SG_TMP"
REC=$SG_SOURCE/tests/golden/cli/runc.json

"$SG" emit -q "$REC" -o here.json
jq -e 'any(.syscalls[]; .action == "SCMP_ACT_ERRNO" and .errnoRet == 38 and (["clone3", "openat2", "fchmodat2", "close_range"] - .names) == [])' \
	here.json >/dev/null || fail "not planned: $(cat here.json)"
jq -e '[.syscalls[] | .names[]] | length == (unique | length)' here.json >/dev/null || fail "a name has two verdicts"
"$SG" check here.json >found || fail "check: $(cat found)"
! grep -q 'says-default' found || fail "check would take it out: $(cat found)"

mkdir -p elsewhere/home
(cd elsewhere && env -i PATH=/nonexistent HOME="$PWD/home" TZ=Asia/Tokyo LC_ALL=C SECCOMP_GEN_DATA="$SG_SOURCE/profiles" \
	"$SG" emit -q "$REC" -o ../there.json)
cmp -s here.json there.json || fail "other bytes elsewhere: $(diff here.json there.json)"
