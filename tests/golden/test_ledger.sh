#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Each row of the loss ledger has a test that provokes it: a line `provoked ROW RECORDING` (tests/lib.sh), which fails
# where the recording does not have the loss. A row that nothing can raise is no promise, and goes.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

# As the program has them: all rows are in what it says of a recording, zero or not.
rows() {
	expect 0 show --json "$DATA/nginx.json"
	jq -r '.loss | keys[]' "$SG_TMP/out"
}

rows >"$SG_TMP/rows"
[ "$(wc -l <"$SG_TMP/rows")" -ge 15 ] || fail "the program says of $(wc -l <"$SG_TMP/rows") rows: $(xargs <"$SG_TMP/rows")"
cd "$SG_SOURCE/tests"
grep -rnoE 'provoked [a-z_]+' bpf e2e golden vm --include='*.sh' | sed 's/:[0-9]*:provoked /\t/' | sort -u >"$SG_TMP/provoked"
missing=()
while read -r row; do
	test=$(awk -v row="$row" '$2 == row { print $1; exit }' "$SG_TMP/provoked")
	if [ -n "$test" ]; then
		say "$row: tests/$test"
	else
		missing+=("$row")
	fi
done <"$SG_TMP/rows"
[ ${#missing[@]} = 0 ] || fail "no test provokes ${missing[*]}"
