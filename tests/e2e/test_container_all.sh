#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# record --all on a busy host: 2,000 containers appear and go away within two minutes, 200 of them at a time. Each has
# a recording of its own with its own counts, nothing is lost, and what the recorder takes of memory, its own and the
# kernel's, is the same after the second thousand as after the first. With SG_FULL=1 they are runc's.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"
need_bpf

N=${SG_CONTAINERS:-2000}
ALIVE=200
LIFE_MS=4000
GROWTH_KIB=2048 # a heap settles
OWN_GROWTH_KIB=$GROWTH_KIB

make_cgroup "$SG_ID"
PARENT=$REPLY

# by_swarm FROM TO: as a runtime does it, but for everything that takes it time
by_swarm() {
	"$SG_HELPERS/swarm" "$PARENT" "$1" "$2" "$ALIVE" "$LIFE_MS" "$SG_HELPERS/bare_counted"
}

# by_runc FROM TO: four starters, each with a quarter of the containers alive
by_runc() {
	local i starters=()
	for ((i = 0; i < 4; i++)); do
		_runc_starter "$i" "$1" "$2" &
		starters+=("$!")
		at_exit end_process "$!"
	done
	for i in "${starters[@]}"; do
		wait "$i" || return 1
	done
}

_runc_starter() {
	local i names=() bundle=$SG_TMP/starter-$1
	mkdir -p "$bundle"
	for ((i = $2 + $1; i < $3; i += 4)); do
		sed -e "s/@NAME@/$SG_ID\/libpod-$(printf %064x "$i")/; s/\"@TIMES@\"/\"$((1 + i % 97))\"/" \
			"$SG_TMP/bundle/config.json" >"$bundle/config.json"
		runc --root "$SG_TMP/runc-root" run --detach --pid-file "$bundle/pid" --bundle "$bundle" "$SG_ID-$i" \
			</dev/null >/dev/null 2>&1 || return 1
		names+=("$i")
		[ "${#names[@]}" -lt $((ALIVE / 4)) ] || {
			_runc_delete "${names[0]}" || return 1
			names=("${names[@]:1}")
		}
	done
	for i in "${names[@]}"; do
		_runc_delete "$i" || return 1
	done
}

_runc_delete() {
	wait_for 60 _has_ended "$PARENT/libpod-$(printf %064x "$1")" &&
		wait_for 10 runc --root "$SG_TMP/runc-root" delete "$SG_ID-$1" 2>/dev/null
}

_has_ended() {
	[ -z "$(cat "$1/cgroup.procs")" ]
}

# runc makes the parent in the v1 hierarchies too, and leaves it.
remove_v1() {
	find /sys/fs/cgroup -mindepth 2 -maxdepth 2 -name "$SG_ID" ! -path "$PARENT" -exec rmdir {} +
}

start_containers=by_swarm
if [ "${SG_FULL:-0}" = 1 ]; then
	need_runtimes
	start_runtime runc
	LIFE_MS=10000
	OWN_GROWTH_KIB=12288 # they do not all end at once: the heap's peak, of 200 at a time, can come in either half
	write_bundle "$SG_TMP/bundle" @NAME@ '' 0 /bin/bare_counted @TIMES@ "$LIFE_MS"
	start_containers=by_runc
	at_exit remove_v1
fi

# memory WHEN: "own KIB kernel KIB": resident, and of the maps and programs that it holds
memory() {
	python3 - "$RECORDER" <<-'PY'
		import glob, re, sys
		pid, kernel = sys.argv[1], {}
		for path in glob.glob(f"/proc/{pid}/fdinfo/*"):
		    try:
		        text = open(path).read()
		    except OSError:
		        continue
		    of = re.search(r"^(map_id|prog_id):\s*(\d+)", text, re.M)
		    size = re.search(r"^memlock:\s*(\d+)", text, re.M)
		    if of and size:
		        kernel[of.groups()] = int(size[1])
		own = re.search(r"^VmRSS:\s*(\d+)", open(f"/proc/{pid}/status").read(), re.M)
		print(int(own[1]), sum(kernel.values()) // 1024)
	PY
}

# What record has said that may explain a failure.
said() {
	grep -v 'distinct calls\|without a seccomp' "$SG_TMP/recordings.log"
}

# Of this test's containers; another test's are recorded too.
n_written() {
	grep -rls "$SG_ID/libpod-" "$SG_TMP/recordings" | wc -l
}

all_written() {
	[ "$(n_written)" -ge "$1" ]
}

start_recorder "$SG_TMP/recordings" --all
halves=0 own=() kernel=() took=
read -r 'own[0]' 'kernel[0]' < <(memory)

# The next half of N containers, until each has its recording; and what the recorder takes of memory then.
run_half() {
	"$start_containers" $((halves * N / 2)) $(((halves + 1) * N / 2))
	halves=$((halves + 1))
	[ "$halves" != 2 ] || took=$(($(date +%s) - begin))
	wait_for 30 all_written $((halves * N / 2)) ||
		fail "30 s after the last container $(n_written) of $((halves * N / 2)) have a recording; $(said)"
	sleep 1.2 # slots are given back once a second
	read -r "own[$halves]" "kernel[$halves]" < <(memory)
}

has_grown() {
	[ $((own[halves] - own[halves - 1])) -gt "$OWN_GROWTH_KIB" ]
}

begin=$(date +%s)
run_half
run_half
# On a busy machine the heap's peak, of as many as wait to be written, can come in the second half or later; what is
# not given back grows with each of them.
while has_grown && [ "$halves" -lt 4 ]; do
	run_half
done
end_recorder "$SG_TMP/recordings" INT

python3 - "$SG_TMP/recordings" "$SG_ID/libpod-" "$((halves * N / 2))" <<'PY' || fail "record says: $(said)"
import json, pathlib, sys

directory, prefix, n = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen, wrong = set(), []
for path in directory.iterdir():
    for run in json.loads(path.read_text())["runs"]:
        cgroup = run["target"]["cgroup"]
        if prefix not in cgroup:
            continue
        number = int(cgroup.rsplit("-", 1)[1], 16)
        calls = {e["name"]: e["count"]["app"] for e in run["entries"] if e.get("count", {}).get("app")}
        want = {"sched_rr_get_interval": 1 + number % 97, "nanosleep": 1, "exit_group": 1}
        made = sum(sum(e.get("count", {}).values()) + sum(e.get("denied", {}).values())
                   for e in run["entries"] if e["name"] == "sched_rr_get_interval")
        # of the host as a whole: another test alongside this one may fill the audit trail, or play with ptrace
        lost = [k for k, v in run["loss"].items() if v and not k.startswith(("audit_", "denials_"))]
        if calls != want or made != 1 + number % 97 or lost or number in seen or not run["complete"]:
            wrong.append((cgroup, calls, lost))
        seen.add(number)
for row in wrong[:5]:
    print(*row)
print(f"test_container_all: {len(seen)} of {n} have a recording, {len(wrong)} are wrong", file=sys.stderr)
sys.exit(len(seen) != n or bool(wrong))
PY
say "$N containers in $took s ($start_containers, $ALIVE at a time); resident ${own[*]} KiB and of the kernel ${kernel[*]} KiB:" \
	"at the start, after each half"
[ "$took" -le 120 ] || fail "it took more than two minutes: is this machine busy?"
! has_grown || fail "the recorder has grown by $((own[halves] - own[halves - 1])) KiB with half $halves, and with each before"
[ $((kernel[halves] - kernel[1])) -le "$GROWTH_KIB" ] || fail "its maps have grown by $((kernel[halves] - kernel[1])) KiB since the first half"
