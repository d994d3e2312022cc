#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# record --name and what can happen to its parts while no recorder is there: the file is deleted, damaged, forged by the
# user whose directory it is, or of another directory; links of the kernel half are removed; the directory in bpffs is
# replaced, or others can write to it; the recorder does not answer. Nothing is lost in silence, and nobody waits for ever.
# The programs that are run get their words in single quotes on purpose.
# shellcheck disable=SC2016
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
need_command setpriv util-linux

bpffs=$SG_TMP/bpffs
chmod 711 "$SG_TMP"
mkdir "$bpffs"
mount -t bpf bpf "$bpffs"
at_exit umount -l "$bpffs"
export SECCOMP_GEN_BPFFS=$bpffs
U=$SG_TMP/u
mkdir -m 755 "$U"
chown 65534:65534 "$U"
root=$(cgroup2_mount)

as_user() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

_has_begun() {
	"$SG" list --live 2>/dev/null | grep >/dev/null "^$1 .*process $RECORDER\$" || gone "$RECORDER"
}

# begin NAME ARG…: in the working directory; RECORDER is its pid. Returns when another could continue from it.
begin() {
	local name=$1
	shift
	"$SG" record --quiet --no-audit "$@" 2>>"$SG_TMP/$name.log" &
	RECORDER=$!
	at_exit end_process "$RECORDER" KILL
	wait_for 60 _has_begun "$name" || fail "record $*: not listed after 60 s: $(cat "$SG_TMP/$name.log")"
	alive "$RECORDER" || fail "record $*: $(cat "$SG_TMP/$name.log")"
}

kill_recorder() {
	kill -KILL "$RECORDER"
	wait "$RECORDER" 2>/dev/null || true
}

# stop_it NAME [OPTION…]: from elsewhere; what it says is in $SG_TMP/err
stop_it() {
	(cd / && "$SG" stop "$@") 2>"$SG_TMP/err" || fail "stop $*: $(cat "$SG_TMP/err")"
}

said() {
	grep -q -- "$1" "$SG_TMP/err" || fail "not said: '$1': $(cat "$SG_TMP/err")"
}

# has RECORDING CALL: with what it slept in, which the kernel half cannot tell again, and no loss
has() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
calls = {c["name"]: c["sources"] for c in json.load(sys.stdin)["syscalls"]}
sys.exit(calls.get(sys.argv[1]) != [sys.argv[2]])' "$2" "${3:-proc}" || fail "$1 lacks $2: $("$SG" show "$1")"
	[ -z "$(losses "$1")" ] || fail "$1: losses: $(losses "$1")"
}

# A program that sleeps in one call from before the recording to its end.
make_cgroup "$SG_ID-sleeps"
sleeps=$REPLY
{ in_cgroup "$sleeps" sleep 1000 || true; } 2>/dev/null &
is_asleep() { grep -qs '^230 \|^115 \|^101 ' "/proc/$(cat "$sleeps/cgroup.procs")/syscall"; }
wait_for 30 grep -q . "$sleeps/cgroup.procs" || fail "sleep did not start"
wait_for 30 is_asleep || fail "sleep does not sleep"

# --- files

mkdir "$SG_TMP/from"
cd "$SG_TMP/from"
begin relative --name relative --cgroup "$sleeps" -o rel.json
SECCOMP_GEN_DIR=store begin store --name store --cgroup "$sleeps"
store_recorder=$RECORDER
begin forged --name forged --cgroup "$sleeps" -o "$U/forged.json"
forged_recorder=$RECORDER
begin damaged --name damaged --cgroup "$sleeps" -o damaged.json
damaged_recorder=$RECORDER
begin moved --name moved --cgroup "$sleeps" -o away/../gone.json
begin twice --name twice --wait --cgroup "/$SG_ID-twice" -o twice.json
for _ in 1 2; do
	mkdir "$root/$SG_ID-twice"
	at_exit remove_cgroup "$root/$SG_ID-twice"
	in_cgroup "$root/$SG_ID-twice" "$SG_HELPERS/known_calls" threads 3 >/dev/null
	wait_for 30 rmdir "$root/$SG_ID-twice" 2>/dev/null
	sleep 0.5
done
two_runs() { [ "$(runs_of twice.json 2>/dev/null)" = 2 ]; }
wait_for 60 two_runs || fail "a target that came twice: $(cat "$SG_TMP/twice.log")"
kill_recorder
for pid in "$store_recorder" "$forged_recorder" "$damaged_recorder" $(jobs -p); do
	! own_child "$pid" || ! grep -qs record "/proc/$pid/cmdline" || kill -KILL "$pid"
done
wait_for 30 sh -c '! "$0" list --live | grep process' "$SG" >/dev/null || fail "recorders stay: $("$SG" list --live)"

mv rel.json rel.saved
stop_it relative
said "rel.json is gone: it is written again, from what is pinned"
has rel.json clock_nanosleep
cmp -s <("$SG" show --json rel.json | python3 -c 'import json, sys; print([c["name"] for c in json.load(sys.stdin)["syscalls"]])') <(
	"$SG" show --json rel.saved | python3 -c 'import json, sys; print([c["name"] for c in json.load(sys.stdin)["syscalls"]])'
) || fail "what was written again is less"
(cd / && SECCOMP_GEN_DIR=$SG_TMP/other "$SG" stop store) 2>"$SG_TMP/err" || fail "stop: $(cat "$SG_TMP/err")"
[ ! -e "$SG_TMP/other" ] || fail "another store was used"
has "$(ls store/*.json)" clock_nanosleep
as_user sh -c 'sed "s/clock_nanosleep/ptrace/; s/230/101/" "$1" >"$2/new" && mv -f "$2/new" "$2/forged.json"' sh rel.json "$U" 2>/dev/null ||
	as_user sh -c 'echo "{}" >"$1/new" && mv -f "$1/new" "$1/forged.json"' sh "$U"
stop_it forged
said "forged.json is not the file that was written: nothing is taken from it"
has "$U/forged.json" clock_nanosleep
! "$SG" show "$U/forged.json" | grep >/dev/null ptrace || fail "what a user put into the file is believed"
truncate -s 100 damaged.json
stop_it damaged
said "damaged.json is not the file that was written"
has damaged.json clock_nanosleep
: >twice.json
stop_it twice
[ "$(runs_of twice.json)" = 2 ] || fail "runs that were over are lost with the file: $(cat "$SG_TMP/err")"
want_count twice.json getppid 48 # of two lives
refused 1 "directory $SG_TMP/none: No such file" "$SG" stop moved -o "$SG_TMP/none/x.json"
refused 2 'for one recording' "$SG" stop moved other -o x.json
(cd "$U" && "$SG" stop --quiet moved -o here.json) || fail "stop -o"
has "$U/here.json" clock_nanosleep
[ ! -e gone.json ] || [ "$(stat -c %Y gone.json)" -le "$(stat -c %Y "$U/here.json")" ] || fail "stop -o writes to both"
[ -z "$("$SG" list --live --names 2>/dev/null)" ] || fail "left: $("$SG" list --live --names)"
say "the file was deleted, damaged, forged, of another directory: what was recorded is whole, and said"

# --- the kernel half

begin links --name links --cgroup "$sleeps" -o links.json
kill_recorder
rm "$bpffs"/seccomp-gen/links/link_on_sys_enter*
refused 1 "recording 'links': [0-9]+ links of its kernel half are gone.*seccomp-gen stop links" "$SG" record --resume links
stop_it links
said 'links of its kernel half are gone'
provoked kernel_half_missing links.json
"$SG" emit links.json --runtime none >"$SG_TMP/out" 2>"$SG_TMP/err" && fail "emit believes it"
said 'kernel_half_missing'
if [ -n "${SG_FULL:-}" ]; then
	begin all --name all --cgroup "$sleeps" -o all.json
	kill_recorder
	rm "$bpffs"/seccomp-gen/all/link_*
	refused 1 'links of its kernel half are gone' "$SG" record --resume all
	stop_it all
	losses all.json | grep >/dev/null '^kernel_half_missing [1-9]' || fail "links that are missing are no loss: $(losses all.json)"
fi
say "links that somebody removed: a loss, and nothing continues"

begin build --name build --cgroup "$sleeps" -o build.json
kill_recorder
cat >"$SG_TMP/other_build.py" <<'PY'
import ctypes, os, struct, sys
# bpf(2): the hash of the object in the pinned variables becomes another one
libc, nr = ctypes.CDLL(None, use_errno=True), {"x86_64": 321, "aarch64": 280}[os.uname().machine]
def bpf(command, attr):
    buf = ctypes.create_string_buffer(attr, 128)
    r = libc.syscall(nr, command, buf, 128)
    if r < 0:
        sys.exit(f"bpf {command}: {os.strerror(ctypes.get_errno())}")
    return r
digest = 0xcbf29ce484222325
for byte in open(sys.argv[2], "rb").read():
    digest = ((digest ^ byte) * 0x100000001b3) & (2**64 - 1)
name = ctypes.create_string_buffer(sys.argv[1].encode())
fd = bpf(7, struct.pack("QII", ctypes.addressof(name), 0, 0))
info = ctypes.create_string_buffer(80)
bpf(15, struct.pack("IIQ", fd, 80, ctypes.addressof(info)))
size = struct.unpack_from("IIIII", info)[3]
key, value = ctypes.create_string_buffer(4), ctypes.create_string_buffer(size)
element = struct.pack("IIQQQ", fd, 0, ctypes.addressof(key), ctypes.addressof(value), 0)
bpf(1, element)
at = value.raw.find(struct.pack("Q", digest))
if at < 0:
    sys.exit("the hash of the BPF object is not among what is pinned")
value[at] = bytes([value.raw[at] ^ 1])
bpf(2, element)
PY
python3 "$SG_TMP/other_build.py" "$bpffs/seccomp-gen/build/map_recorder_bss" "$(dirname "$SG")/generated/recorder.bpf.o" ||
	fail "the pinned hash cannot be changed"
refused 1 'begun by another build' "$SG" record --resume build
refused 1 'stop --discard build takes it away.*begun by another build' "$SG" stop build
"$SG" stop --quiet --discard build
say "what another build has pinned is not gone on with"

# A recorder whose directory was replaced takes away what is its own.
begin one --name one --cgroup "$sleeps" -o one.json
first=$RECORDER
mv "$bpffs/seccomp-gen/one" "$bpffs/seccomp-gen/was-one"
begin one --name one --cgroup "$sleeps" -o second.json
second=$RECORDER
kill -INT "$first"
await "$first" || fail "the first recorder failed: $(cat "$SG_TMP/one.log")"
grep -q 'has been moved or replaced' "$SG_TMP/one.log" || fail "nothing is said: $(cat "$SG_TMP/one.log")"
compgen -G "$bpffs/seccomp-gen/one/link_on_sys_enter*" >/dev/null || fail "another recorder's links were removed"
[ -z "$(ls "$bpffs/seccomp-gen/was-one")" ] || fail "its own stay: $(ls "$bpffs/seccomp-gen/was-one")"
rmdir "$bpffs/seccomp-gen/was-one"
kill -INT "$second"
await "$second" || fail "the second recorder failed: $(cat "$SG_TMP/one.log")"
has second.json clock_nanosleep
say "a directory that was replaced: each takes away what is its own"

# --- who can write to bpffs

begin mode --name mode --cgroup "$sleeps" -o mode.json
kill_recorder
chown 65534 "$bpffs/seccomp-gen/mode"
refused 1 'mode: belongs to uid 65534' "$SG" stop mode
chown 0 "$bpffs/seccomp-gen/mode"
chmod 777 "$bpffs/seccomp-gen/mode"
refused 1 'mode: others than its owner can write there' "$SG" record --resume mode
chmod 700 "$bpffs/seccomp-gen/mode"
chmod 770 "$bpffs/seccomp-gen"
refused 1 'seccomp-gen: others than its owner can write there' "$SG" stop mode
chmod 700 "$bpffs/seccomp-gen"
chmod 777 "$bpffs"
refused 1 'bpffs: others than its owner can write there' "$SG" stop mode
chmod 1777 "$bpffs"
stop_it mode
rmdir "$bpffs/seccomp-gen"
as_user mkdir "$bpffs/seccomp-gen" # who comes first in a bpffs for all
refused 1 'seccomp-gen: belongs to uid 65534' "$SG" record --name x --cgroup "$sleeps"
rmdir "$bpffs/seccomp-gen"
say "what others can write to in bpffs is not believed"

# --- a recorder that does not answer

begin mute --name mute --cgroup "$sleeps" -o mute.json
kill -STOP "$RECORDER"
wait_for 10 is_stopped "$RECORDER" || fail "the recorder does not stop"
start=$SECONDS status=0
"$SG" stop mute 2>"$SG_TMP/err" || status=$?
[ "$status" = 1 ] || fail "stop of a recorder that is stopped: exit $status"
said "waiting for the recorder of 'mute', process $RECORDER"
said "process $RECORDER, is stopped: it ends when it is continued"
((SECONDS - start < 20)) || fail "stop waited for $((SECONDS - start)) s"
"$SG" stop mute 2>"$SG_TMP/err" &
stopper=$!
wait_for 10 grep -q waiting "$SG_TMP/err" || fail "stop does not say whom it waits for"
kill -TERM "$stopper"
status=0
await "$stopper" 5 || status=$?
[ "$status" = 143 ] || fail "stop that is ended by SIGTERM: exit $status"
refused 1 "its recorder, process $RECORDER, is at work" "$SG" stop mute -o elsewhere.json
kill -CONT "$RECORDER"
await "$RECORDER" || fail "the recorder failed: $(cat "$SG_TMP/mute.log")"
has mute.json clock_nanosleep
say "a recorder that does not answer is named, and not waited for"
