#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Random sequences of moves, forks, threads, execs and filters against a model: each call is counted for the target that
# it is of, in its stage, though the recorder is stopped at random. 10,000 sequences with SG_FULL=1.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
need_command python3 python3
[ -w "$(cgroup2_mount)/cgroup.procs" ] || skip "cgroups cannot be made here"

sequences=150
[ -z "${SG_FULL:-}" ] || sequences=10000
# one of its own each time; the failing one is printed, and goes into SG_SEED to have it again
seed=${SG_SEED:-$RANDOM$RANDOM}
say "seed $seed"
python3 "$SG_SOURCE/tests/bpf/moves_model.py" "$SG_TMP/model" "$sequences" "$seed" >"$SG_TMP/out" 2>&1 || {
	tail -n 120 "$SG_TMP/out" >&2
	fail "the model has it otherwise (SG_SEED=$seed)"
}
tail -n 1 "$SG_TMP/out" >&2

# what it found once, whatever the recorder's pauses
while read -r seed sequence; do
	python3 "$SG_SOURCE/tests/bpf/moves_model.py" "$SG_TMP/$seed" 1 "$seed" "$sequence" >"$SG_TMP/out" 2>&1 || {
		cat "$SG_TMP/out" >&2
		fail "sequence $sequence of seed $seed"
	}
done <<-EOT
	full2 668
	k3c 834
	873619212 6406
	2482618542 2168
	2482618542 9960
EOT
