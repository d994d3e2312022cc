#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Targets that are asked for by name, and users who call what is theirs the same: in a part of the tree that was
# delegated to them, inside containers, on command lines. The system's is recorded and nothing else, and what was not is
# said. The hostile ones are uid 65534.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
need_command setpriv util-linux
export DOCKER_HOST=unix://$SG_TMP/no-docker
chmod 711 "$SG_TMP"

HOSTILE=65534
make_cgroup "$SG_ID"
ROOTS=$REPLY/system.slice
USERS=$REPLY/user.slice/user-$HOSTILE.slice/user@$HOSTILE.service
mkdir -p "$ROOTS" "$USERS/app.slice"
chown -R "$HOSTILE" "$USERS"
NAME=${SG_ID//_/-}
ID=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')

as_user() {
	setpriv --reuid="$HOSTILE" --regid="$HOSTILE" --clear-groups "$@"
}

# The call of bare_rare, sched_rr_get_interval, is what must not be in a recording of the system's.
users() { # users CGROUP: made, run in and removed by the user
	as_user mkdir "$1"
	# shellcheck disable=SC2016 # expanded by these shells
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$USERS" \
		setpriv --reuid="$HOSTILE" --regid="$HOSTILE" --clear-groups \
		sh -c 'echo $$ >"$0/cgroup.procs" && exec "$1"' "$1" "$RARE"
	wait_for 30 rmdir "$1" 2>/dev/null || fail "cannot remove $1"
}

roots() { # roots CGROUP: of root's; its process makes a call that the user's does not
	mkdir -p "$1"
	in_cgroup "$1" "$SG_HELPERS/known_calls" plain 1000 >/dev/null
	wait_for 30 rmdir "$1" 2>/dev/null || fail "cannot remove $1"
}
cp "$SG_HELPERS/bare_rare" "$SG_TMP/"
RARE=$SG_TMP/bare_rare

cgroups_of() { # cgroups_of RECORDING: of its runs, one a line, below the test's own
	python3 -c '
import json, sys
for run in json.load(open(sys.argv[1]))["runs"]:
    print(run["target"]["cgroup"].split(sys.argv[2], 1)[-1])' "$1" "$SG_ID"
}

# only_roots OUTPUT CGROUP: the recording is of root's alone, and the other was said
only_roots() {
	[ "$(cgroups_of "$1")" = "$2" ] || fail "recorded was $(cgroups_of "$1"), not $2: $(cat "$1.log")"
	want_count "$1" getppid 1000
	want_count "$1" sched_rr_get_interval 0
	# others' cgroups by the thousand, alongside this test, are no fault of its
	! losses "$1" | grep -Evq "^(audit_|cgroups_untracked)" || fail "losses: $(losses "$1")"
	grep -q "is called so too, but is uid $HOSTILE's: not recorded (--user $HOSTILE names it)" "$1.log" ||
		fail "the user's was not said: $(cat "$1.log")"
}

a_user_s_unit_comes_first() {
	start_recorder "$SG_TMP/unit" --unit "$NAME" --once
	users "$USERS/app.slice/$NAME.service"
	roots "$ROOTS/$NAME.service"
	end_recorder "$SG_TMP/unit"
	only_roots "$SG_TMP/unit" "/system.slice/$NAME.service"
	say "a user's unit is not recorded in the place of the system's"
}

containers_of_a_user_come_first() {
	local name target
	for name in "docker-$ID.scope" "lxc.payload.$NAME"; do
		target=$NAME
		[ "$name" = "lxc.payload.$NAME" ] || target=${ID:0:16}
		start_recorder "$SG_TMP/$name" --container "$target" --once
		users "$USERS/$name"
		roots "$ROOTS/$name"
		end_recorder "$SG_TMP/$name"
		only_roots "$SG_TMP/$name" "/system.slice/$name"
	done
	say "nor a user's container"
}

both_are_there() {
	as_user mkdir "$USERS/app.slice/$NAME.service"
	mkdir "$ROOTS/$NAME.service"
	start_recorder "$SG_TMP/both" --unit "$NAME"
	roots "$ROOTS/$NAME.service"
	end_recorder "$SG_TMP/both" INT
	only_roots "$SG_TMP/both" "/system.slice/$NAME.service"
	rmdir "$USERS/app.slice/$NAME.service"
	say "when both are there, the system's is recorded"
}

a_user_s_is_asked_for() {
	start_recorder "$SG_TMP/user" --user "$HOSTILE" --unit "$NAME" --once
	roots "$ROOTS/$NAME.service"
	as_user mkdir "$USERS/sub.service"
	as_user mkdir "$USERS/sub.service/$NAME.service" # of nobody's manager
	rmdir "$USERS/sub.service/$NAME.service" "$USERS/sub.service"
	users "$USERS/app.slice/$NAME.service"
	end_recorder "$SG_TMP/user"
	[ "$(cgroups_of "$SG_TMP/user")" = "${USERS#"${ROOTS%/*}"}/app.slice/$NAME.service" ] || fail "recorded: $(cgroups_of "$SG_TMP/user")"
	want_count "$SG_TMP/user" sched_rr_get_interval 1
	grep -q "system.slice/$NAME.service is called so too, but is the system's: not recorded" "$SG_TMP/user.log" ||
		fail "the system's was not said: $(cat "$SG_TMP/user.log")"
	refused 2 '^seccomp-gen: record: --user needs --unit, --container or --pod' "$SG" record --user "$HOSTILE" --cgroup /x
	refused 2 "is no user here" "$SG" record --user no-such-user --unit x
	say "--user names a user's"
}

# Root of a container is uid 0 where it has no user namespace, and its cgroups are root's.
inside_a_container() {
	local inside=$ROOTS/lxc.payload.$NAME
	start_recorder "$SG_TMP/inside" --unit "$NAME" --container "${ID:0:16}"
	mkdir -p "$inside/system.slice"
	for name in "system.slice/$NAME.service" "docker-$ID.scope"; do
		mkdir "$inside/$name"
		in_cgroup "$inside/$name" "$RARE"
		wait_for 30 rmdir "$inside/$name" 2>/dev/null || fail "cannot remove $name"
	done
	rmdir "$inside/system.slice" "$inside"
	roots "$ROOTS/$NAME.service"
	roots "$ROOTS/docker-$ID.scope"
	end_recorder "$SG_TMP/inside" INT
	[ "$(grep -c 'is called so too, but is inside a container: not recorded' "$SG_TMP/inside.log")" = 2 ] ||
		fail "what a container made was not said: $(cat "$SG_TMP/inside.log")"
	for file in "$SG_TMP/inside"/*.json; do
		want_count "$file" sched_rr_get_interval 0
		want_count "$file" getppid 1000
	done
	say "what is inside a container is not the system's"
}

# A directory above that a group can write to.
a_place_of_several() {
	mkdir "$ROOTS/shared"
	chmod g+w "$ROOTS/shared"
	start_recorder "$SG_TMP/shared" --container "$NAME" --once
	mkdir "$ROOTS/shared/lxc.payload.$NAME"
	in_cgroup "$ROOTS/shared/lxc.payload.$NAME" "$RARE"
	wait_for 30 rmdir "$ROOTS/shared/lxc.payload.$NAME" "$ROOTS/shared" || fail "cannot remove shared"
	roots "$ROOTS/lxc.payload.$NAME"
	end_recorder "$SG_TMP/shared"
	want_count "$SG_TMP/shared" sched_rr_get_interval 0
	want_count "$SG_TMP/shared" getppid 1000
	grep -q 'in a place where several users can make cgroups' "$SG_TMP/shared.log" || fail "not said: $(cat "$SG_TMP/shared.log")"
	say "nor what several can have made"
}

# Both root's: nobody can say which is meant, and that is the error of this target alone.
two_of_root_s() {
	local status=0
	mkdir -p "$ROOTS/one/lxc.payload.$NAME" "$ROOTS/two/lxc.payload.$NAME"
	start_recorder "$SG_TMP/two" --container "$NAME" --unit "$NAME"
	roots "$ROOTS/$NAME.service"
	wait_for 30 grep -q "$NAME has ended" "$SG_TMP/two.log" || fail "the other target: $(cat "$SG_TMP/two.log")"
	kill -INT "$RECORDER"
	await "$RECORDER" || status=$?
	[ "$status" = 1 ] || fail "a target that was not recorded: exit $status: $(cat "$SG_TMP/two.log")"
	grep -q "container $NAME: 2 are there.*the other targets are" "$SG_TMP/two.log" || fail "not said: $(cat "$SG_TMP/two.log")"
	[ "$(find "$SG_TMP/two" -name '*.json' | wc -l)" = 1 ] || fail "not one recording: $(ls "$SG_TMP/two")"
	want_count "$SG_TMP/two"/*.json getppid 1000

	# the second comes while the first runs
	rmdir "$ROOTS/two/lxc.payload.$NAME"
	start_recorder "$SG_TMP/second" --container "$NAME"
	# shellcheck disable=SC2016 # expanded by that shell
	sh -c 'echo 0 >"$0/cgroup.procs" && exec sleep 1000' "$ROOTS/one/lxc.payload.$NAME" &
	disown # who is killed is not to be reported
	wait_for 30 grep -q . "$ROOTS/one/lxc.payload.$NAME/cgroup.procs" || fail "nothing runs"
	mkdir "$ROOTS/two/lxc.payload.$NAME"
	in_cgroup "$ROOTS/two/lxc.payload.$NAME" "$RARE"
	wait_for 30 grep -q 'two/lxc.payload.* fits as well as' "$SG_TMP/second.log" || fail "the second was not said: $(cat "$SG_TMP/second.log")"
	kill_cgroup "$ROOTS/one/lxc.payload.$NAME"
	end_recorder "$SG_TMP/second" INT
	want_count "$SG_TMP/second" sched_rr_get_interval 0
	losses "$SG_TMP/second" | grep >/dev/null '^cgroups_untracked [1-9]' || fail "the second is not in the ledger: $(losses "$SG_TMP/second")"
	remove_cgroup "$ROOTS/two"
	remove_cgroup "$ROOTS/one"
	say "two of root's: said, and no other target's error"
}

# A unit that is started again in another slice is the same unit.
a_unit_moves() {
	start_recorder "$SG_TMP/moved" --unit "$NAME"
	roots "$ROOTS/$NAME.service"
	roots "${ROOTS%/*}/other.slice/$NAME.service"
	end_recorder "$SG_TMP/moved" INT
	[ "$(runs_of "$SG_TMP/moved")" = 2 ] || fail "not two runs: $(cgroups_of "$SG_TMP/moved") $(cat "$SG_TMP/moved.log")"
	rmdir "${ROOTS%/*}/other.slice"
	say "a unit can come again in another slice"
}

# A command line is what its process likes. The parent of what root has put into a cgroup says it is conmon; it cannot
# be dumped either, which makes its files in /proc root's.
a_command_line_that_lies() {
	local cgroup=$ROOTS/plain parent
	mkdir "$cgroup" "$SG_TMP/bundle"
	echo '{ "process": { "noNewPrivileges": true } }' >"$SG_TMP/bundle/config.json"
	cat >"$SG_TMP/lie.py" <<-'PY'
		import ctypes, os, time
		ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
		os.fork()
		time.sleep(1000)
	PY
	(exec -a conmon setpriv --reuid="$HOSTILE" --regid="$HOSTILE" --clear-groups \
		bash -c 'exec -a conmon /usr/bin/python3 "$@"' sh "$SG_TMP/lie.py" \
		-c plain -n "$NAME" -b "$SG_TMP/bundle" -r /usr/bin/crun) &
	parent=$!
	at_exit end_process "$parent" KILL
	disown # who is killed is not to be reported
	wait_for 30 grep -q . "/proc/$parent/task/$parent/children" || fail "no child"
	tr ' ' '\n' <"/proc/$parent/task/$parent/children" | grep . | while read -r child; do
		echo "$child" >"$cgroup/cgroup.procs"
	done
	refused 1 "container $NAME: not found" timeout 20 "$SG" record --no-audit --no-wait --container "$NAME" -o "$SG_TMP/never"
	kill_cgroup "$cgroup"
	end_process "$parent" KILL
	wait_for 30 rmdir "$cgroup" || fail "cannot remove $cgroup"
	say "a command line is not believed"
}

# Under --all each owner's have their own recordings.
all_of_one_name() {
	start_recorder "$SG_TMP/all" --all
	users "$USERS/lxc.payload.$NAME"
	roots "$ROOTS/lxc.payload.$NAME"
	end_recorder "$SG_TMP/all" INT
	python3 - "$SG_TMP/all" "$NAME" "$HOSTILE" <<-'PY' || fail "--all: not a recording each"
		import json, pathlib, sys
		found = []
		for path in pathlib.Path(sys.argv[1]).iterdir():
		    runs = [r["target"] for r in json.loads(path.read_text())["runs"]]
		    if runs[0].get("container_id") == sys.argv[2]:
		        found.append([t.get("owner") for t in runs])
		        assert ("-of-" + sys.argv[3] in path.name) == ("owner" in runs[0]), path
		print(found, file=sys.stderr)
		sys.exit(sorted(found, key=str) != [[sys.argv[3]], [None]])
	PY
	say "--all does not join what is of two owners"
}

a_user_s_unit_comes_first
containers_of_a_user_come_first
both_are_there
a_user_s_is_asked_for
inside_a_container
a_place_of_several
two_of_root_s
a_unit_moves
a_command_line_that_lies
all_of_one_name
