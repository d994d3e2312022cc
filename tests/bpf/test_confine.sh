#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Once it is attached the recorder gives away what it does not need any more, and its own profile lets it do the rest.
# With SG_FULL=1 the profile is made again, and what is shipped must allow all of it.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
source_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
self=$source_dir/profiles/self

field() { # PID NAME
	awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"
}

make_cgroup "$SG_ID-confine"
cgroup=$REPLY
start_recorder "$SG_TMP/rec" --cgroup "$cgroup"
has_filter() {
	[ "$(field "$1" Seccomp)" = 2 ]
}
if ! wait_for 10 has_filter "$RECORDER"; then
	! nm "$SG" 2>/dev/null | grep __asan_init >/dev/null || skip "a build with ASan does not confine itself"
	fail "the recorder has no filter"
fi

# confined PID NAME UID CAPABILITIES…: numbers of linux/capability.h
confined() {
	local pid=$1 name=$2 uid=$3 allowed=0 got cap
	shift 3
	for cap in "$@"; do
		allowed=$((allowed | 1 << cap))
	done
	[ "$(field "$pid" Seccomp)" = 2 ] || fail "$name: no filter"
	[ "$(field "$pid" NoNewPrivs)" = 1 ] || fail "$name: no_new_privs is not set"
	[ "$(field "$pid" CapBnd)" = 0000000000000000 ] || fail "$name: the bounding set is $(field "$pid" CapBnd)"
	got=$((16#$(field "$pid" CapPrm)))
	(((got & ~allowed) == 0)) || fail "$name: capabilities remain that nothing needs: $(field "$pid" CapPrm)"
	(($((16#$(field "$pid" CapEff))) == got)) || fail "$name: effective is not what is permitted"
	[ "$(field "$pid" Uid)" = "$uid" ] || fail "$name: is user $(field "$pid" Uid)"
	say "$name: user $uid, capabilities $(field "$pid" CapPrm), bounding set empty, no_new_privs, a filter"
}
own=4242424242
confined "$RECORDER" recorder "$own" 2 19 39                                 # dac_read_search sys_ptrace bpf
confined "$(pgrep -P "$RECORDER" -x sg-writer)" writer 0 1 5                 # dac_override kill
confined "$(pgrep -P "$RECORDER" -x sg-links)" links 0 38 39                 # perfmon bpf
confined "$(pgrep -P "$RECORDER" -x sg-docker)" docker 0 1                   # dac_override
audit=$(pgrep -P "$RECORDER" -x sg-audit) || true
[ -z "$audit" ] || confined "$audit" audit "$own" 30                         # audit_control

# What the shipped profiles are for.
for part in recorder writer links docker audit; do
	for call in execve execveat ptrace mount umount2 setns unshare pivot_root init_module finit_module kexec_load \
		process_vm_readv process_vm_writev setuid setresuid chroot open_tree move_mount bind listen accept4 \
		pidfd_getfd capset openat2; do
		! grep -q "\"$call\"" "$self/$part.json" || fail "profiles/self/$part.json allows $call"
	done
done
for call in socket connect rename renameat2 link linkat unlink unlinkat rmdir mkdir truncate ftruncate creat kill tgkill \
	clone clone3 fork perf_event_open pidfd_send_signal sendto sendmsg; do
	! grep -q "\"$call\"" "$self/recorder.json" || fail "profiles/self/recorder.json allows $call"
done
end_recorder "$SG_TMP/rec" TERM

# A recorder that is recorded: it makes no call that its profile denies. Denied calls are seen by the one that records.
"$SG" record --quiet --denials always -o "$SG_TMP/outer.rec" -- \
	"$SG" record --quiet -o "$SG_TMP/inner.rec" -- sh -c 'sleep 1; ls -l / >/dev/null; exit 0'
denied=$("$SG" show --json "$SG_TMP/outer.rec" | python3 -c '
import json, sys
print(" ".join(sorted(c["name"] for c in json.load(sys.stdin)["syscalls"] if c.get("denied"))))')
[ -z "$denied" ] || fail "the recorder's own profile denies what it does: $denied"
[ -s "$SG_TMP/inner.rec" ] || fail "no recording from within"
say "a recorder under a recorder: nothing is denied"

# It is a test: a profile that lacks a call is seen here.
"$SG" record --quiet --denials always -o "$SG_TMP/outer.rec" -- "$SG" run "$self/recorder.json" -- true 2>/dev/null && fail "the profile lets a program start"
say "under the recorder's profile no program can be started"

# A command keeps its rights.
got=$("$SG" record --quiet -o "$SG_TMP/rec" -- sh -c 'sleep 0.5; grep -c "^Seccomp:.*0" /proc/self/status; grep CapPrm /proc/self/status')
want=$(sh -c 'grep -c "^Seccomp:.*0" /proc/self/status; grep CapPrm /proc/self/status')
[ "$got" = "$want" ] || fail "the command has $got, not $want"
say "a command keeps its rights"

if [ -n "${SG_FULL:-}" ]; then
	"$source_dir/scripts/make-self-profile" "$SG" "$SG_TMP/self"
	for part in recorder writer links docker audit; do
		"$SG" diff --subset "$self/$part.json" "$SG_TMP/self/$part.json" ||
			fail "the shipped profile lacks calls of the $part: run scripts/make-self-profile"
	done
	say "profiles made again allow nothing more than the shipped ones"
fi

# What only reads files runs without privilege: it keeps the capabilities of the file system, and /dev/kmsg.
python3 - "$SG" "$SG_TMP/fifo" <<'PY' || fail "a command that reads files keeps what it does not need"
import os, subprocess, sys, time
os.mkfifo(sys.argv[2])
files = 1 << 1 | 1 << 2 | 1 << 34  # dac_override dac_read_search syslog
wrong = 0
for command in (["import", sys.argv[2]], ["show", sys.argv[2]], ["emit", sys.argv[2]], ["merge", sys.argv[2], "x"],
                ["check", sys.argv[2]], ["convert", sys.argv[2]], ["simulate", sys.argv[2], "x"],
                ["diff", sys.argv[2], "docker"]):
    p = subprocess.Popen([sys.argv[1], *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(500):  # it waits for somebody to write
        status = dict(line.rstrip("\n").split(":\t", 1) for line in open(f"/proc/{p.pid}/status") if ":\t" in line)
        if status["NoNewPrivs"] == "1":
            break
        time.sleep(0.01)
    if status["NoNewPrivs"] != "1" or int(status["CapPrm"], 16) & ~files or int(status["CapBnd"], 16):
        print(command[0], {k: status[k] for k in ("NoNewPrivs", "CapPrm", "CapBnd")})
        wrong = 1
    p.kill()
    p.wait()
sys.exit(wrong)
PY
say "commands that read files keep the capabilities of the file system alone"
