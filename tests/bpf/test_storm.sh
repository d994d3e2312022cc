#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A program under a filter that denies it a call 640,000 times in six seconds: none is missed, and record, show and emit
# say it before all else.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

N=160000 # getpgrp each time, and a few getpgid
# shellcheck disable=SC2016 # expanded by that shell
# a shell that has no filter comes first, and for as long as it takes: by default watching could end meanwhile
"$SG" record --no-audit --denials always -o "$SG_TMP/rec" -- sh -c 'for i in 1 2 3 4; do "$0" errno "$1" && sleep 1.4; done' \
	"$SG_HELPERS/denied_calls" "$N" >"$SG_TMP/expected" 2>"$SG_TMP/err" || fail "record: $(cat "$SG_TMP/err")"
denied=$(awk '$1 == "errno" { n += $3 } END { print n }' "$SG_TMP/expected")
((denied >= 640000)) || fail "denied $denied times: $(cat "$SG_TMP/expected")"
"$SG" show "$SG_TMP/rec" >"$SG_TMP/shown"
"$SG" emit --runtime none "$SG_TMP/rec" >"$SG_TMP/profile" 2>"$SG_TMP/emitted" || fail "emit: $(cat "$SG_TMP/emitted")"
for said in "$(grep -v 'recording ' "$SG_TMP/err" | head -n 1)" "$(sed -n 2p "$SG_TMP/shown")" "$(head -n 1 "$SG_TMP/emitted")"; do
	[[ $said == *"$denied calls were denied, mostly getpgrp ("* ]] || fail "$denied denied calls, and the first that is said: $said"
done
[ -z "$(losses "$SG_TMP/rec")" ] || fail "losses: $(losses "$SG_TMP/rec")"
say "$said"
