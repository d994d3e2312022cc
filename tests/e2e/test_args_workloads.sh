#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The six workloads under conditions on their arguments, with requests that are not those that were recorded.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_e2e

# Each in a shell of its own: tests/e2e/lib.sh knows one workload at a time.
if [ $# = 0 ]; then
	for workload in busybox memcached nginx python3 redis-server sqlite3; do
		bash "${BASH_SOURCE[0]}" "$workload" || fail "$workload"
	done
	exit 0
fi

CLIENT=client.py
client() {
	nsenter --net="$NETNS" "$E2E/$CLIENT" "$@"
}

# Everything that can be watched is, for both sets come out of the same recordings.
eval "plain_$(declare -f start_recorder)"
start_recorder() {
	plain_start_recorder "$@" --args all
}

load_workload "$1"
# Twice: what comes at the end of a run is new in the first and known in the second.
for i in 1 2; do
	record_workload "$SG_TMP/$i.json" 15
done
emit() {
	"$SG" emit "$SG_TMP/1.json" "$SG_TMP/2.json" "${RUNTIME[@]}" "$@"
}
conditions() {
	grep -c '"op": "SCMP_CMP_' "$1" || true
}

CLIENT=other_client.py
emit -q -o "$SG_TMP/names.json"
enforce "$SG_TMP/names.json" 3 || fail "$1: the other requests take other calls, so they prove nothing: $WHY"
for set in security all; do
	emit --args "$set" -o "$SG_TMP/$set.json" 2>"$SG_TMP/$set.notes"
	"$SG" simulate "${RUNTIME[@]}" "$SG_TMP/$set.json" "$SG_TMP/1.json" "$SG_TMP/2.json" >"$SG_TMP/simulated" ||
		fail "$1 under --args $set: by simulation: $(grep -E '^(Denied|Undecided|Floor)' "$SG_TMP/simulated")"
	enforce "$SG_TMP/$set.json" 3 || fail "$1 under --args $set: $WHY; $(grep 'conditioned on' "$SG_TMP/$set.notes")"
	say "$1: serves other requests under --args $set, with $(conditions "$SG_TMP/$set.json") conditions; $(sed -n \
		's/^seccomp-gen: emit: conditioned on their arguments: //p' "$SG_TMP/$set.notes")"
	grep 'not conditioned' "$SG_TMP/$set.notes" >&2 || true
done
