#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What is said of a profile is what the runtimes here do: random profiles in real containers, the filter that the
# kernel took against the one that `diff --runtime` makes, and whether it started against what `check` foretold.
# runtime_truth.py says how. SG_FULL=1 takes thousands; SG_SEED begins elsewhere.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"

need_root
need_command runc runc
need_command python3 python3

SEED=${SG_SEED:-1}
FULL=${SG_FULL:-0}
TRUTH=$E2E/runtime_truth.py

# hold RUNTIME VERSION COUNT OPTION…
hold() {
	local runtime=$1 version=$2 count=$3 before=$SECONDS
	shift 3
	mkdir -p "$SG_TMP/$runtime"
	"$TRUTH" "$runtime" --version "$version" --dir "$SG_TMP/$runtime" --id "$SG_ID" --seeds "$SEED:$count" "$@" \
		>"$SG_TMP/$runtime.out" || fail "$runtime $version does otherwise than we say: $(tail -40 "$SG_TMP/$runtime.out")"
	say "$(tail -1 "$SG_TMP/$runtime.out") in $((SECONDS - before)) s"
}

count() { # count IN_CI IN_FULL
	if [ "$FULL" = 1 ]; then echo "$2"; else echo "$1"; fi
}

RUNC_VERSION=$(runc --version | sed -n 's/^runc version \([0-9.]*\).*/\1/p')
hold runc "$RUNC_VERSION" "$(count 60 2000)"

if command -v crun >/dev/null; then
	start_crun
	mkdir -p "$SG_TMP/crun"
	crun_version=$(crun --version | sed -n 's/^crun version \([0-9.]*\).*/\1/p')
	in_pure_v2 "$TRUTH" crun --version "$crun_version" --preload "$CRUN_PRELOAD" --dir "$SG_TMP/crun" --id "$SG_ID" \
		--seeds "$SEED:$(count 40 2000)" >"$SG_TMP/crun.out" ||
		fail "crun $crun_version does otherwise than we say: $(tail -40 "$SG_TMP/crun.out")"
	say "$(tail -1 "$SG_TMP/crun.out")"
fi
