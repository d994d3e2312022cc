#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Who records a client of podman, or a unit as podman generates it, is warned that the container is not in it, and what to
# record instead: which is then tried.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"
need_runtimes
start_runtime podman
NAME=${SG_ID//_/-}

# says LOG HINT: one line of the recorder has the hint; TARGET is what it says to record
says() {
	local line
	wait_for 60 grep -q "$2" "$1" || fail "no '$2' in: $(cat "$1")"
	line=$(grep "$2.*record it with .*; it is not in this recording" "$1") || fail "no target is named: $(cat "$1")"
	line=${line##*record it with }
	read -ra TARGET <<<"${line%%;*}"
}

"$SG" record -o "$SG_TMP/command" -- "${PODMAN[@]}" run --rm --name "$NAME" --network none \
	--security-opt seccomp=unconfined "$IMAGE" bare_rare >"$SG_TMP/command.log" 2>&1 </dev/null ||
	fail "record -- podman run: $(cat "$SG_TMP/command.log")"
says "$SG_TMP/command.log" 'podman run has the container made in a cgroup of its own'
start_recorder "$SG_TMP/instead" "${TARGET[@]}" --once
run_container podman "$NAME" -- bare_rare
end_recorder "$SG_TMP/instead"
want_count "$SG_TMP/instead" sched_rr_get_interval 1
say "a client's container: ${TARGET[*]}"

# conmon stays where podman was: --cgroups=no-conmon, which generated units have
make_cgroup "$SG_ID"
unit=$REPLY/system.slice/$NAME.service
mkdir -p "$unit"
start_recorder "$SG_TMP/unit" --unit "$NAME"
in_cgroup "$unit" "${PODMAN[@]}" run -d --cgroups=no-conmon --name "$NAME-2" --network none \
	--security-opt seccomp=unconfined "$IMAGE" bare_counted 7 5000 >"$SG_TMP/out" 2>&1 </dev/null ||
	fail "podman run -d: $(cat "$SG_TMP/out")"
says "$SG_TMP/unit.log" 'conmon keeps a container that is in another cgroup'
[ "${TARGET[*]}" = "--container $NAME-2" ] || fail "the target is ${TARGET[*]}"
"${PODMAN[@]}" rm -f -t 0 "$NAME-2" >/dev/null
end_recorder "$SG_TMP/unit" INT
say "a generated unit's container: ${TARGET[*]}"
