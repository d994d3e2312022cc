#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What cgroups do to a recording of them: gone and there again under the same path, many that come and go, a tree 200
# deep, more of them than slots. Each loses nothing, or the ledger says what.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf # --no-audit below: what other tests do to the audit trail would be in the ledger, too
N=3000

# exact RECORDING TIMES: it holds so many runs of `known_calls plain $N`, and its ledger is empty
exact() {
	awk -v n="$2" '{ print $1, $2, $3 * n }' "$SG_TMP/once" >"$SG_TMP/expected"
	want_counts "$1" "$SG_TMP/expected"
}

work_in() {
	in_cgroup "$1" "$SG_HELPERS/known_calls" plain "$N" >"$SG_TMP/once"
}

# remove DIR: as soon as the kernel lets go of what ran there
remove() {
	wait_for 30 _rmdir_gone "$1" || fail "cannot remove $1"
}

a_cgroup_that_comes_again_is_another_run() {
	local out=$SG_TMP/again.rec dir
	make_cgroup "$SG_ID-again"
	dir=$REPLY
	start_recorder "$out" --no-audit --wait --cgroup "$dir"
	for _ in 1 2 3; do
		work_in "$dir"
		remove "$dir"
		mkdir "$dir"
	done
	work_in "$dir"
	end_recorder "$out" INT
	exact "$out" 4
	[ "$(runs_of "$out")" = 4 ] || fail "four lives of the cgroup are $(runs_of "$out") runs"
	[ "$(grep -o '"cgroup_id": [0-9]*' "$out" | sort -u | wc -l)" = 4 ] || fail "its four ids are not four"

	# however short it is there
	start_recorder "$out" --no-audit --wait --cgroup "$dir"
	python3 -c 'import os, sys
for i in range(2000):
    os.rmdir(sys.argv[1])
    os.mkdir(sys.argv[1])' "$dir"
	work_in "$dir"
	end_recorder "$out" INT

	# without --wait the recording is of the one that was there, and ends with it
	start_recorder "$out" --no-audit --cgroup "$dir"
	work_in "$dir"
	remove "$dir"
	mkdir "$dir"
	work_in "$dir"
	end_recorder "$out"
	exact "$out" 1
	say "removed and made again under the same path: exact"
}

# The kernel gives no id twice, and that is what the cache of ids goes by (test_cache.sh: of ids that meet in a cell).
# More cgroups than the table has room for come and go below a target: each gives its room back.
cgroups_that_come_and_go_leave_room() {
	local out=$SG_TMP/ids.rec
	make_cgroup "$SG_ID-ids"
	start_recorder "$out" --no-audit --cgroup "$REPLY"
	python3 - "$REPLY/below" <<'PY' || fail "the kernel gave an id twice"
import os, sys
seen = set()
for _ in range(20000):
    os.mkdir(sys.argv[1])
    seen.add(os.stat(sys.argv[1]).st_ino)
    os.rmdir(sys.argv[1])
sys.exit(len(seen) != 20000)
PY
	mkdir "$REPLY/below"
	work_in "$REPLY/below"
	work_in "$REPLY"
	end_recorder "$out" INT
	exact "$out" 2
	say "20,000 cgroups came and went, no id twice: exact"
}

a_tree_200_deep_is_recorded() {
	local out=$SG_TMP/deep.rec dir
	make_cgroup "$SG_ID-deep"
	dir=$REPLY
	for i in {1..100}; do dir=$dir/before-$i; done
	mkdir -p "$dir"
	start_recorder "$out" --no-audit --cgroup "$REPLY"
	work_in "$dir"
	for i in {101..200}; do dir=$dir/after-$i; done
	mkdir -p "$dir"
	work_in "$dir"
	end_recorder "$out" INT
	exact "$out" 2

	# named by a process in it
	"$SG_HELPERS/stop_then_exec" "$SG_HELPERS/known_calls" plain "$N" >"$SG_TMP/once" &
	local program=$!
	at_exit end_process "$program" KILL
	wait_for 30 is_stopped "$program" || fail "the program does not stop"
	echo "$program" >"$dir/cgroup.procs"
	start_recorder "$out" --no-audit --pid "$program"
	kill -CONT "$program"
	await "$program" || fail "the program failed"
	end_recorder "$out" INT
	exact "$out" 1
	say "a tree 200 deep: exact"
}

# Cgroups of others can appear meanwhile and take slots too: what is asserted is of ours.
more_cgroups_than_slots_are_reported() {
	local out=$SG_TMP/all dir reported=0 missing=0
	make_cgroup "$SG_ID-slots"
	start_recorder "$out" --no-audit --all --slots 3
	kill -STOP "$RECORDER" # so that all of it is left to the end
	for i in 1 2 3 4 5; do
		mkdir "$REPLY/of-five-$i"
		work_in "$REPLY/of-five-$i"
	done
	kill -INT "$RECORDER"
	kill -CONT "$RECORDER"
	end_recorder "$out"
	for i in 1 2 3 4 5; do
		dir=$(grep -l "$SG_ID-slots/of-five-$i\"" "$out"/*.json || true)
		if [ -n "$dir" ]; then
			exact "$dir" 1
		else
			missing=$((missing + 1))
		fi
	done
	[ "$missing" -ge 2 ] || fail "3 slots were enough for 5 cgroups"
	reported=$(awk '/appeared while no slot was free/ { n += $2 } END { print n }' "$out.log")
	[ "$reported" -ge "$missing" ] || fail "$missing cgroups have no recording, and $reported are reported"
	say "5 cgroups and 3 slots: $((5 - missing)) exact, $missing reported to be missing"
}

a_cgroup_that_comes_again_is_another_run
cgroups_that_come_and_go_leave_room
a_tree_200_deep_is_recorded
more_cgroups_than_slots_are_reported
