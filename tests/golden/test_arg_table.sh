#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# scripts/gen-arg-table names the place of every fault and then writes nothing; the values of gen/args/data/values are
# those of the kernel headers that are installed here.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
mkdir "$SG_TMP/data" "$SG_TMP/sys"
printf '0 read\n1 socket\n' >"$SG_TMP/sys/a.tbl"
good_values='arches known x86_64 i386
set fam enum
AF_A 1
AF_B 2 @i386
set bits bits
B_X 0x1
B_Y 0x2
'
good_calls='call socket security
why because
arg 0 enum fam always=AF_A
'

# generate VALUES CALLS: what the generator says; its status
generate() {
	printf '%s' "$1" >"$SG_TMP/data/values"
	printf '%s' "$2" >"$SG_TMP/data/calls"
	"$SG_SOURCE/scripts/gen-arg-table" "$SG_TMP/data" "$SG_TMP/sys" "$SG_TMP/out.c" 2>&1
}

generate "$good_values" "$good_calls" || fail "the good data is refused"
grep -q '"AF_B", UINT64_C(0x2), UINT64_C(0xffffffffffffffff), 0x2u' "$SG_TMP/out.c" || fail "AF_B is not i386's alone"

# refused WHAT VALUES CALLS
n=0
refused() {
	local said
	echo old >"$SG_TMP/out.c"
	if said=$(generate "$2" "$3"); then
		fail "accepted, though: $1"
	fi
	[[ $said == "gen-arg-table: $SG_TMP/data/"*"$1"* ]] || fail "for '$1' it says: $said"
	[ "$(cat "$SG_TMP/out.c")" = old ] || fail "$1: the output was touched"
	n=$((n + 1))
}
call=$'call socket security\nwhy because\n'
refused 'values:8: the set fam is there twice' "${good_values}set fam enum"$'\n' "$good_calls"
refused 'values:8: B_X is there twice on x86_64' "${good_values}B_X 4 @x86_64"$'\n' "$good_calls"
refused 'values:8: not a number' "${good_values}B_Z 1x"$'\n' "$good_calls"
refused 'values:8: no architecture or group of that name: alpha' "${good_values}B_Z 4 @alpha"$'\n' "$good_calls"
refused 'values:8: B_Z: no value fits under its mask' "${good_values}B_Z 4 /0x3"$'\n' "$good_calls"
refused 'values:8: neither /MASK nor @ARCH' "${good_values}B_Z 4 i386"$'\n' "$good_calls"
refused 'values:8: the last line does not end' "${good_values}B_Z 4" "$good_calls"
refused 'values:1: a value before the first set' $'AF_A 1\n' "$good_calls"
refused 'calls:4: no architecture has a call frob' "$good_values" "$good_calls"$'call frob all\n'
refused 'calls:4: the call socket is there twice' "$good_values" "$good_calls"$'call socket all\n'
refused 'calls:1: before the first call' "$good_values" $'why not\n'
refused 'calls:1: socket: ' "$good_values" $'call socket all\nwhy x\n'
refused 'calls:4: expected one plain text' "$good_values" "$good_calls"$'why twice\n'
refused 'calls:3: no set nope' "$good_values" "${call}arg 0 enum nope"$'\n'
refused 'calls:3: the set fam has no value AF_C' "$good_values" "${call}arg 0 enum fam always=AF_C"$'\n'
refused 'calls:3: exact= goes with mixed' "$good_values" "${call}arg 0 mixed bits"$'\n'
refused 'calls:3: an enum has no bits that stand apart' "$good_values" "${call}arg 0 enum bits apart=B_X"$'\n'
refused 'calls:3: bits that overlap' "$good_values" "${call}arg 0 mixed bits exact=0x3 free=B_X"$'\n'
refused 'calls:3: bits that overlap, or lie beyond the width' "$good_values" "${call}arg 0 mask bits width=16 free=0x10000"$'\n'
refused 'calls:3: no such word' "$good_values" "${call}arg 0 mask bits free"$'\n'
refused 'calls:3: an index below 6' "$good_values" "${call}arg 6 mask bits"$'\n'
refused 'calls:4: argument 0 comes after another one, or itself' "$good_values" "${call}arg 0 mask bits"$'\n'"arg 0 mask bits"$'\n'
refused 'calls:3: by= names no earlier argument' "$good_values" "${call}arg 0 enum fam by=0"$'\n'
refused 'calls:4: an argument of the set ' "$good_values" "${call}arg 0 mask bits all"$'\n'"arg 1 mask bits"$'\n'
refused 'calls:4: no architecture of that name: alpha' "$good_values" "${good_calls}not alpha"$'\n'
# shellcheck disable=SC2016 # these are no commands
refused 'calls:4: expected `family TEXT: MEMBER MEMBER...`' "$good_values" "${good_calls}family one: AF_A"$'\n'
refused 'calls:4: argument 0 has no value AF_C' "$good_values" "${good_calls}family of two: AF_A AF_C"$'\n'
refused 'calls:4: AF_A:1: the row has 1 arguments' "$good_values" "${good_calls}family of two: AF_A AF_A:1"$'\n'
refused 'calls:4: no such line' "$good_values" "${good_calls}because"$'\n'
say "$n faults refused by name"

# The values against the headers: linux/, asm/ and nothing of a libc, whose numbers can be its own.
need_command gcc gcc
case $(uname -m) in
x86_64) arch=x86_64 asm=/usr/include/x86_64-linux-gnu/asm ;;
aarch64) arch=aarch64 asm=/usr/include/aarch64-linux-gnu/asm ;;
*) skip "no values for $(uname -m)" ;;
esac
[ -d "$asm" ] || asm=/usr/include/asm
mkdir -p "$SG_TMP/inc/sys"
ln -s /usr/include/linux "$SG_TMP/inc/linux"
ln -s /usr/include/asm-generic "$SG_TMP/inc/asm-generic"
ln -s "$asm" "$SG_TMP/inc/asm"
python3 - "$SG_SOURCE/gen/args/data/values" "$arch" "$SG_TMP" <<'PY' || fail "values differ from the headers"
import re, subprocess, sys
values, arch, tmp = sys.argv[1:]
groups, names = {}, {}
for line in open(values):
    fields = line.split()
    if not fields or fields[0] in ("#", "set"):
        continue
    if fields[0] == "arches":
        groups[fields[1]] = fields[2:]
        continue
    on = [f[1:] for f in fields if f.startswith("@")]
    if on and arch not in groups.get(on[0], on):
        continue
    names.setdefault(fields[0], set()).add(int(fields[1], 0))
headers = """types socket in in6 tcp udp netlink if if_packet tls netfilter_ipv4/ip_tables netfilter_ipv6/ip6_tables
termios sockios fs fiemap fsverity loop if_tun kvm perf_event userfaultfd random nsfs seccomp vt kd dm-ioctl vhost
net_tstamp prctl fcntl sched personality ptrace keyctl bpf mman shm memfd futex kcmp mount io_uring signal resource stat
ipc msg sem time reboot quota dqblk_xfs""".split()
text = "struct sockaddr { unsigned short f; char d[14]; };\n"
for h in [f"linux/{h}.h" for h in headers] + ["asm/ioctls.h", "asm/socket.h", "asm/mman.h", "asm/prctl.h", "asm/ptrace.h"]:
    text += f"#if __has_include(<{h}>)\n#include <{h}>\n#endif\n"
for stub in ("sys/socket.h", "sys/time.h", "sys/types.h", "unistd.h", "string.h", "stdlib.h", "time.h"):
    open(f"{tmp}/inc/{stub}", "w").close()
with open(f"{tmp}/inc/limits.h", "w") as f:
    f.write("#define INT_MAX __INT_MAX__\n#define INT_MIN (-INT_MAX - 1)\n#define UINT_MAX (INT_MAX * 2u + 1)\n")
own = subprocess.run(["gcc", "-print-file-name=include"], capture_output=True, text=True).stdout.strip()
def asm(names):
    lines = [f"const unsigned long long sg_v_{i} = (unsigned int)({n});" for i, n in enumerate(names)]
    with open(f"{tmp}/v.c", "w") as f:
        f.write(text + "\n".join(lines) + "\n")
    p = subprocess.run(["gcc", "-nostdinc", "-ffreestanding", "-isystem", f"{tmp}/inc", "-isystem", own, "-w", "-fmax-errors=0", "-S", "-O1", "-o", f"{tmp}/v.s",
                        f"{tmp}/v.c"], capture_output=True, text=True)
    if p.returncode == 0:
        return None
    first = (text.count("\n")) + 1
    return {names[int(l) - first] for l in re.findall(r"v\.c:(\d+):\d+: error", p.stderr) if int(l) >= first} or \
        sys.exit(p.stderr[:2000])
wanted = sorted(names)
while (unknown := asm(wanted)) is not None:
    wanted = [n for n in wanted if n not in unknown]
found = {}
for i, body in re.findall(r"^sg_v_(\d+):\n((?:\s+\..*\n)+)", open(f"{tmp}/v.s").read(), re.M):
    m = re.search(r"\.(?:quad|xword|8byte)\s+(\d+)", body)
    found[wanted[int(i)]] = int(m[1]) if m else 0
# kernel headers have no AF_, SOCK_, SOL_; a value that the table has for arguments of its own (Q_GETQUOTA << 8) is not theirs
bad = [f"{n}: the table has {sorted(map(hex, names[n]))}, the headers {v:#x}" for n, v in sorted(found.items())
       if v not in names[n] and not re.match(r"Q_X?[A-Z]+$", n)]
print(*bad, sep="\n")
print(f"{len(found)} of {len(names)} values are those of the headers", file=sys.stderr)
sys.exit(bool(bad) or len(found) < 700)
PY
