#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What one tenant uses up is his own loss: slots by the thousand, taken by a user in the part of the tree that is his,
# or cgroups below a target. The others are recorded whole, and their ledgers say nothing of it.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
N=2000

# make_many DIR N UID…: each of the users makes N cgroups there, and leaves them
make_many() {
	python3 -S -E -c 'import os, sys
for uid in map(int, sys.argv[3:]):
    if os.fork() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        for i in range(int(sys.argv[2])):
            os.mkdir(f"{sys.argv[1]}/{uid}-{i}")
        os._exit(0)
    if os.wait()[1]:
        sys.exit(1)' "$@"
}

# Cgroups of a test by the thousand take remove_cgroup a minute.
remove_many() {
	python3 -c 'import os, sys
for e in list(os.scandir(sys.argv[1])):
    if e.is_dir():
        os.rmdir(e.path)' "$1"
}

# delegate NAME: a cgroup that belongs to a user, uid 65534
delegate() {
	make_cgroup "$SG_ID-$1"
	chown -R 65534 "$REPLY"
	at_exit remove_many "$REPLY"
}

# work_in DIR: a target's work; $SG_TMP/truth says what it called
work_in() {
	in_cgroup "$1" "$SG_HELPERS/known_calls" plain 3000 >"$SG_TMP/truth"
}

# While nobody reads what appears, for then no slot comes back: what is there is all that there is.
a_users_cgroups_leave_a_waiting_recorder_room() {
	local out=$SG_TMP/unit dir
	delegate user
	dir=$REPLY
	make_cgroup "$SG_ID-system"
	start_recorder "$out" --no-audit --unit "$SG_ID-web"
	kill -STOP "$RECORDER"
	make_many "$dir" "$N" 65534
	mkdir "$REPLY/$SG_ID-web.service"
	work_in "$REPLY/$SG_ID-web.service"
	kill -CONT "$RECORDER"
	wait_for 60 grep -q 'recording unit' "$out.log" || fail "the unit is not found: $(cat "$out.log")"
	end_recorder "$out" INT
	want_counts "$out" "$SG_TMP/truth"
	grep -Eq '[0-9]+ cgroups appeared beyond the share' "$out.log" || fail "not a word of them: $(cat "$out.log")"
	[ "$(grep -c 'appeared beyond' "$out.log")" -le 3 ] || fail "he writes our log: $(cat "$out.log")"
	say "$N cgroups of a user: the unit is recorded, losses none"
}

# Uids are cheap: whoever has a range of them (subuid), or lets others write, makes cgroups under many.
many_uids_have_one_share() {
	local out=$SG_TMP/all dir file
	delegate many
	dir=$REPLY
	chmod 777 "$dir"
	make_cgroup "$SG_ID-alongside"
	start_recorder "$out" --no-audit --all --slots 64
	kill -STOP "$RECORDER"
	# shellcheck disable=SC2046 # a word each
	make_many "$dir" 8 $(seq 100001 100016)
	mkdir "$REPLY/other"
	work_in "$REPLY/other"
	kill -CONT "$RECORDER"
	kill -INT "$RECORDER"
	end_recorder "$out"
	file=$(grep -l "$SG_ID-alongside/other\"" "$out"/*.json) || fail "there is no recording: $(cat "$out.log")"
	want_counts "$file" "$SG_TMP/truth"
	say "128 cgroups of 16 uids and 64 slots: another target is recorded, losses none"
}

# His own recordings do say it: what he made may have been his target, come again. Root's, made at the same time, do not.
a_users_own_target_has_the_loss() {
	local out=$SG_TMP/own dir lost
	delegate own
	dir=$REPLY
	mkdir "$dir/$SG_ID-his.service"
	make_cgroup "$SG_ID-roots.service"
	start_recorder "$out" --no-audit --wait --cgroup "$dir/$SG_ID-his.service" --unit "$SG_ID-roots"
	wait_for 60 grep -q 'recording unit' "$out.log" || fail "$(cat "$out.log")" # both, before it is stopped
	kill -STOP "$RECORDER"
	make_many "$dir" 300 65534
	work_in "$REPLY"
	kill -CONT "$RECORDER"
	end_recorder "$out" INT
	lost=$(losses "$(grep -l "$SG_ID-own/" "$out"/*.json)" | sed -n 's/^cgroups_untracked //p')
	[ "${lost:-0}" -gt 0 ] || fail "his own recording says nothing: $(cat "$out.log")"
	want_counts "$(grep -l '"/[^"]*-roots.service"' "$out"/*.json)" "$SG_TMP/truth"
	say "$lost of a user's cgroups without a slot: in the ledger of his target, and not in root's"
}

# Below a target: the first has room for 16,384, in the table of half as many again; each that finds none is counted
# once, and in its target's ledger alone.
many_cgroups_below_one_target_are_its_own_loss() {
	local out=$SG_TMP/below room=16384 got=0 first second
	make_cgroup "$SG_ID-first"
	first=$REPLY
	at_exit remove_many "$first"
	make_cgroup "$SG_ID-second"
	second=$REPLY
	start_recorder "$out" --no-audit --cgroup "$first" --cgroup "$second"
	make_many "$first" $((room + 10)) 0
	mkdir "$second/below"
	work_in "$second/below"
	cp "$SG_TMP/truth" "$SG_TMP/truth.second"
	work_in "$first/0-0"
	work_in "$first/0-$((room + 9))" # not counted: there was no room
	end_recorder "$out" INT
	first=$(grep -l "$SG_ID-first" "$out"/*.json)
	second=$(grep -l "$SG_ID-second" "$out"/*.json)
	want_counts "$second" "$SG_TMP/truth.second"
	[ "$(losses "$first")" = "cgroups_untracked 10" ] || fail "10 found no room, and the ledger says: $(losses "$first")"
	provoked cgroups_untracked "$first"
	want_count "$first" getppid 3000
	"$SG" emit "$first" >"$SG_TMP/p.json" 2>"$SG_TMP/err" || got=$?
	[ "$got" != 0 ] || fail "a profile is made of a recording that lacks cgroups"
	grep -q cgroups_untracked "$SG_TMP/err" || fail "emit: $(cat "$SG_TMP/err")"
	say "10 cgroups too many below one target: 10 in its ledger, and none in that of the other"
}

a_users_cgroups_leave_a_waiting_recorder_room
many_uids_have_one_share
a_users_own_target_has_the_loss
many_cgroups_below_one_target_are_its_own_loss
