#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The man pages are well-formed, by mandoc's own judgement.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

need_command mandoc mandoc
for page in "$SG_SOURCE"/docs/man/*.1; do
	mandoc -T lint -W warning "$page" >"$SG_TMP/lint" || fail "$(cat "$SG_TMP/lint")"
	mandoc -T ascii "$page" >"$SG_TMP/page" || fail "$page cannot be shown"
	[ "$(wc -l <"$SG_TMP/page")" -gt 20 ] || fail "$page is empty"
done
