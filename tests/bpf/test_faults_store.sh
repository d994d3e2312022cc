#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What befalls the place where recordings go costs no recording: a disk that is full and has room again, one that is
# read-only from some moment on, a store that is deleted under way, one that is a link to elsewhere. What cannot be
# written where it was to go is saved elsewhere, and the command says so and fails.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf # --no-audit below: what other tests do to the audit trail would be in the ledger, too

# small_disk DIR: a file system of its own for a store
small_disk() {
	mkdir "$1"
	mount -t tmpfs -o size=256k,mode=700 none "$1" 2>"$SG_TMP/err" || skip "cannot mount: $(cat "$SG_TMP/err")"
	at_exit umount "$1"
}

path_saved() {
	grep -o '/[^ ]*/seccomp-gen-[0-9a-f-]*\.json' "$SG_TMP/$1.log" || true
}

# It goes with the test, wherever that ends.
remove_saved() {
	rm -f -- "$(path_saved "$1")"
}

# begin FAULT [OPTION…]: a recorder of a cgroup of its own with the store $SG_TMP/FAULT
declare -A recorders cgroups
begin() {
	local fault=$1
	shift
	make_cgroup "$SG_ID-$fault"
	cgroups[$fault]=$REPLY
	SECCOMP_GEN_DIR=$SG_TMP/$fault "$SG" record --no-audit --cgroup "$REPLY" "$@" 2>"$SG_TMP/$fault.log" &
	recorders[$fault]=$!
	at_exit remove_saved "$fault"
	at_exit end_process $! INT
	wait_for 60 grep -qs 'recording cgroup' "$SG_TMP/$fault.log" || fail "$fault: not attached: $(cat "$SG_TMP/$fault.log")"
}

work() {
	in_cgroup "${cgroups[$1]}" "$SG_HELPERS/known_calls" plain 2000 >>"$SG_TMP/$1.calls"
}

# end FAULT STATUS: ask it to end, and want that status
end() {
	local status=0
	kill -INT "${recorders[$1]}"
	await "${recorders[$1]}" || status=$?
	[ "$status" = "$2" ] || fail "$1: exit $status, not $2: $(cat "$SG_TMP/$1.log")"
}

# exact FAULT RECORDING: it is complete, its counts are the truth, its ledger is empty
exact() {
	awk '{ n[$1 " " $2] += $3 } END { for (call in n) print call, n[call] }' "$SG_TMP/$1.calls" >"$SG_TMP/$1.expected"
	want_counts "$2" "$SG_TMP/$1.expected"
	grep -q '"complete": true' "$2" || fail "$1: the recording does not call itself complete"
}

# saved FAULT: the path of the recording that was saved elsewhere
saved() {
	REPLY=$(path_saved "$1")
	[ -n "$REPLY" ] || fail "$1: nothing saved: $(cat "$SG_TMP/$1.log")"
	[ "$(stat -c %a "$REPLY")" = 600 ] || fail "$1: others can read $REPLY"
}

# said FAULT PATTERN TIMES
said() {
	[ "$(grep -Ec -- "$2" "$SG_TMP/$1.log")" = "$3" ] || fail "$1: not $3 times '$2': $(cat "$SG_TMP/$1.log")"
}

small_disk "$SG_TMP/full"
small_disk "$SG_TMP/readonly"
small_disk "$SG_TMP/filled"
mkdir "$SG_TMP/elsewhere"
chmod 700 "$SG_TMP/elsewhere"
ln -s elsewhere "$SG_TMP/linked"
mkdir "$SG_TMP/output"

begin full
begin readonly
begin filled
begin deleted
begin linked
begin directory -o "$SG_TMP/output/x.rec"
faults='full readonly filled deleted linked directory'
for fault in full filled; do
	dd if=/dev/zero of="$SG_TMP/$fault/filler" bs=4k 2>/dev/null && fail "the disk does not fill"
done
mount -o remount,ro "$SG_TMP/readonly"
for fault in $faults; do work "$fault"; done

# the first checkpoint, after ten seconds
for fault in full filled readonly linked; do
	wait_for 60 grep -q 'checkpoint: ' "$SG_TMP/$fault.log" || fail "$fault: the checkpoint that fails is not reported"
done
wait_for 60 test -s "$SG_TMP/output/x.rec" || fail "no checkpoint after 60 s"
wait_for 60 compgen -G "$SG_TMP/deleted/*.json" >/dev/null || fail "no checkpoint after 60 s"
rm "$SG_TMP/full/filler"
rm -r "$SG_TMP/deleted" "$SG_TMP/output"
for fault in $faults; do work "$fault"; done

end full 0
said full 'checkpoint: .*No space left on device; recording continues' 1
exact full "$(ls "$SG_TMP/full"/*.json)"
[ -z "$(find "$SG_TMP/full" -name '.*' -type f)" ] || fail "full: left: $(ls -A "$SG_TMP/full")"
say "a disk that was full for a while: written, exact"

end filled 1
saved filled
said filled 'No space left on device; the recording is in' 1
exact filled "$REPLY"
[ -z "$(find "$SG_TMP/filled" -name '.*' -type f)" ] || fail "filled: left: $(ls -A "$SG_TMP/filled")"
say "a disk that is full: saved, exact"

end readonly 1
saved readonly
said readonly 'checkpoint: .*Read-only file system; recording continues' 1
exact readonly "$REPLY"
say "a file system that becomes read-only: saved, exact"

end deleted 0
exact deleted "$(ls "$SG_TMP/deleted"/*.json)"
[ "$(stat -c %a "$SG_TMP/deleted")" = 700 ] || fail "deleted: the store is made again for all to see"
say "a store that was deleted: made again, exact"

end linked 1
saved linked
exact linked "$REPLY"
[ -z "$(ls -A "$SG_TMP/elsewhere")" ] || fail "linked: written through the link: $(ls -A "$SG_TMP/elsewhere")"
said linked 'is a symbolic link' 2
say "a store that is a symbolic link: nothing goes through it, saved, exact"

end directory 1
saved directory
exact directory "$REPLY"
[ ! -e "$SG_TMP/output" ] || fail "directory: made again"
say "the directory of -o was deleted: saved, exact"
