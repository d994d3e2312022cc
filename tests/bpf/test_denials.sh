#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Denied calls are seen by BPF alone, by kind and to the last one; ordinary life is never taken for a denial.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# denied FILE: "KIND NR COUNT" of every denied call in a recording
denied() {
	python3 - "$1" <<'PY'
import json, sys
for run in json.load(open(sys.argv[1]))["runs"]:
    for entry in run["entries"]:
        for kind, count in entry.get("denied", {}).items():
            print(kind, entry["nr"], count)
PY
}

for mode in errno first trap kill_process kill_thread user_notif user_notif_value; do
	"$SG" record --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/denied_calls" "$mode" 200 >"$SG_TMP/expected"
	denied "$SG_TMP/rec" >"$SG_TMP/got"
	diff "$SG_TMP/expected" "$SG_TMP/got" || fail "$mode: expected <, recorded >"
	[ -z "$(losses "$SG_TMP/rec")" ] || fail "$mode: losses $(losses "$SG_TMP/rec")"
	say "$mode: $(cat "$SG_TMP/got")"
done

# LOG lets the call run: it is the application's, and no denial.
"$SG" record --quiet -o "$SG_TMP/rec" -- "$SG_HELPERS/denied_calls" log 200 >/dev/null
[ -z "$(denied "$SG_TMP/rec")" ] || fail "log: taken for a denial: $(denied "$SG_TMP/rec")"
"$SG" show --json "$SG_TMP/rec" | grep -q getpgrp || fail "log: the call is not in the recording"
say "log: counted, not denied"

"$SG" record --denials always -o "$SG_TMP/rec" -- "$SG_HELPERS/ordinary_load" 1000000 2>"$SG_TMP/err" ||
	fail "ordinary load: $(cat "$SG_TMP/err")"
[ -z "$(denied "$SG_TMP/rec")" ] || fail "ordinary load: false denials: $(denied "$SG_TMP/rec")"
say "ordinary load: $(grep -o '[0-9]* calls' "$SG_TMP/err"), no denial; losses: $(losses "$SG_TMP/rec")"

# The program on sys_exit is there only while it may be needed: a target that runs without a filter loses it.
"$SG" record --quiet -o "$SG_TMP/rec" -- sh -c 'while sleep 0.2; do :; done' &
recorder=$!
at_exit end_process "$recorder"
links_are() {
	[ "$(find "/proc/$recorder/fd" -lname 'anon_inode:bpf*link*' | wc -l)" = "$1" ]
}
wait_for 30 links_are 8 || fail "auto: no program on sys_exit at the start"
wait_for 60 links_are 7 || fail "auto: the program on sys_exit stays though there is no filter"
end_process "$recorder"
say "auto: attached at the start, detached when the target runs without a filter"
