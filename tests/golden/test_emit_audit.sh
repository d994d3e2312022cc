#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# emit --audit is import and merge in one step; reasons name their source; unknown programs in the log are warned of.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
recording=$SG_SOURCE/tests/golden/cli/nginx.json

line() { # line COMM NR SERIAL
	printf 'type=SECCOMP msg=audit(1795286882.707:%s): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=10915 comm="%s" exe="/opt/g" sig=0 arch=c000003e syscall=%s compat=0 ip=0x7f1f750a9829 code=0x7ffc0000\n' "$3" "$1" "$2"
}

{ line nginx 102 672 && line nginx 0 673; } >"$SG_TMP/a.log"
"$SG" import --quiet "$SG_TMP/a.log" -o "$SG_TMP/a.json"
"$SG" emit --quiet --runtime none "$recording" "$SG_TMP/a.json" >"$SG_TMP/long.json"
"$SG" emit --quiet --runtime none "$recording" --audit "$SG_TMP/a.log" >"$SG_TMP/short.json" 2>"$SG_TMP/err"
cmp "$SG_TMP/long.json" "$SG_TMP/short.json" || fail "emit --audit is not import and merge"
! grep -q 'no recording knows' "$SG_TMP/err" || fail "warned of the recording's own program: $(cat "$SG_TMP/err")"
grep -q '"getuid"' "$SG_TMP/short.json" || fail "the logged call is not in the profile"

"$SG" emit --quiet --runtime none "$recording" --audit "$SG_TMP/a.log" --explain >"$SG_TMP/explain"
grep -Eq '^getuid .*audit: logged once by nginx' "$SG_TMP/explain" || fail "getuid: no reason 'audit'"
grep -Eq '^read .*bpf: ' "$SG_TMP/explain" || fail "read: no reason 'bpf'"
grep -Eq '^read .*audit: ' "$SG_TMP/explain" || fail "read: no reason 'audit' alongside 'bpf'"

line somebody 102 674 >"$SG_TMP/b.log"
"$SG" emit --quiet --runtime none "$recording" --audit "$SG_TMP/b.log" >/dev/null 2>"$SG_TMP/err"
grep -q "'somebody'" "$SG_TMP/err" || fail "no word of somebody's records: $(cat "$SG_TMP/err")"

"$SG" show "$recording" "$SG_TMP/a.json" --reconcile >/dev/null 2>&1 && fail "show takes one recording"
"$SG" merge --quiet "$recording" "$SG_TMP/a.json" -o "$SG_TMP/both.json"
"$SG" show "$SG_TMP/both.json" --reconcile >"$SG_TMP/reconciled"
grep -Eq '^both +read ' "$SG_TMP/reconciled" || fail "read is in both trails"
grep -Eq '^audit only +getuid ' "$SG_TMP/reconciled" || fail "getuid is in the audit trail only"
json reconcile show "$SG_TMP/both.json" --reconcile --json | python3 -c '
import json, sys
rows = json.load(sys.stdin)["syscalls"]
assert {"name", "arch", "nr", "seen_by", "why", "count", "denied", "logged"} == set(rows[0]), rows[0]' || fail "reconcile --json"
got=0
"$SG" emit "$recording" --audit "$SG_TMP/none.log" >"$SG_TMP/out" 2>"$SG_TMP/err" || got=$?
if [ "$got" != 1 ] || [ -s "$SG_TMP/out" ] || [ "$(wc -l <"$SG_TMP/err")" != 1 ]; then
	fail "no such log: exit $got, $(cat "$SG_TMP/err")"
fi
say "emit --audit and show --reconcile: as import, merge and show say"
