#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Default profiles, resolved by us and by the engines that they are for: Docker and podman write the filter of a
# container into its config.json, and for four sets of capabilities that must be what we make of the same profile. The
# profiles are those that ship with seccomp-gen, and the one that podman itself uses here. Arguments choose an engine.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"

# Options of `docker run` and `podman run`; all means those that this machine has to give.
need_command setpriv util-linux
setpriv --dump | sed -n 's/^Capability bounding set: //p' | tr , '\n' | sort >"$SG_TMP/caps-here"
MISSING=$(setpriv --list-caps | sort | comm -23 - "$SG_TMP/caps-here" | sed 's/^/--cap-drop=/' | tr '\n' ' ')
SETS=(
	"none:--cap-drop=ALL"
	"default:"
	"more:--cap-add=SYS_ADMIN --cap-add=SYS_PTRACE"
	"all:--cap-add=ALL $MISSING"
)

# config_of ENGINE NAME: prints the path of the config.json of a container that runs.
config_of() {
	local id
	case $1 in
	docker)
		id=$("${DOCKER[@]}" inspect --format '{{.Id}}' "$2")
		find "$SG_TMP/docker/exec" -path "*/$id/config.json" -print -quit
		;;
	podman) "${PODMAN[@]}" inspect --format '{{.OCIConfigPath}}' "$2" ;;
	esac
}

# resolved ENGINE PROFILE NAME OPTION…: the container's config.json, as $SG_TMP/NAME.json.
resolved() {
	local engine=$1 profile=$2 name=$3 config
	local -n command=${engine^^}
	shift 3
	"${command[@]}" run -d --name "$SG_ID-$name" --network none --security-opt "seccomp=$profile" "$@" \
		"$IMAGE" /bin/sleep 1000 >/dev/null
	config=$(config_of "$engine" "$SG_ID-$name")
	[ -s "$config" ] || fail "$engine: no config.json of $name"
	cp "$config" "$SG_TMP/$name.json"
	"${command[@]}" kill -s KILL "$SG_ID-$name" >/dev/null
	"${command[@]}" rm -f "$SG_ID-$name" >/dev/null
	jq -e '.linux.seccomp.syscalls | length > 0' "$SG_TMP/$name.json" >/dev/null ||
		fail "$engine: $name runs without a filter"
}

prove() { # prove ENGINE PROFILE
	local engine=$1 profile=$2 set name options caps
	for set in "${SETS[@]}"; do
		name=${set%%:*}
		read -ra options <<<"${set#*:}"
		resolved "$engine" "$profile" "$name" "${options[@]}"
		caps=$(jq -r '(.process.capabilities.bounding // []) | join(",")' "$SG_TMP/$name.json")
		"$SG" diff -q --cap "${caps:-none}" "$profile" "$SG_TMP/$name.json" >"$SG_TMP/diff" ||
			fail "$engine resolves $profile otherwise with $name: $(head -20 "$SG_TMP/diff")"
	done
	# the four are not one and the same
	for name in default more all; do
		! "$SG" diff -q "$SG_TMP/none.json" "$SG_TMP/$name.json" >/dev/null ||
			fail "$engine: $name resolves as none does, so nothing was proven"
	done
	say "$engine, $profile: resolved alike for ${#SETS[@]} sets of capabilities"
}

need_command jq jq
need_runtimes
[ $# -gt 0 ] || set -- podman docker
for engine in "$@"; do
	start_runtime "$engine"
	for file in "$SG_SOURCE/profiles/default/$engine"@*.json; do
		prove "$engine" "$file"
	done
	[ "$engine" != podman ] || prove podman /usr/share/containers/seccomp.json
done
# what the command line means by Docker's capabilities is what Docker gives
if [ "$engine" = docker ]; then
	"$SG" diff -q --cap docker "$file" "$SG_TMP/default.json" >"$SG_TMP/diff" || fail "--cap docker: $(head "$SG_TMP/diff")"
fi
