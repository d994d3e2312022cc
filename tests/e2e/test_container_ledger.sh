#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Ordinary starts of containers under each runtime: what the runtimes' first processes call, which never execute the
# workload, is no loss. The ledger of each recording is empty. 100 of each with SG_FULL=1.
# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"
need_runtimes

starts=2
[ -z "${SG_FULL:-}" ] || starts=100
for runtime in runc crun podman docker; do
	start_runtime "$runtime"
	mkdir "$SG_TMP/$runtime.all"
	# slots for what others start meanwhile, too
	"$SG" record --all --no-audit --slots 2000 -o "$SG_TMP/$runtime.all/" 2>"$SG_TMP/$runtime.log" &
	recorder=$!
	at_exit end_process "$recorder" INT
	wait_for 120 grep -q 'recording each cgroup' "$SG_TMP/$runtime.log" || fail "record is not attached"
	for ((i = 0; i < starts; i++)); do
		run_container "$runtime" "$SG_ID-$runtime-$i" -- /bin/sh -c 'true | cat' || fail "$runtime: it does not run"
	done
	kill -INT "$recorder"
	await "$recorder" 120 || fail "record ended with $?: $(tail -n 5 "$SG_TMP/$runtime.log")"
	! grep 'no slot was free' "$SG_TMP/$runtime.log" >&2 || fail "$runtime: the recorder had no slot for some, and said so"
	python3 - "$SG_TMP/$runtime.all" "$runtime" "$starts" <<'PY' || fail "$runtime: the ledger is not empty"
import json, os, sys
directory, runtime, starts = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = wrong = 0
for name in os.listdir(directory):
    for run in json.load(open(f"{directory}/{name}"))["runs"]:
        comms = {p for e in run["entries"] for p in e.get("programs", [])}
        if run["target"].get("kind") != "container" or "cat" not in comms:
            continue  # a helper's cgroup, or somebody else's
        seen += 1
        lost = {k: n for k, n in run["loss"].items() if n}
        if lost:
            wrong += 1
            print(run["target"], lost, file=sys.stderr)
print(f"{runtime}: {seen} recordings, {wrong} with losses", file=sys.stderr)
sys.exit(wrong or seen < starts)
PY
done
