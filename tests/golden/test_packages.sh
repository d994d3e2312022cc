#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scripts/test installs every package that a test says it needs.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

"$SG_SOURCE/scripts/install-packages" --list build test full | sort >"$SG_TMP/installed"
# apt itself installs them
grep -rhoE --include='*.sh' '^[[:space:]]*need_command [a-z0-9_.-]+ [a-z0-9+.-]+' "$SG_SOURCE/tests" |
	awk '$3 != "apt" { print $3 }' | sort -u >"$SG_TMP/needed"
[ -s "$SG_TMP/needed" ] || fail "no test needs a package: is need_command still what they call?"
missing=$(comm -23 "$SG_TMP/needed" "$SG_TMP/installed" | tr '\n' ' ')
[ -z "$missing" ] || fail "tests need what scripts/install-packages does not install: $missing"
say "$(wc -l <"$SG_TMP/needed") packages, all installed by scripts/test"
