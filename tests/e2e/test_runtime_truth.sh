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
TRUTH=$E2E/runtime_truth.py
TAPPED=$SG_TMP/tapped

version_of() { # version_of COMMAND
	"$1" --version | sed -n "s/^$1 version \([0-9.]*\).*/\1/p"
}

# Beside the first ones those that were foretold wrongly once.
# hold RUNTIME VERSION IN_CI IN_FULL [COMMAND…] -- OPTION…: with the COMMAND before it
hold() {
	local runtime=$1 version=$2 count=$3 before=$SECONDS prefix=()
	[ "${SG_FULL:-0}" != 1 ] || count=$4
	shift 4
	while [ "$1" != -- ]; do
		prefix+=("$1")
		shift
	done
	shift
	mkdir -p "$SG_TMP/$runtime"
	"${prefix[@]}" "$TRUTH" "$runtime" --version "$version" --dir "$SG_TMP/$runtime" --id "$SG_ID" --seeds "$SEED:$count,437:1,1006:1,1093:1,1464:1" "$@" \
		>"$SG_TMP/$runtime.out" || fail "$runtime does otherwise than we say: $(tail -40 "$SG_TMP/$runtime.out")"
	say "$(tail -1 "$SG_TMP/$runtime.out") in $((SECONDS - before)) s"
}

# A runtime that does as runc does, but for the tap where a container is made.
write_tapped_runc() {
	cat >"$SG_TMP/tapped-runc" <<-EOT
		#!/bin/sh
		for word; do
			[ "\$word" != create ] || exec "$SG_HELPERS/filter_tap" "\$(cat "$TAPPED")" runc "\$@"
		done
		exec runc "\$@"
	EOT
	chmod +x "$SG_TMP/tapped-runc"
}

hold_engine() { # hold_engine ENGINE COMMAND OPTION…
	hold "$1" "$RUNC_VERSION" 10 200 -- --engine "$2" --tapped "$TAPPED" --image "$IMAGE" --jobs 1 "${@:3}"
}

RUNC_VERSION=$(version_of runc)
hold runc "$RUNC_VERSION" 60 2000 --

if command -v crun >/dev/null; then
	start_crun
	hold crun "$(version_of crun)" 40 2000 in_pure_v2 -- --preload "$CRUN_PRELOAD"
fi

if [ -x /bin/busybox ] && command -v podman conmon >/dev/null; then
	make_image
	write_tapped_runc
	SG_PODMAN_RUNTIME=$SG_TMP/tapped-runc start_podman
	case $(version_of podman) in
	[0-3].* | 4.[0-3].*) caps=podman-4.3 ;;
	*) caps=podman ;;
	esac
	hold_engine podman "${PODMAN[*]}" --dialect podman --option=--cap --option="$caps"
fi

if [ -x /bin/busybox ] && command -v dockerd >/dev/null; then
	[ -e "$SG_TMP/image.tar" ] || make_image
	write_tapped_runc
	DOCKERD_OPTIONS=(--add-runtime "tapped=$SG_TMP/tapped-runc" --default-runtime tapped)
	start_docker
	options=(--dialect docker)
	case $("${DOCKER[@]}" version --format '{{.Server.Version}}') in
	[0-9].* | 1[0-9].* | 20.*) options+=(--passed-over defaultErrnoRet) ;; # as check says of it
	esac
	hold_engine docker "${DOCKER[*]}" "${options[@]}"
fi
