#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Who moves: within a target while nobody has decided whose the new cgroup is, one thread alone, out of the target; who
# never gets out of set-up; whose program a runtime's is.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
mount=$(cgroup2_mount)
python=$(python3 -c 'import sys; print(sys.executable)') # no wrapper
calls=$SG_HELPERS/moving_calls

# stages RECORDING NAME: "SETUP FLOOR APP"
stages() {
	"$SG" show --json "$1" | python3 -c '
import json, sys
calls = [c["stages"] for c in json.load(sys.stdin)["syscalls"] if c["name"] == sys.argv[1]]
print(*[sum(c[s] for c in calls) for s in ("setup", "floor", "app")])' "$2"
}

want_stages() { # RECORDING NAME "SETUP FLOOR APP" WHAT
	local got
	got=$(stages "$1" "$2")
	[ "$got" = "$3" ] || fail "$4: $2 is (setup, floor, app) $got, not $3"
	say "$4: $got"
}

want_losses() { # RECORDING LINES
	local got
	got=$(losses "$1")
	[ "$got" = "$2" ] || fail "the ledger says '$got', not '$2'"
}

# --- a child cgroup that the target makes while the recorder is stopped: within the target, exec or not
target=$mount/$SG_ID-slow
at_exit remove_cgroup "$target"
start_recorder "$SG_TMP/slow" --cgroup "$target" --wait
kill -STOP "$RECORDER"
mkdir "$target"
# shellcheck disable=SC2016 # expanded by that shell
sh -c 'mkdir "$1/init.scope" && echo $$ >"$1/cgroup.procs" && exec "$0" 5 "$1/init.scope" "$1"' "$calls" "$target"
mkdir "$target/late"
"$calls" 7 "$target/late"
rmdir "$target/init.scope" "$target/late" "$target"
kill -CONT "$RECORDER"
end_recorder "$SG_TMP/slow" INT
want_stages "$SG_TMP/slow" getppid "7 0 15" "a stopped recorder, moves to a child cgroup and back, and one from outside"
want_losses "$SG_TMP/slow" "" # the one from outside called nothing that the other did not

# --- threads
make_cgroup "$SG_ID-threads"
domain=$REPLY
mkdir "$domain/a" "$domain/b"
for dir in a b; do
	echo threaded >"$domain/$dir/cgroup.type" || skip "this kernel has no threaded cgroups"
done
start_recorder "$SG_TMP/thread" --cgroup "$domain/a"
# shellcheck disable=SC2016
sh -c 'echo $$ >"$0/cgroup.procs" && echo $$ >"$0/a/cgroup.threads" && exec "$@"' "$domain" \
	"$SG_HELPERS/moving_thread" 20 "$domain/b/cgroup.threads"
end_recorder "$SG_TMP/thread" INT
want_stages "$SG_TMP/thread" getppid "0 0 20" "the threads that stay"
want_stages "$SG_TMP/thread" getpgid "0 0 20" "a thread that leaves alone"
want_losses "$SG_TMP/thread" ""

mkfifo "$SG_TMP/go"
"$python" -c '
import os, sys, threading
def other():
    open(sys.argv[1] + "/a/cgroup.threads", "w").write(str(threading.get_native_id()))
    moved.set()
    begin.wait()
    for i in range(9): os.getpgid(0)
moved, begin = threading.Event(), threading.Event()
open(sys.argv[1] + "/cgroup.procs", "w").write("0")
thread = threading.Thread(target=other)
thread.start()
moved.wait()
print("ready", flush=True)
open(sys.argv[2]).read()
for i in range(11): os.getppid()
begin.set()
thread.join()' "$domain" "$SG_TMP/go" >"$SG_TMP/ready" &
program=$!
at_exit end_process "$program" KILL
wait_for 60 grep -q ready "$SG_TMP/ready" || fail "the program with threads does not start"
start_recorder "$SG_TMP/threaded" --cgroup "$domain/a"
grep -q 'it runs already (1 process' "$SG_TMP/threaded.log" || fail "nothing is said of it: $(cat "$SG_TMP/threaded.log")"
echo >"$SG_TMP/go"
await "$program"
end_recorder "$SG_TMP/threaded" INT
want_stages "$SG_TMP/threaded" getpgid "0 0 9" "a thread that was in a threaded target before"
want_stages "$SG_TMP/threaded" getppid "0 0 0" "threads of its process that were not"

# --- out of the target
make_cgroup "$SG_ID-left"
left=$REPLY
make_cgroup "$SG_ID-session.scope"
session=$REPLY
cat >"$SG_TMP/leave.py" <<'PY'
import ctypes, os, struct, sys
left, session = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
os.sched_getaffinity(0)                                    # in the target
fd = os.open(session, os.O_RDONLY | os.O_DIRECTORY)
args = ctypes.create_string_buffer(struct.pack("11Q", 0x200000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, fd))
pid = libc.syscall(435, args, 88)                          # clone3 into the other cgroup
if pid == 0:
    for i in range(3): os.getpgid(0)
    os._exit(0)
if pid < 0:
    sys.exit(77)
os.waitpid(pid, 0)
open(session + "/cgroup.procs", "w").write("0")
for i in range(4): os.getsid(0)
if os.fork() == 0:
    os.execv(sys.executable, [sys.executable, "-S", "-E", "-c", "import os\nfor i in range(5): os.getpriority(0, 0)"])
os.wait()
PY
start_recorder "$SG_TMP/left" --cgroup "$left"
"$calls" 50 "$session"
in_cgroup "$left" "$python" -S -E "$SG_TMP/leave.py" "$left" "$session"
"$calls" 50 "$session"
wait_for 20 grep -q "processes in .*$SG_ID-session.scope; what they call there counts too" "$SG_TMP/left.log" ||
	fail "nothing is said of who left: $(cat "$SG_TMP/left.log")"
end_recorder "$SG_TMP/left" INT
want_stages "$SG_TMP/left" getpgid "0 0 3" "a child that is started elsewhere"
want_stages "$SG_TMP/left" getsid "0 0 4" "who leaves"
want_stages "$SG_TMP/left" getpriority "0 0 5" "what a child of that executes"
want_stages "$SG_TMP/left" getppid "0 0 0" "others that live there"
want_losses "$SG_TMP/left" ""
"$SG" show "$SG_TMP/left" | grep >/dev/null "2 processes in .*$SG_ID-session.scope" || fail "show does not say where they went"

# --- set-up without an end
make_cgroup "$SG_ID-short"
short=$REPLY
cat >"$SG_TMP/short.py" <<'PY'
import os, sys
open(sys.argv[1] + "/cgroup.procs", "w").write("0")
for i in range(int(sys.argv[2])):  # a chain of children, each younger than the one before
    if os.fork():
        os._exit(0)
    os.sched_getaffinity(0)
open(sys.argv[1] + "/cgroup.procs").read()
PY
start_recorder "$SG_TMP/short" --cgroup "$short"
"$python" -S -E "$SG_TMP/short.py" "$short" 0
"$python" -S -E "$SG_TMP/short.py" "$short" 3
is_empty() { # DIR
	[ -z "$(cat "$1/cgroup.procs")" ]
}
wait_for 20 is_empty "$short" || fail "they do not end"
in_cgroup "$short" true
end_recorder "$SG_TMP/short" INT
want_losses "$SG_TMP/short" "setup_unfinished 5"
# what the application called too is not missing
start_recorder "$SG_TMP/covered" --cgroup "$short"
"$calls" 3 "$short"
in_cgroup "$short" "$calls" 3 "$short"
end_recorder "$SG_TMP/covered" INT
want_losses "$SG_TMP/covered" ""
say "set-up without an end is in the ledger, one by one"

# --- whose program it is: the same inode number on another file system, a path that only begins like a descriptor's
for dir in 1 2; do
	mkdir "$SG_TMP/$dir"
	mount -t tmpfs "$SG_ID" "$SG_TMP/$dir"
	at_exit umount "$SG_TMP/$dir"
	cp "$calls" "$SG_TMP/$dir/program"
done
[ "$(stat -c %i "$SG_TMP/1/program")" = "$(stat -c %i "$SG_TMP/2/program")" ] || fail "the inode numbers differ"
# move_in PROGRAM PATH: a process that PROGRAM is moves another of the same program in, which then executes PATH
cat >"$SG_TMP/mover.py" <<'PY'
import os, sys
target, path = sys.argv[1:]
fd = os.open(sys.executable, os.O_RDONLY)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    os.execv(path.replace("FD", str(os.dup2(fd, 9))), ["python3", "-S", "-E", "-c", "import os\nos.getpgid(0)"])
open(target + "/cgroup.procs", "w").write(str(pid))
os.write(w, b"x")
os.waitpid(pid, 0)
PY
start_recorder "$SG_TMP/own" --cgroup "$short"
"$python" -S -E "$SG_TMP/mover.py" "$short" /proc/self/fd/FD
end_recorder "$SG_TMP/own" INT
want_stages "$SG_TMP/own" getpgid "1 0 0" "a runtime that starts itself over"
start_recorder "$SG_TMP/path" --cgroup "$short"
"$python" -S -E "$SG_TMP/mover.py" "$short" "/proc/self/fd/../../..$python"
end_recorder "$SG_TMP/path" INT
want_stages "$SG_TMP/path" getpgid "0 0 1" "a path that only begins like a descriptor's"
cp "$python" "$SG_TMP/1/python"
cp "$python" "$SG_TMP/2/python"
start_recorder "$SG_TMP/inode" --cgroup "$short"
python3 - "$SG_TMP" "$short" "$SG_TMP/mover.py" <<'PY'
import os, subprocess, sys
tmp, target, mover = sys.argv[1:]
text = open(mover).read().replace("os.open(sys.executable,", f"os.open({tmp + '/2/python'!r},")
subprocess.run([tmp + "/1/python", "-S", "-E", "-c", text, target, "/proc/self/fd/FD"], check=True)
PY
end_recorder "$SG_TMP/inode" INT
want_stages "$SG_TMP/inode" getpgid "0 0 1" "the inode number of another file system"
