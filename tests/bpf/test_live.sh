#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# record --name: the recorder can die at any time, and nothing that was counted is lost; what is pinned can be listed,
# gone on with and ended, and nothing of it stays.
# The programs that are run get their words in single quotes on purpose.
# shellcheck disable=SC2016
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

KILLS=${SG_LIVE_KILLS:-50}

# A bpffs of our own: names are ours alone, and what a failed test leaves goes with it.
bpffs=$SG_TMP/bpffs
mkdir "$bpffs"
mount -t bpf bpf "$bpffs"
at_exit umount -l "$bpffs"
export SECCOMP_GEN_BPFFS=$bpffs SECCOMP_GEN_DIR=$SG_TMP/store
mkdir -m 700 "$SECCOMP_GEN_DIR"

is_listed() { # NAME PATTERN
	"$SG" list --live | grep -Eq "^$1 .*$2"
}

# begin NAME ARG…: in the background; RECORDER is its pid. Returns when another could continue from it.
begin() {
	local name=$1
	shift
	"$SG" record --quiet "$@" 2>>"$SG_TMP/$name.log" &
	RECORDER=$!
	at_exit end_process "$RECORDER" INT
	wait_for 60 _has_begun "$name" || fail "record $*: not listed after 60 s: $(cat "$SG_TMP/$name.log")"
	alive "$RECORDER" || fail "record $*: $(cat "$SG_TMP/$name.log")"
}

_has_begun() {
	is_listed "$1" "process $RECORDER\$" 2>/dev/null || ! alive "$RECORDER"
}

kill_recorder() {
	kill -KILL "$RECORDER"
	wait "$RECORDER" 2>/dev/null || true
}

# The processor time that a process has had: utime and stime of proc_pid_stat(5).
ticks() {
	awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

has_run() { # PID TICKS
	[ "$(ticks "$1")" -ge "$2" ]
}

# --- counts are exact however often the recorder dies

make_cgroup "$SG_ID-live"
cgroup=$REPLY
begin kills --name kills --cgroup "$cgroup" -o "$SG_TMP/kills.rec"
# no shell among them: shells call getppid
(until [ -e "$SG_TMP/enough" ]; do echo threads 100 forks 2 && sleep 0.02; done) |
	in_cgroup "$cgroup" xargs -n 2 "$SG_HELPERS/known_calls" >"$SG_TMP/truth" &
workload=$!
for ((i = 1; i <= KILLS; i++)); do
	sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
	kill_recorder
	is_listed kills 'none: resume or stop it$' || fail "kill $i: $("$SG" list --live)"
	if ((i % 10 == 0)); then # one that dies at some point of its taking over
		"$SG" record --quiet --resume kills 2>>"$SG_TMP/kills.log" &
		RECORDER=$!
		sleep "0.0$((RANDOM % 6))"
		kill_recorder
	fi
	begin kills --resume kills
done
: >"$SG_TMP/enough"
await "$workload"
"$SG" stop --quiet kills
await "$RECORDER" || fail "the recorder that was asked to stop failed: $(cat "$SG_TMP/kills.log")"
# of the audit trail something can be missing: nobody read it while no recorder was there
want_counts "$SG_TMP/kills.rec" "$SG_TMP/truth" --unheard
say "$KILLS kills at random times: $(awk '{ n += $3 } END { print n }' "$SG_TMP/truth") known calls, each counted"
[ ! -e "$bpffs/seccomp-gen/kills" ] || fail "stop left something pinned"

# --- what happens while nobody is there

# A target comes and goes; another is started after; denied calls are seen that were not watched for before.
# Every cgroup of the host that appears meanwhile takes a slot, and nobody gives them back: when they were too few the
# ledger says so, and it is tried again.
root=$(cgroup2_mount)
for ((try = 1; try <= 5; try++)); do
	begin away --name away --wait --cgroup "/$SG_ID-away" -o "$SG_TMP/away.rec"
	kill_recorder
	for n in 7 5; do
		mkdir "$root/$SG_ID-away"
		at_exit remove_cgroup "$root/$SG_ID-away"
		in_cgroup "$root/$SG_ID-away" "$SG_HELPERS/known_calls" threads "$n" >/dev/null
		in_cgroup "$root/$SG_ID-away" "$SG_HELPERS/log_flood" 100 1 >/dev/null
		wait_for 30 rmdir "$root/$SG_ID-away" 2>/dev/null
	done
	begin away --resume away
	wait_for 30 test -s "$SG_TMP/away.rec" || fail "no recording of a target that has come and gone"
	kill_recorder # its runs are over and written: they must be there once
	"$SG" stop --quiet away
	losses "$SG_TMP/away.rec" | grep >/dev/null ^cgroups_untracked || break
	rm "$SG_TMP/away.rec"
done
want_count "$SG_TMP/away.rec" getppid 96
[ "$(runs_of "$SG_TMP/away.rec")" = 2 ] || fail "a target that came twice has $(runs_of "$SG_TMP/away.rec") runs"
gaps=$(losses "$SG_TMP/away.rec" | awk '$1 == "audit_serial_gaps" { print $2 }')
[ "${gaps:-0}" -ge 200 ] || fail "200 audit records that nobody read are a gap of ${gaps:-0}: $(cat "$SG_TMP/away.log")"
say "two lives that no recorder saw are two runs, with every call"

{ in_cgroup "$cgroup" sleep 1000 || true; } 2>/dev/null &
wait_for 30 grep -q . "$cgroup/cgroup.procs" || fail "sleep did not start"
begin denials --name denials --cgroup "$cgroup" -o "$SG_TMP/denials.rec"
kill_recorder
! compgen -G "$bpffs/seccomp-gen/denials/link_on_sys_exit*" >/dev/null || fail "denied calls are watched where nothing is filtered"
begin denials --resume denials
sh -c 'echo $$ >"$1/cgroup.procs" && exec "$2" errno 1000000000 >/dev/null' sh "$cgroup" "$SG_HELPERS/denied_calls" &
denier=$!
wait_for 60 compgen -G "$bpffs/seccomp-gen/denials/link_on_sys_exit*" >/dev/null || fail "a filter came, and denied calls are not watched"
kill_recorder
wait_for 60 has_run "$denier" $(($(ticks "$denier") + 5)) || fail "the denied calls are not made"
kill_cgroup "$cgroup"
"$SG" stop --quiet denials
denied=$("$SG" show --json "$SG_TMP/denials.rec" |
	python3 -c 'import json, sys; print(sum(c.get("denied", 0) for c in json.load(sys.stdin)["syscalls"]))')
[ "$denied" -gt 0 ] || fail "no denied call was seen after the recorder had changed"
say "$denied denied calls, of a filter that came to the second recorder"

# --- the end

begin full --name full --cgroup "$cgroup" -o "$SG_TMP/small/full.rec" 2>/dev/null
kill_recorder
"$SG" stop full 2>"$SG_TMP/err" && fail "stop wrote into a directory that is not there"
grep -q "what was counted is still there: seccomp-gen stop full" "$SG_TMP/err" ||
	fail "stop says: $(cat "$SG_TMP/err")"
! grep -q "the recording is in" "$SG_TMP/err" || fail "what is pinned was written elsewhere, too: $(cat "$SG_TMP/err")"
"$SG" record --resume full 2>"$SG_TMP/err" && fail "what has ended continued"
grep -q 'has ended, and was not written: seccomp-gen stop full does' "$SG_TMP/err" || fail "resume says: $(cat "$SG_TMP/err")"
mkdir "$SG_TMP/small"
"$SG" stop --quiet full
[ -s "$SG_TMP/small/full.rec" ] || fail "the second stop wrote nothing"
say "a recording that could not be written is saved until it can be"

begin one --name one --cgroup "$cgroup" -o "$SG_TMP/one.rec"
refused 1 "recording 'one' is there: seccomp-gen record --resume one" "$SG" record --name one --cgroup "$cgroup"
refused 1 "another recorder is at work" "$SG" record --resume one
refused 1 "another recorder is at work" "$SG" stop --discard one
end_process "$RECORDER" INT
[ -s "$SG_TMP/one.rec" ] || fail "no recording after SIGINT"
refused 1 "no recording 'one' is pinned" "$SG" stop one
refused 1 "no recording 'one' is pinned" "$SG" record --resume one
refused 2 'a name is 1 to 64' "$SG" record --name ../x --cgroup "$cgroup"
refused 1 'a name is 1 to 64' "$SG" stop ../../x
refused 2 "--name .* excludes '-- CMD'" "$SG" record --name x -- true
refused 2 'only --duration' "$SG" record --resume one --cgroup "$cgroup"
refused 2 'standard output' "$SG" record --name x -o - --cgroup "$cgroup"
refused 1 'is no bpf file system' env SECCOMP_GEN_BPFFS="$SG_TMP" "$SG" record --name x --cgroup "$cgroup"
mkdir "$bpffs/seccomp-gen/unborn"
is_listed unborn 'died before it had begun' || fail "unborn: $("$SG" list --live)"
for words in 'stop unb' 'record --resume unb' 'record --resume=unb'; do
	# shellcheck disable=SC2086
	[ "$("$SG" complete -- $words | cut -f1 | paste -sd ' ')" = 'nothing unborn' ] ||
		fail "a shell offers for $words: $("$SG" complete -- $words)"
done
refused 1 'stop --discard unborn takes it away' "$SG" stop unborn
"$SG" stop --quiet --discard unborn
begin gone --name gone --cgroup "$cgroup" -o "$SG_TMP/gone.rec"
kill_recorder
rmdir "$cgroup"
"$SG" stop --quiet gone
[ -s "$SG_TMP/gone.rec" ] || fail "no recording of a cgroup that is gone"
[ -z "$("$SG" list --live --names 2>/dev/null)" ] || fail "left: $("$SG" list --live --names)"
say "errors are one line each, and nothing stays pinned"
