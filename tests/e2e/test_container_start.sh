#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The first instruction: 500 new containers, eight at once, of a program whose first call is one that hardly
# any other makes, and whose second is its last. Each is caught, in a recording of its own, and nothing else with it.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"
need_runtimes
start_runtime runc

N=${SG_CONTAINERS:-500}
AT_ONCE=8

start_recorder "$SG_TMP/recordings" --all

# one bundle a runner: they differ in the cgroup alone
runner() {
	local i name
	for ((i = $1; i < N; i += AT_ONCE)); do
		name=$SG_ID-$i
		sed "s/@NAME@/$name/" "$SG_TMP/bundle/config.json" >"$SG_TMP/runner-$1/config.json"
		runc --root "$SG_TMP/runc-root" run --bundle "$SG_TMP/runner-$1" "$name" </dev/null || return 1
	done
}
write_bundle "$SG_TMP/bundle" @NAME@ '' 0 /bin/bare_rare
runners=()
for ((i = 0; i < AT_ONCE; i++)); do
	mkdir "$SG_TMP/runner-$i"
	runner "$i" 2>"$SG_TMP/runner-$i.err" &
	runners+=("$!")
	at_exit end_process "$!"
done
for i in "${!runners[@]}"; do
	await "${runners[i]}" 300 || fail "runner $i: $(cat "$SG_TMP/runner-$i.err")"
done
end_recorder "$SG_TMP/recordings" INT 2>/dev/null || true

python3 - "$SG_TMP/recordings" "$SG_ID-" "$N" <<'PY' || fail "record says: $(grep -v "distinct calls\|without a seccomp" "$SG_TMP/recordings.log")"
import json, pathlib, sys

directory, prefix, n = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
RARE, EXIT = 148, 231
caught, wrong = set(), []


def lost(run):
    # of the host as a whole: another test alongside this one may fill the audit trail, or play with ptrace
    return [k for k, n in run["loss"].items() if n and not k.startswith(("audit_", "denials_"))]


for path in directory.iterdir():
    for run in json.loads(path.read_text())["runs"]:
        name = run["target"].get("container_id", "")
        if not name.startswith(prefix):
            continue
        calls = {e["nr"]: e["count"]["app"] for e in run["entries"] if e.get("count", {}).get("app")}
        made = {e["nr"]: sum(e.get("count", {}).values()) + sum(e.get("denied", {}).values()) for e in run["entries"]}
        if calls == {RARE: 1, EXIT: 1} and made[RARE] == 1 and not lost(run):
            caught.add(name)
        else:
            wrong.append((name, calls, run["loss"]))
for row in wrong[:10]:
    print(*row)
print(f"test_container_start: {len(caught)} of {n} caught, {len(wrong)} wrong", file=sys.stderr)
sys.exit(len(caught) != n or bool(wrong))
PY
