#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Once it is attached the recorder gives away what it does not need any more, and its own profile lets it do the rest.
# With SG_FULL=1 the profile is made anew, and what is shipped must allow all of it.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
source_dir=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
self=$source_dir/profiles/self.json

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
[ "$(field "$RECORDER" NoNewPrivs)" = 1 ] || fail "no_new_privs is not set"
[ "$(field "$RECORDER" CapBnd)" = 0000000000000000 ] || fail "the bounding set is $(field "$RECORDER" CapBnd)"
# dac_override dac_read_search kill sys_ptrace audit_control perfmon bpf, of linux/capability.h
allowed=$(((1 << 1) | (1 << 2) | (1 << 5) | (1 << 19) | (1 << 30) | (1 << 38) | (1 << 39)))
got=$((16#$(field "$RECORDER" CapPrm)))
(((got & ~allowed) == 0)) || fail "capabilities are kept that nothing needs: $(field "$RECORDER" CapPrm)"
(($((16#$(field "$RECORDER" CapEff))) == got)) || fail "effective is not what is permitted"
say "capabilities $(field "$RECORDER" CapPrm), bounding set empty, no_new_privs, a filter"

# What the shipped profile is for.
for call in execve execveat ptrace mount umount2 setns unshare pivot_root init_module finit_module kexec_load \
	process_vm_readv process_vm_writev setuid setresuid chroot open_tree move_mount bind listen accept4; do
	! grep -q "\"$call\"" "$self" || fail "profiles/self.json allows $call"
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
"$SG" record --quiet --denials always -o "$SG_TMP/outer.rec" -- "$SG" run "$self" -- true 2>/dev/null && fail "the profile lets a program start"
say "under the recorder's profile no program can be started"

# A command keeps its rights.
got=$("$SG" record --quiet -o "$SG_TMP/rec" -- sh -c 'sleep 0.5; grep -c "^Seccomp:.*0" /proc/self/status; grep CapPrm /proc/self/status')
want=$(sh -c 'grep -c "^Seccomp:.*0" /proc/self/status; grep CapPrm /proc/self/status')
[ "$got" = "$want" ] || fail "the command has $got, not $want"
say "a command keeps its rights"

if [ -n "${SG_FULL:-}" ]; then
	"$source_dir/scripts/make-self-profile" "$SG" >"$SG_TMP/self.json"
	"$SG" diff --subset "$self" "$SG_TMP/self.json" || fail "the shipped profile lacks calls: run scripts/make-self-profile"
	say "a profile made anew allows nothing more than the shipped one"
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
