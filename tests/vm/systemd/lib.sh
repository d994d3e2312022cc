# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of this directory share.

fail() {
	echo "FAIL: $*"
	exit 1
}

# progress, for whoever waits for the machine: emulated, all of this takes minutes
step() {
	echo "== $*"
	echo "vm: … $*" >/dev/ttyS0
}

# wait_for SECONDS COMMAND…: true as soon as the command is
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# start_recorder DIR ARG…: one recorder, of as many targets as are named; it is attached when this returns
start_recorder() {
	local dir=$1
	shift
	mkdir -p "$dir"
	seccomp-gen record -o "$dir/" "$@" 2>"$dir.log" &
	recorder=$!
	wait_for 120 grep -q 'Ctrl-C' "$dir.log" || fail "the recorder does not start: $(cat "$dir.log")"
}

end_recorder() {
	kill -INT "$recorder"
	wait "$recorder" || fail "record ended with $?: $(cat "$1.log")"
	cat "$1.log"
}

# app_calls RECORDING: what the application called
app_calls() {
	seccomp-gen show "$1" --json | jq -r '.syscalls[] | select(.count > 0).name' | sort -u
}

# as_alice COMMAND…: with alice's own manager at hand
as_alice() {
	runuser -u alice -- env -C /home/alice XDG_RUNTIME_DIR=/run/user/1000 \
		DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus "$@"
}

# recording_of DIR NAME: the file that holds it
recording_of() {
	local file
	for file in "$1"/*; do
		case ${file##*/} in
		"$2".* | "$2" | *-"$2".* | *-"$2") echo "$file" && return ;;
		esac
	done
	fail "no recording of $2 in $1: $(ls "$1")"
}

# drop_in UNIT RECORDING: the unit's filter, from now on
drop_in() {
	mkdir -p "/etc/systemd/system/$1.d"
	seccomp-gen emit -q -f systemd "$2" -o "/etc/systemd/system/$1.d/seccomp-gen.conf" || fail "emit of $1: status $?"
}

# is_filtered UNIT: its first process has a filter
is_filtered() {
	grep -q '^Seccomp:[[:space:]]*2' "/proc/$(systemctl show -P MainPID "$1")/status"
}
