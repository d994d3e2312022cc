#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The floors that are shipped, held against the runtimes that are here: containers and exec sessions start under
# them, and with one call less they do not.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"

MEASURE=$SG_SOURCE/scripts/measure-floor
need_root
need_command runc runc
need_command python3 python3

starts_under_the_shipped_floor() {
	"$MEASURE" --check --runs 5 "$@" || fail "measure-floor --check $*"
}

# does_not_start_without CALL RUNTIME OPTION…: a copy of the script that finds our own floors next to it.
does_not_start_without() {
	local call=$1 runtime=$2
	shift 2
	mkdir -p "$SG_TMP/scripts" "$SG_TMP/profiles/floor"
	cp "$MEASURE" "$SG_TMP/scripts/"
	python3 -c '
import json, sys
document = json.load(sys.stdin)
for floor in document["floors"]:
    floor["calls"] = [name for name in floor["calls"] if name != sys.argv[1]]
json.dump(document, sys.stdout)' "$call" <"$SG_SOURCE/profiles/floor/$runtime.json" \
		>"$SG_TMP/profiles/floor/$runtime.json"
	if "$SG_TMP/scripts/measure-floor" --check --runs 5 --runtime "$runtime" "$@" 2>"$SG_TMP/err"; then
		fail "$runtime $* starts without $call: the floor is too wide, or the check proves nothing"
	fi
	grep -q "does not always start" "$SG_TMP/err" || fail "another failure: $(cat "$SG_TMP/err")"
}

starts_under_the_shipped_floor --runtime runc
starts_under_the_shipped_floor --runtime runc --no-new-privs
does_not_start_without capset runc
does_not_start_without openat runc --no-new-privs

start_crun
export LD_PRELOAD=$CRUN_PRELOAD
starts_under_the_shipped_floor --runtime crun --pure-v2
starts_under_the_shipped_floor --runtime crun --pure-v2 --no-new-privs
does_not_start_without capset crun --pure-v2
