#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Profiles as people have them: every file goes through check, diff and convert and back (profile_files.py), and into
# a container of runc, whose filter and whose start are held against what we say (runtime_truth.py); with SG_FULL=1, or
# of a DIRECTORY, also as it is to podman and Docker.
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

hold() { # hold RUNTIME|ENGINE OPTION…
	mkdir -p "$SG_TMP/$1"
	"$E2E/runtime_truth.py" "$1" --version "$(version_of runc)" --dir "$SG_TMP/$1" --id "$SG_ID" \
		--profiles "$files" "${@:2}" >"$SG_TMP/out" ||
		fail "$1 does otherwise than we say: $(tail -40 "$SG_TMP/out")"
	say "$(tail -1 "$SG_TMP/out")"
}

hold_engine() { # hold_engine ENGINE COMMAND OPTION…
	hold "$1" --engine "$2" --tapped "$TAPPED" --image "$IMAGE" --jobs 1 "${@:3}"
}

hold runc
if [ "${SG_FULL:-0}" = 1 ] || [ $# != 0 ]; then
	! start_tapped_podman || hold_engine podman "${PODMAN[*]}" "${TAPPED_OPTIONS[@]}"
	! start_tapped_docker || hold_engine docker "${DOCKER[*]}" "${TAPPED_OPTIONS[@]}"
fi
