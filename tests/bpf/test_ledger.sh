#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Tables of the kernel half that are full, and processes that are forgotten: each is in the ledger under its name. (That
# every row of the ledger has a test which provokes it is asserted by tests/golden/test_ledger.sh.)
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf

# provoked_in_one ROW RECORDING…: one of them has it
provoked_in_one() {
	local row=$1 file
	shift
	for file; do
		[[ $(losses "$file") != *"$row "* ]] || break
	done
	provoked "$row" "$file"
}

more_first_sights_than_rows() {
	local dirs=() targets=()
	for i in 1 2 3 4; do
		make_cgroup "$SG_ID-numbers-$i"
		dirs+=("$REPLY")
		targets+=(--cgroup "$REPLY")
	done
	start_recorder "$SG_TMP/numbers" --no-audit "${targets[@]}"
	for dir in "${dirs[@]}"; do
		"$SG_HELPERS/fill_rooms" numbers "$dir"
	done
	end_recorder "$SG_TMP/numbers" INT
	provoked_in_one first_seen_rows "$SG_TMP"/numbers/*.json # provoked first_seen_rows
}

more_processes_in_set_up_than_rows() {
	make_cgroup "$SG_ID-processes"
	start_recorder "$SG_TMP/processes" --no-audit --cgroup "$REPLY"
	"$SG_HELPERS/fill_rooms" processes "$REPLY" 17000
	end_recorder "$SG_TMP/processes" INT
	provoked stage_unknown "$SG_TMP/processes"
}

# Processes of a target that move into cgroups below it, when nobody has read yet whose these are.
more_undecided_calls_than_rows() {
	make_cgroup "$SG_ID-undecided.service"
	rmdir "$REPLY"
	start_recorder "$SG_TMP/undecided" --no-audit --unit "$SG_ID-undecided" --slots 300
	kill -STOP "$RECORDER"
	mkdir "$REPLY"
	in_cgroup "$REPLY" python3 -c 'import ctypes, os, sys
libc = ctypes.CDLL(None)
for i in range(120):
    below = f"{sys.argv[1]}/{i}"
    os.mkdir(below)
    if os.fork() == 0:
        open(below + "/cgroup.procs", "w").write("0")
        for nr in range(340, 424):
            libc.syscall(nr)
        os._exit(0)
    os.wait()' "$REPLY"
	kill -CONT "$RECORDER"
	wait_for 60 grep -q 'recording unit' "$SG_TMP/undecided.log" || fail "$(cat "$SG_TMP/undecided.log")"
	end_recorder "$SG_TMP/undecided" INT
	provoked calls_undecided "$SG_TMP/undecided"
}

more_watched_calls_than_rows() {
	local dirs=() targets=()
	[ "$(uname -m)" = x86_64 ] || return 0 # a second table of calls fills it, i386's
	for i in 1 2 3 4 5 6 7 8; do
		make_cgroup "$SG_ID-args-$i"
		dirs+=("$REPLY")
		targets+=(--cgroup "$REPLY")
	done
	# what fails at its first read of any of these arguments
	python3 - "$SG_SOURCE/gen/syscall/data" >"$SG_TMP/calls" <<'PY'
import sys
safe = """socket socketpair setsockopt getsockopt ioctl prctl fcntl madvise mprotect mremap shmat open openat memfd_create
execveat kcmp mount umount2 fsopen fsmount move_mount splice vmsplice userfaultfd io_uring_register prlimit64
mknodat fchmodat msgctl semctl shmctl timerfd_create rt_sigprocmask unshare setns personality keyctl""".split()
for abi, table in ("native", "x86_64"), ("i386", "i386"):
    for line in open(f"{sys.argv[1]}/{table}.tbl"):
        words = line.split()
        if len(words) > 1 and words[0].isdigit() and words[1] in safe:
            print(abi, words[0], *["0xffffffffffffffff"] * 6)
PY
	start_recorder "$SG_TMP/args" --no-audit --args all "${targets[@]}"
	for dir in "${dirs[@]}"; do
		in_cgroup "$dir" "$SG_HELPERS/arg_calls" "$SG_TMP/calls"
	done
	end_recorder "$SG_TMP/args" INT
	provoked_in_one arguments_no_room "$SG_TMP"/args/*.json # provoked arguments_no_room
}

# A target out of which a process goes through more cgroups than can be followed into, alongside one that has many below it.
more_places_to_follow_into_than_rows() {
	local many elsewhere
	make_cgroup "$SG_ID-many"
	many=$REPLY
	make_cgroup "$SG_ID-elsewhere"
	elsewhere=$REPLY
	make_cgroup "$SG_ID-leaves"
	start_recorder "$SG_TMP/leaves" --no-audit --cgroup "$REPLY" --cgroup "$many"
	python3 - "$REPLY" "$many" "$elsewhere" <<'PY'
import os, sys
target, many, elsewhere = sys.argv[1:]
for i in range(16400):
    os.mkdir(f"{many}/{i}")
for i in range(1100):
    os.mkdir(f"{elsewhere}/{i}")
if os.fork() == 0:
    open(target + "/cgroup.procs", "w").write("0")
    os.execvp("python3", ["python3", "-c", """import os, sys
for i in range(1100):
    open(f"{sys.argv[1]}/{i}/cgroup.procs", "w").write("0")
open(sys.argv[1] + "/cgroup.procs", "w").write("0")""", elsewhere])
os.wait()
for parent in many, elsewhere:
    for e in list(os.scandir(parent)):
        if e.is_dir():
            os.rmdir(e.path)
PY
	end_recorder "$SG_TMP/leaves" INT
	provoked_in_one tasks_unfollowed "$SG_TMP"/leaves/*.json # provoked tasks_unfollowed
}

# While the records of others wait so many processes end that it is forgotten whose they were.
more_processes_that_ended_than_there_is_room_for() {
	make_cgroup "$SG_ID-ended"
	start_recorder "$SG_TMP/ended" --cgroup "$REPLY"
	grep -q 'without the audit trail' "$SG_TMP/ended.log" && skip "there is no audit trail here"
	kill -STOP "$RECORDER"
	in_cgroup "$REPLY" "$SG_HELPERS/killed_forks" 9000 >/dev/null
	"$SG_HELPERS/log_flood" 200 1 >/dev/null
	kill -CONT "$RECORDER"
	sleep 1
	end_recorder "$SG_TMP/ended" INT
	provoked audit_unattributed "$SG_TMP/ended"
}

more_first_sights_than_rows
more_processes_in_set_up_than_rows
more_undecided_calls_than_rows
more_watched_calls_than_rows
more_places_to_follow_into_than_rows
more_processes_that_ended_than_there_is_room_for
