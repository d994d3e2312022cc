#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What simulate says of a profile, against the filters that runc and crun really load: they are read back from the
# running container, and every number of three architectures must get the same answer, by as many instructions.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "$0")/runtimes.sh"

[ "$(id -u)" = 0 ] || skip 'not root'
[ "$(uname -m)" = x86_64 ] || skip 'the calls are those of x86_64'
need_command python3 python3
need_command cc gcc
start_runc
start_crun

BUNDLE=$SG_TMP/bundle
mkdir -p "$BUNDLE/rootfs" "$BUNDLE/data"

# A workload that makes one call for ever, so that any profile will do.
cat >"$SG_TMP/sleeper.c" <<'C'
void _start(void)
{
	long second[2] = { 1, 0 }, r;

	for (;;)
		asm volatile("syscall" : "=a"(r) : "a"(35L), "D"(second), "S"(0L) : "rcx", "r11", "memory");
}
C
cc -static -nostdlib -o "$BUNDLE/rootfs/sleeper" "$SG_TMP/sleeper.c"

# Every number that there is, and some beyond, as if an application had called it.
python3 - >"$SG_TMP/all.json" <<'PY'
import json
entries = [{"arch": a, "nr": n, "count": {"app": 1}, "sources": ["bpf"]} for a in ("x86_64", "i386", "x32") for n in [*range(480), 999]]
run = {"id": "all", "complete": True, "sources": ["bpf"], "host": {}, "target": {}, "loss": {}, "entries": entries}
print(json.dumps({"format": "seccomp-gen-recording", "version": 1, "runs": [run]}))
PY

# profile NAME: the profile of that name, as the file NAME.json.
python3 - "$SG_TMP" <<'PY'
import json, sys
few = ["read", "write", "close", "execve", "exit_group", "nanosleep", "clock_nanosleep", "openat", "brk", "mmap",
       "prctl", "futex", "getdents64", "getpid", "epoll_ctl", "fstatfs", "fstat", "newfstatat", "rt_sigaction",
       "getuid", "setuid", "setgid", "arch_prctl", "faccessat2", "mseal", "rt_sigreturn", "getppid", "fcntl"]
rest = ["capget", "capset", "chdir", "getcwd", "setgroups", "setresuid", "setresgid", "rt_sigprocmask", "lstat", "stat",
        "uname", "readlink", "getrandom", "mprotect", "set_tid_address", "set_robust_list", "rseq", "prlimit64",
        "munmap", "tgkill", "openat2", "statx", "close_range", "epoll_pwait", "sigaltstack", "sched_yield", "clone3"]
allow = "SCMP_ACT_ALLOW"
conditions = [
    {"names": ["socket"], "action": allow, "args": [{"index": 0, "value": 38, "op": "SCMP_CMP_LT"}]},
    {"names": ["socket"], "action": allow, "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_GT"}]},
    {"names": ["kill", "tkill"], "action": "SCMP_ACT_LOG", "args": [
        {"index": 0, "value": 255, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"},
        {"index": 1, "value": 9, "op": "SCMP_CMP_NE"}]},
    {"names": ["clone"], "action": allow, "args": [
        {"index": 0, "value": 1, "op": "SCMP_CMP_GE"}, {"index": 0, "value": 5, "op": "SCMP_CMP_LE"},
        {"index": 2, "value": 7, "op": "SCMP_CMP_EQ"}]},
    {"names": ["ptrace"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1},
    {"names": ["mount"], "action": "SCMP_ACT_KILL_PROCESS"},
    {"names": ["setns"], "action": "SCMP_ACT_TRACE", "errnoRet": 9},
]
x86 = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
profiles = {
    "small": {"defaultAction": "SCMP_ACT_ERRNO", "architectures": x86[:1],
              "syscalls": [{"names": few, "action": allow}]},
    "conditions": {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1, "architectures": x86[:1],
                   "syscalls": [{"names": few[:20], "action": allow}] + conditions},
    "large": {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": x86,
              "syscalls": [{"names": few + rest, "action": allow}] + conditions},
    "permissive": {"defaultAction": "SCMP_ACT_LOG", "architectures": x86[:1],
                   "syscalls": [{"names": ["mount", "bpf"], "action": "SCMP_ACT_ERRNO"}]},
}
for name, profile in profiles.items():
    with open(f"{sys.argv[1]}/{name}.json", "w") as f:
        json.dump(profile, f)
PY

with_runc() {
	timeout 60 runc --root "$SG_TMP/runc" "$@"
}

with_crun() {
	in_pure_v2 timeout 60 env LD_PRELOAD="$CRUN_PRELOAD" crun --root "$SG_TMP/crun" "$@"
}

ID=
delete_container() {
	local dir
	[ -n "$ID" ] || return 0
	"with_$1" delete -f "$ID" >/dev/null 2>&1 || true
	for dir in "$(cgroup2_mount)/$ID" /sys/fs/cgroup/*/"$ID"; do
		remove_cgroup "$dir"
	done
	ID=
}
at_exit delete_container runc
at_exit delete_container crun

# same_answers EXPECTED GOT HOW: two --json outputs say the same of every call; with HOW=verdicts the number of
# instructions may differ.
same_answers() {
	python3 - "$@" <<'PY'
import json, sys
sides = []
for path in sys.argv[1:3]:
    with open(path) as f:
        sides.append({(c["arch"], c["nr"]): c for c in json.load(f)["syscalls"]})
ours, real = sides
if ours.keys() != real.keys() or len(ours) < 1400:
    sys.exit("not the same calls were judged")
skip = {"instructions"} if sys.argv[3] == "verdicts" else set()
wrong = [k for k in ours if any(ours[k].get(f) != real[k].get(f) for f in {*ours[k], *real[k]} - skip)]
for k in wrong[:5]:
    print("simulated:", ours[k], "\nloaded:   ", real[k], file=sys.stderr)
sys.exit(f"{len(wrong)} calls of {len(ours)} differ" if wrong else 0)
PY
}

# compare RUNTIME PROFILE HOW
compare() {
	local runtime=$1 profile=$2 how=$3 pid
	ID=$SG_ID-$runtime-$profile
	"$SG_SOURCE/scripts/make-bundle" --bundle "$BUNDLE" --rootfs "$BUNDLE/rootfs" --data "$BUNDLE/data" \
		--cgroup "/$ID" --seccomp "$SG_TMP/$profile.json" --no-new-privs -- /sleeper
	"with_$runtime" run --detach --bundle "$BUNDLE" --pid-file "$SG_TMP/pid" "$ID" \
		</dev/null >/dev/null 2>"$SG_TMP/run.err" || fail "$runtime run: $(cat "$SG_TMP/run.err")"
	pid=$(<"$SG_TMP/pid")
	json simulate simulate -q --json --pid "$pid" "$SG_TMP/all.json" >"$SG_TMP/real" || [ $? = 3 ] ||
		fail "simulate --pid failed"
	alive "$pid" || fail "the container did not survive having its filter read"
	delete_container "$runtime"
	json simulate simulate --json --runtime "$runtime" "$SG_TMP/$profile.json" "$SG_TMP/all.json" \
		>"$SG_TMP/ours" 2>/dev/null || [ $? = 3 ] || fail "simulate --runtime $runtime failed"
	same_answers "$SG_TMP/ours" "$SG_TMP/real" "$how" || fail "$runtime, $profile"
}

# runc before 1.2 makes no tree, and the order in which it asks for architectures is random.
for profile in small conditions large permissive; do
	how=all
	[ "$profile" != large ] || how=verdicts
	compare runc "$profile" "$how"
	compare crun "$profile" all
done
say "runc and crun load what simulate says: 4 profiles, 1443 calls each"

# Filters that are stacked: the first that was loaded is the first; of equal actions the newer one's errno counts.
profile_with() {
	printf '{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86_64"],"syscalls":[%s]}' "$1"
}
profile_with '{"names":["kill","getpgid"],"action":"SCMP_ACT_ERRNO","errnoRet":5}' >"$SG_TMP/older.json"
profile_with '{"names":["kill","tkill"],"action":"SCMP_ACT_ERRNO","errnoRet":9}' >"$SG_TMP/newer.json"
cat >"$SG_TMP/stack.py" <<'PY'
import os, sys, time
for name, call in (("kill", lambda: os.kill(os.getpid(), 0)), ("getpgid", lambda: os.getpgid(0))):
    try:
        call()
        print(name, 0)
    except OSError as e:
        print(name, e.errno)
sys.stdout.flush()
time.sleep(600)
PY
"$SG" run "$SG_TMP/older.json" -- "$SG" run "$SG_TMP/newer.json" -- \
	python3 "$SG_TMP/stack.py" >"$SG_TMP/stack.out" &
stacked=$!
at_exit end_process "$stacked"
wait_for 60 grep -q getpgid "$SG_TMP/stack.out" || fail "the stacked command does not start"
json simulate simulate --json --pid "$stacked" "$SG_TMP/all.json" >"$SG_TMP/stack.json" || [ $? = 3 ] || fail 'stack'
python3 - "$SG_TMP/stack.json" >"$SG_TMP/stack.said" <<'PY'
import json, sys
with open(sys.argv[1]) as f:
    report = json.load(f)
assert report["filter"]["filters"] == 2
for c in report["syscalls"]:
    if c["arch"] == "x86_64" and c["name"] in ("kill", "getpgid"):
        print(c["name"], c["verdict"]["errnoRet"])
PY
diff <(sort "$SG_TMP/stack.out") <(sort "$SG_TMP/stack.said") >&2 || fail "stacked filters"
say "two stacked filters: $(tr '\n' ' ' <"$SG_TMP/stack.said")"

# Whose filter may not be read
refused=$(setpriv --reuid=65534 --clear-groups "$SG" simulate --pid "$stacked" - <"$SG_TMP/all.json" 2>&1) &&
	fail 'somebody else read the filter'
case $refused in *CAP_SYS_*) ;; *) fail "without privilege: $refused" ;; esac
