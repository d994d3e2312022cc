#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Many containers that start at once on a busy machine, each of which moves into a cgroup below its own as systemd does:
# however late the recorder comes to decide whose these are, all their calls are the application's. 60 alongside 12 busy loops,
# five times, with SG_FULL=1.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

containers=12 loops=4 rounds=1
[ -z "${SG_FULL:-}" ] || containers=60 loops=12 rounds=5
make_cgroup "$SG_ID"
parent=$REPLY

# start_one NAME: what a runtime does of it, in the least time
start_one() {
	mkdir "$parent/$1"
	# shellcheck disable=SC2016 # expanded by that shell
	sh -c 'echo $$ >"$0/cgroup.procs" && mkdir "$0/init.scope" && exec "$1" 5 "$0/init.scope" "$0"' \
		"$parent/$1" "$SG_HELPERS/moving_calls"
	rmdir "$parent/$1/init.scope" "$parent/$1"
}

name_of() { # ROUND NUMBER
	printf 'libpod-%064x' "$((16#5347 * 65536 + $1 * 1000 + $2))"
}

for ((i = 0; i < loops; i++)); do
	timeout 300 sh -c 'while :; do :; done' &
	at_exit end_process "$!" TERM
done
mkdir "$SG_TMP/all"
# two slots a container, and those of what others start meanwhile
"$SG" record --all --no-audit --slots 2000 -o "$SG_TMP/all/" 2>"$SG_TMP/log" &
recorder=$!
at_exit end_process "$recorder" INT
wait_for 120 grep -q 'recording each cgroup' "$SG_TMP/log" || fail "record is not attached: $(cat "$SG_TMP/log")"
for ((round = 0; round < rounds; round++)); do
	starters=()
	for ((i = 0; i < containers; i++)); do
		start_one "$(name_of "$round" "$i")" &
		starters+=("$!")
	done
	for pid in "${starters[@]}"; do
		wait "$pid" || fail "a container did not start"
	done
done
kill -INT "$recorder"
await "$recorder" 300 || fail "record ended with $?: $(tail -n 5 "$SG_TMP/log")"
! grep 'no slot was free' "$SG_TMP/log" >&2 || fail "the recorder had no slot for some, and said so"

python3 - "$SG_TMP/all" "$parent" "$containers" "$rounds" <<'PY' || fail "not all of it is the application's"
import json, os, sys
directory, parent, containers, rounds = sys.argv[1], os.path.basename(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
good = wrong = 0
for name in os.listdir(directory):
    for run in json.load(open(f"{directory}/{name}"))["runs"]:
        if f"/{parent}/libpod-" not in run["target"]["cgroup"]:
            continue  # somebody else's
        counts = [e["count"] for e in run["entries"] if e["name"] == "getppid"]
        if counts == [{"app": 15}] and not any(run["loss"].values()):
            good += 1
        else:
            wrong += 1
            print(run["target"]["cgroup"], counts, run["loss"], file=sys.stderr)
print(f"{good} of {containers * rounds} recordings have each call in stage app", file=sys.stderr)
sys.exit(wrong or good != containers * rounds)
PY
