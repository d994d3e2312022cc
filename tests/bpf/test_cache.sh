#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cgroups that share a cell of the kernel half's cache, busy at the same time, are distinguished: each has its own calls,
# and a bystander's are nobody's.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# Ids come in turn, so a cgroup with the same last bits comes within as many attempts as there are cells, or about.
cells=$((1 << $(sed -n 's/#define SG_CACHE_CELLS (1 << \([0-9]*\))/\1/p' "$SG_SOURCE/bpf/recorder_abi.h")))
root=$(cgroup2_mount)
names=("$SG_ID-one" "$SG_ID-two" "$SG_ID-bystander")
for name in "${names[@]}"; do
	at_exit remove_cgroup "$root/$name"
done
python3 - "$cells" "$root" "${names[@]}" <<'PY' || fail "no cgroups that share a cell"
import os, sys
cells, root, names = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
cell = None
for name in names:
    path = f"{root}/{name}"
    for _ in range(20 * cells):
        os.mkdir(path)
        here = os.stat(path).st_ino % cells
        if cell in (None, here):
            cell = here
            break
        os.rmdir(path)
    else:
        sys.exit(f"none for {name}")
PY

mkdir "$SG_TMP/recordings"
start_recorder "$SG_TMP/recordings" --no-audit --cgroup "$root/${names[0]}" --cgroup "$root/${names[1]}"
wait_for 60 grep -q "recording cgroup .*${names[1]} " "$SG_TMP/recordings.log" ||
	fail "not both are recorded: $(cat "$SG_TMP/recordings.log")"

calls=(200000 300000 400000)
pids=()
for i in 0 1 2; do
	in_cgroup "$root/${names[i]}" "$SG_HELPERS/known_calls" plain "${calls[i]}" >"$SG_TMP/expected-$i" &
	pids+=($!)
	at_exit end_process "$!" KILL
done
for pid in "${pids[@]}"; do
	await "$pid" 120 || fail "a program failed"
done
end_recorder "$SG_TMP/recordings" INT
for i in 0 1; do
	want_counts "$SG_TMP/recordings/"*"${names[i]}"*.json "$SG_TMP/expected-$i"
done
say "three busy cgroups in one cell: exact"
