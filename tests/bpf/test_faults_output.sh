#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A recorder writes where a user said, and the user changes what is there while it records: a FIFO, a link, a device. It
# neither waits for him nor goes through what he made; what it has counted is saved elsewhere. Nor does it wait for whoever
# does not read its pipe, once it is asked to end.
# The programs that are run get their words in single quotes on purpose.
# shellcheck disable=SC2016
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
need_command setpriv util-linux

chmod 711 "$SG_TMP"
U=$SG_TMP/u
mkdir -m 700 "$U" "$SG_TMP/victims"
chown 65534:65534 "$U"

as_user() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

path_saved() {
	grep -o '/[^ ]*/seccomp-gen-[0-9a-f-]*\.json' "$SG_TMP/$1.log" || true
}

remove_saved() {
	rm -f -- "$(path_saved "$1")"
}

declare -A recorders cgroups
# begin FAULT OUTPUT: a recorder of a cgroup of its own
begin() {
	make_cgroup "$SG_ID-$1"
	cgroups[$1]=$REPLY
	"$SG" record --no-audit --cgroup "$REPLY" -o "$2" 2>"$SG_TMP/$1.log" >"${3:-/dev/null}" &
	recorders[$1]=$!
	at_exit remove_saved "$1"
	at_exit end_process $! INT
	wait_for 60 grep -qs 'recording cgroup' "$SG_TMP/$1.log" || fail "$1: not attached: $(cat "$SG_TMP/$1.log")"
}

work() {
	in_cgroup "${cgroups[$1]}" "$SG_HELPERS/known_calls" plain 2000 >"$SG_TMP/$1.calls"
}

# exact FAULT RECORDING
exact() {
	awk '{ n[$1 " " $2] += $3 } END { for (call in n) print call, n[call] }' "$SG_TMP/$1.calls" >"$SG_TMP/$1.expected"
	want_counts "$2" "$SG_TMP/$1.expected"
	grep -q '"complete": true' "$2" || fail "$1: the recording does not call itself complete"
}

# saved FAULT PATTERN: it ends at once with exit 1, says why, and what it has is exact
saved() {
	local status=0
	await "${recorders[$1]}" || status=$?
	[ "$status" = 1 ] || fail "$1: exit $status: $(cat "$SG_TMP/$1.log")"
	grep -Eq -- "$2; the recording is in" "$SG_TMP/$1.log" || fail "$1: not '$2': $(cat "$SG_TMP/$1.log")"
	REPLY=$(path_saved "$1")
	[ "$(stat -c '%a %u' "$REPLY")" = "600 0" ] || fail "$1: others can read $REPLY"
	exact "$1" "$REPLY"
	say "$1: saved, exact"
}

# --- refused before anything is recorded

as_user mkfifo "$U/early"
as_user ln -s /dev/loop0 "$U/loop"
as_user ln -s "$SG_TMP/victims" "$U/dir"
make_cgroup "$SG_ID-refused"
refused 1 "cannot write $U/early: is a FIFO of uid 65534" "$SG" record --cgroup "$REPLY" -o "$U/early"
refused 1 "cannot write $U/loop: 'loop' is a symbolic link of uid 65534" "$SG" record --cgroup "$REPLY" -o "$U/loop"
refused 1 "'dir' is a symbolic link of uid 65534" "$SG" record --cgroup "$REPLY" -o "$U/dir/r.json"
refused 1 "'dir' is a symbolic link of uid 65534" "$SG" record --all -o "$U/dir"
refused 1 "'dir' is a symbolic link of uid 65534" "$SG" record --all -o "$U/dir/below"
[ -z "$(ls -A "$SG_TMP/victims")" ] || fail "made through a link: $(ls -A "$SG_TMP/victims")"

# --- --all: what comes again is joined to the file that was written, and to no other

mkdir -m 755 "$U/all"
chown 65534:65534 "$U/all"
"$SG" record --no-audit --all -o "$U/all" 2>"$SG_TMP/all.log" &
all=$!
at_exit end_process "$all" INT
wait_for 60 grep -qs 'recording each cgroup' "$SG_TMP/all.log" || fail "--all: not attached: $(cat "$SG_TMP/all.log")"
again=sg$$-$RANDOM-again
files() { compgen -G "$U/all/*-$again-*.json" || true; }
comes() { # it comes, works and goes; then there are so many files of it, with so many getppid in all
	make_cgroup "$again"
	in_cgroup "$REPLY" "$SG_HELPERS/known_calls" threads 3 >/dev/null
	wait_for 30 rmdir "$REPLY" 2>/dev/null
	wait_for 60 sums "$1" "$2" || fail "--all: not $1 files with $2 calls: $(files) $(cat "$SG_TMP/all.log")"
}
sums() {
	local file n=0 k=0
	for file in $(files); do
		n=$((n + $(count_of "$file" getppid))) k=$((k + 1))
	done
	[ "$k $n" = "$1 $2" ]
}
comes 1 24
comes 1 48
sed 's/getppid/ptrace/; s/"nr": 110/"nr": 101/' "$(files)" | as_user sh -c 'cat >"$2/new" && mv -f "$2/new" "$1"' sh "$(files)" "$U/all"
comes 2 24
kill -INT "$all"
await "$all" || fail "--all failed: $(cat "$SG_TMP/all.log")"
grep -q "is not the file that was written: what comes now is a recording of its own" "$SG_TMP/all.log" ||
	fail "--all: nothing is said: $(cat "$SG_TMP/all.log")"
say "all: a file that a user has changed is not joined"

# --- changed under way

mkdir -m 700 "$U/sub"
chown 65534:65534 "$U/sub"
mkfifo "$SG_TMP/own"
begin fifo "$U/fifo"
begin link "$U/link"
begin parent "$U/sub/r.json"
begin unread "$SG_TMP/own"
mkfifo "$SG_TMP/pipe"
exec 8<>"$SG_TMP/pipe" # open for reading, and nobody reads
head -c 65536 /dev/zero >&8
begin stalled - "$SG_TMP/pipe"
faults='fifo link parent unread stalled'
for fault in $faults; do work "$fault"; done
for fault in fifo link; do
	wait_for 60 test -s "$U/$fault" || fail "$fault: no checkpoint"
done
as_user sh -c 'cd "$1" && rm -f fifo link && mkfifo fifo && ln -s "$2/r.json" link && mv sub old && ln -s "$2" sub' sh "$U" "$SG_TMP/victims"
for fault in fifo link parent; do
	wait_for 60 grep -q 'checkpoint: ' "$SG_TMP/$fault.log" || fail "$fault: the checkpoint that fails is not reported"
done
for fault in $faults; do kill -INT "${recorders[$fault]}"; done
saved fifo "cannot write $U/fifo: is a FIFO of uid 65534"
saved link "cannot write $U/link: 'link' is a symbolic link of uid 65534, and is not followed"
saved parent "cannot write $U/sub/r.json: 'sub' is a symbolic link of uid 65534, and is not followed"
{ [ -p "$U/fifo" ] && [ -L "$U/link" ]; } || fail "what the user made was replaced"
[ -z "$(ls -A "$SG_TMP/victims")" ] || fail "written through a link: $(ls -A "$SG_TMP/victims")"
# the second signal ends the wait for a reader
sleep 1
for fault in unread stalled; do
	alive "${recorders[$fault]}" || fail "$fault: its reader was not waited for: $(cat "$SG_TMP/$fault.log")"
	kill -TERM "${recorders[$fault]}"
done
saved unread "cannot open $SG_TMP/own: Interrupted system call"
saved stalled 'cannot write standard output: Interrupted system call'
exec 8>&-
