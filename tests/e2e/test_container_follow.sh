#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One recorder, several targets, followed from start to start, under Docker and in a pod: each has one recording with a
# run for each of its instances; exec sessions are the container's; who runs privileged or without a filter is warned, and
# what is measured under a filter is the floor.

# shellcheck source=tests/e2e/containers_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/containers_lib.sh"
need_runtimes
start_runtime docker
start_runtime cri

# docker's own default filter, or what is given
in_docker() { # in_docker NAME OPTION… -- CMD…
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	"${DOCKER[@]}" run --name "$name" --network none "${options[@]}" "$IMAGE" "${@:2}" </dev/null >/dev/null
}

LOG=$SG_TMP/recordings.log
a=$SG_ID-a b=$SG_ID-b pod=${SG_ID//_/-}
start_recorder "$SG_TMP/recordings" --container "$a" --container "$b" --pod "$SG_ID/$pod"
three_wait() {
	[ "$(grep -cs '^seccomp-gen: waiting for' "$LOG")" = 3 ]
}
wait_for 30 three_wait || fail "record does not wait for all three: $(cat "$LOG")"

in_docker "$a" -- bare_counted 5 0
# all capabilities but one that these machines lack: as good as --privileged
in_docker "$b" --cap-add ALL --cap-drop SYS_RESOURCE --security-opt seccomp=unconfined -d -- bare_counted 11 3000
"${DOCKER[@]}" exec "$b" bare_counted 7 0
"${DOCKER[@]}" start -a "$a" >/dev/null # the same container again
"${DOCKER[@]}" rm "$a" >/dev/null
in_docker "$a" --rm --security-opt seccomp=unconfined -- bare_rare # another of that name
in_docker "$SG_ID-c" --rm -- bare_counted 1000 0            # nobody's
run_container cri "$pod" -- /bin/bare_counted 3 0
[ "$(timeout 60 "${DOCKER[@]}" wait "$b")" = 0 ] || fail "b did not end well"
end_recorder "$SG_TMP/recordings" INT

python3 - "$SG_TMP/recordings" "$a" "$b" "$pod" <<'PY' || fail "the recordings are not what was done: $(cat "$LOG")"
import json, pathlib, sys

directory, a, b, pod = sys.argv[1:]
got = {}
for path in pathlib.Path(directory).iterdir():
    for run in json.loads(path.read_text())["runs"]:
        t = run["target"]
        calls = {e["name"]: e["count"]["app"] for e in run["entries"] if e.get("count", {}).get("app")}
        floor = sum(e.get("count", {}).get("floor", 0) for e in run["entries"])
        got.setdefault((path.name, t.get("container_name") if "pod" not in t else t["pod"]), []).append(
            (calls.get("sched_rr_get_interval"), t.get("privileged"), t.get("filtered"), floor > 0))
for key, runs in got.items():
    print(key, runs, file=sys.stderr)
by_name = {name: sorted(runs, key=str) for (_, name), runs in got.items()}
want = {
    a: sorted([(5, False, True, True), (5, False, True, True), (1, False, False, False)], key=str),
    b: [(18, True, False, False)],
}
ok = len(got) == len(by_name) and all(by_name.get(name) == runs for name, runs in want.items())
# of the pod: its sandbox and its container
ok = ok and len(by_name.get(pod, [])) == 2 and [r[0] for r in by_name[pod] if r[0]] == [3]
sys.exit(not ok or set(by_name) != {a, b, pod})
PY
grep -q "$b (docker .*) runs privileged" "$LOG" || fail "it was not said that b is privileged: $(cat "$LOG")"
grep -q "$a (docker .*) runs without a seccomp filter" "$LOG" || fail "it was not said that a had no filter: $(cat "$LOG")"
say "three targets, seven lives: as they were"
