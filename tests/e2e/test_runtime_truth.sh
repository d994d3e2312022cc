#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What is said of a profile is what the runtimes here do: random profiles in real containers, the filter that the
# kernel took against the one that `diff --runtime` makes, and whether it started against what `check` foretold.
# runtime_truth.py says how. SG_FULL=1 takes thousands, and newer runtimes with a newer libseccomp besides; SG_SEED begins
# elsewhere.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"
# shellcheck source=scripts/vm/apt.sh
. "$SG_SOURCE/scripts/vm/apt.sh"

need_root
need_command runc runc
need_command python3 python3

SEED=${SG_SEED:-1}
TRUTH=$E2E/runtime_truth.py

# fetch_newer DIR: runc and crun of Debian's next release, and the libraries that they are linked with
fetch_newer() {
	(
		private_apt "$1/apt" "$(dpkg --print-architecture)" debian sid &&
			timeout "$APT_PATIENCE" apt-get install -qq -y --no-install-recommends --download-only runc crun
	) >"$SG_TMP/log" 2>&1 || return
	for deb in "$1"/apt/archives/*.deb; do
		dpkg-deb -x "$deb" "$1/root"
	done
	rm -r "$1/apt"
	date >"$1/root/whole"
}

# newer PROGRAM: a copy that runs with those libraries, the rest the host's; printed
newer() {
	local here copy
	here=$(dirname "$(find "$NEWER" -name 'libseccomp.so.*' | head -n 1)")
	copy=$SG_TMP/new-$(basename "$1")
	cp "$1" "$copy"
	patchelf --set-interpreter "$(find "$here" -name 'ld-linux*.so.*' | head -n 1)" \
		--force-rpath --set-rpath "$here:$(dirname "$(ldconfig -p | sed -n 's/.*libseccomp.* => //p' | head -n 1)")" "$copy"
	echo "$copy"
}

# In addition to the first ones, those that were foretold wrongly once.
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

hold_engine() { # hold_engine ENGINE COMMAND OPTION…
	hold "$1" "$RUNC_VERSION" 10 200 -- --engine "$2" --tapped "$TAPPED" --image "$IMAGE" --jobs 1 "${@:3}"
}

RUNC_VERSION=$(version_of runc)
hold runc "$RUNC_VERSION" 60 2000 --

if command -v crun >/dev/null; then
	start_crun
	hold crun "$(version_of crun)" 40 2000 in_pure_v2 -- --preload "$CRUN_PRELOAD"
fi

# Other versions, another libseccomp, which our program then has too: what it makes of a profile is a matter of it.
if [ "${SG_FULL:-0}" = 1 ]; then
	need_command patchelf patchelf
	NEWER=$(dirname "$(fetch_dir "$SG_TEST_CACHE/newer-runtimes" root/whole '' fetch_newer)")
	for runtime in runc crun; do
		command -v "$runtime" >/dev/null || continue
		prefix=() option=()
		[ "$runtime" != crun ] || prefix=(in_pure_v2) option=(--preload "$CRUN_PRELOAD")
		binary=$(newer "$(find "$NEWER/usr" -path "*bin/$runtime" | head -n 1)")
		SECCOMP_GEN_DATA=$SG_SOURCE/profiles SG=$(newer "$SG") \
			hold "$runtime" "$(version_of "$binary")" 2000 2000 "${prefix[@]}" -- --binary "$binary" "${option[@]}"
	done
fi

if start_tapped_podman; then
	hold_engine podman "${PODMAN[*]}" "${TAPPED_OPTIONS[@]}"
fi

if start_tapped_docker; then
	hold_engine docker "${DOCKER[*]}" "${TAPPED_OPTIONS[@]}"
fi
