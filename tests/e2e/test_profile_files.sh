#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Profiles as people have them: every file goes through check, diff and convert and back (profile_files.py), and into
# a container of runc, whose filter and whose start are held against what we say (runtime_truth.py).
#
#	test_profile_files.sh [DIRECTORY]     of profiles; by default those of this repository

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"

need_root
need_command runc runc
need_command python3 python3

files=${1:-$SG_TMP/files}
if [ $# = 0 ]; then
	mkdir -p "$files"
	cp "$SG_SOURCE"/profiles/default/*.json "$SG_SOURCE"/tests/golden/oci/*.json "$E2E"/profiles/* "$files"
fi

"$E2E/profile_files.py" "$files" >"$SG_TMP/out" || fail "check, diff and convert: $(tail -40 "$SG_TMP/out")"
say "$(tail -1 "$SG_TMP/out")"

mkdir -p "$SG_TMP/runc"
"$E2E/runtime_truth.py" runc --version "$(runc --version | sed -n 's/^runc version \([0-9.]*\).*/\1/p')" \
	--dir "$SG_TMP/runc" --id "$SG_ID" --profiles "$files" >"$SG_TMP/out" ||
	fail "runc does otherwise than we say: $(tail -40 "$SG_TMP/out")"
say "$(tail -1 "$SG_TMP/out")"
