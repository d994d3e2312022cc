#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Which calls are the application's: what came from outside is set-up until it execs, what moves within the target is
# not; children inherit; new child cgroups belong to the target, unless --no-descendants.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
make_cgroup "$SG_ID"
target=$REPLY
make_cgroup "$SG_ID-other"
other=$REPLY
mkdir "$target/before"

start() { # start RECORDING [OPTION…]
	start_recorder "$SG_TMP/$1" --cgroup "$target" "${@:2}"
}

stop() { # stop RECORDING
	end_recorder "$SG_TMP/$1" INT
}

# counted RECORDING: "SETUP APP" of getppid
counted() {
	"$SG" show --json "$SG_TMP/$1" | python3 -c '
import json, sys
for call in json.load(sys.stdin)["syscalls"]:
    if call["name"] == "getppid":
        print(call["stages"]["setup"], call["stages"]["app"])
        break
else:
    print("0 0")'
}

expect() { # expect RECORDING "SETUP APP" WHAT
	local got
	got=$(counted "$1")
	[ "$got" = "$2" ] || fail "$3: expected (setup, app) $2, recorded $got"
	say "$3: $got"
}

calls=$SG_HELPERS/moving_calls

start outside
"$calls" 1000
stop outside
expect outside "0 0" "a bystander"

start moved
"$calls" 1000 "$target"
stop moved
expect moved "1000 0" "moved in, no exec"

start executed
"$calls" 1000 "$target" exec
stop executed
expect executed "1000 1000" "moved in, then exec"

start inherited
"$calls" 1000 "$target" fork
stop inherited
expect inherited "2000 0" "a child of a process in set-up"

start inherited_exec
"$calls" 1000 "$target" fork exec
stop inherited_exec
expect inherited_exec "2000 1000" "a child that execs, its parent does not"

# in the target before the recording starts, then from one of its cgroups to another and out again
cat >"$SG_TMP/inside.sh" <<'SH'
echo $$ >"$1/cgroup.procs"
until [ -e "$2" ]; do sleep 0.05; done
shift 2
exec "$@"
SH
sh "$SG_TMP/inside.sh" "$target" "$SG_TMP/go" "$calls" 1000 "$target/before" "$target" "$other" &
inside=$!
wait_for 30 grep -qx "$inside" "$target/cgroup.procs" || fail "the process did not get into its cgroup"
start within
mkdir "$target/during"
touch "$SG_TMP/go"
await "$inside" || fail "the process failed"
"$calls" 500 "$target/during" exec
stop within
# 1000 in each of three places as the application, and in the fourth, outside, for a filter would have gone along; 500 of
# set-up and 500 after exec in the new one
expect within "500 4500" "moves within the target and out of it, a cgroup made meanwhile"

start alone --no-descendants
"$calls" 1000 "$target/during" exec "$target" exec
stop alone
expect alone "1000 1000" "--no-descendants"
rmdir "$target/during" "$target/before"

start long_setup
"$calls" 10 "$target" "$other"
stop long_setup
expect long_setup "10 0" "moved in and out"

# two recorders on one target: neither disturbs the other
start first
first=$RECORDER
start second
"$calls" 1000 "$target" exec
stop second
RECORDER=$first
stop first
expect first "1000 1000" "two recorders, the first"
expect second "1000 1000" "two recorders, the second"

# the cgroup goes away: the recording ends by itself, and is written
start gone
"$calls" 1000 "$target" exec
rmdir "$target"
end_recorder "$SG_TMP/gone"
expect gone "1000 1000" "the cgroup went away"

# A process that is moved in and ends without an exec is said where it was, and not in another recording.
make_cgroup "$SG_ID-moved"
moved=$REPLY
make_cgroup "$SG_ID-alongside"
start_recorder "$SG_TMP/two" --cgroup "$moved" --cgroup "$REPLY"
in_cgroup "$REPLY" sleep 0
# shellcheck disable=SC2016 # expanded by that shell
python3 -c '
import os, sys, time
open(sys.argv[1] + "/cgroup.procs", "w").write("0")
time.sleep(5.2)' "$moved"
end_recorder "$SG_TMP/two" INT
for recording in "$SG_TMP"/two/*; do
	want=0
	! grep -q "$SG_ID-moved" "$recording" || want=1
	got=$(losses "$recording" | sed -n 's/^setup_unfinished //p')
	[ "$want" = 0 ] || provoked setup_unfinished "$recording"
	[ "${got:-0}" = "$want" ] || fail "setup_unfinished is ${got:-0} in $recording, not $want"
done
say "set-up without an end: of its own recording"
