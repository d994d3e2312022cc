#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls with known arguments for every row of the argument table, and what must have been recorded of them.

usage: arg_rows.py calls SOURCE ARCH...          print what tests/bpf/helpers/arg_calls reads
       arg_rows.py check SOURCE FILE RECORDING N  compare; N: how often the calls of FILE were made

Only calls that fail at once or change nothing are made. A row that is not in HARMLESS is a failure: nobody has
thought about how to make its call.
"""
import collections
import json
import os
import re
import sys

GARBAGE, SIGN = 0xDEADBEEF << 32, 0xFFFFFFFF << 32
NOBODY = 0x3FFFFFFF  # no process has this id

# The watched arguments' values (as tuples of the row's arguments), and the others by index; all ones where nothing is said.
HARMLESS = {
    "socket": ([(1, 0x80801, 0), (99, 3, 0x100)], {}),
    "socketpair": ([(1, 1, 0), (16, 0x80003, 9)], {3: 0}),
    "clone": ([(0x10000,), (0x800,), (0x20200,)], {2: 0, 3: 0, 4: 0}),  # all EINVAL
    "unshare": ([(0x2,), (0x10000002,)], {}),
    "setns": ([(0,), (0x40000000,)], {}),
    "bpf": ([(0,), (5,), (99,)], {1: 0, 2: 0}),
    "mprotect": ([(0,), (3,), (7,)], {0: 0, 1: 0}),
    "pkey_mprotect": ([(5,), (1,)], {0: 0, 1: 0}),
    "mmap": ([(3, 0x22), (7, 0x2)], {0: 0, 1: 0}),
    "mmap2": ([(3, 0x22), (5, 0x1)], {0: 0, 1: 0}),
    "ptrace": ([(2,), (0x4206,)], {1: NOBODY}),
    "prctl": ([(3,), (39,), (0x7FFFFFFF,)], {1: 0, 2: 0, 3: 0, 4: 0}),
    "ioctl": ([(0x5412,), (0x80045430,), (0,)], {}),
    "userfaultfd": ([(0x10,), (0x11,)], {}),
    "keyctl": ([(6,), (11,)], {1: 0, 2: 0, 3: 0}),
    "perf_event_open": ([(0,), (8,)], {0: 0}),
    "io_uring_register": ([(0,), (9,), (0x80000001,)], {}),
    "seccomp": ([(2, 7), (1, 1), (0, 1)], {2: 0}),
    "personality": ([(0xFFFFFFFF,)], {}),
    "arch_prctl": ([(0x1011,), (0x3001,)], {}),
    "mount": ([(0x1000,), (0x8022,)], {0: 0, 1: 0, 2: 0, 4: 0}),
    "umount2": ([(2,), (9,)], {0: 0}),
    "move_mount": ([(4,), (0x40,)], {1: 0, 3: 0}),
    "fsmount": ([(0,), (1,)], {}),
    "fsopen": ([(0,), (1,)], {0: 0}),
    "execveat": ([(0,), (0x1000,)], {1: 0, 2: 0, 3: 0}),
    "mknod": ([(0x21B6,), (0x81A4,)], {0: 0}),
    "mknodat": ([(0x61B6,), (0x11FF,)], {1: 0}),
    "chmod": ([(0o4755,), (0o644,)], {0: 0}),
    "fchmod": ([(0o2755,), (0o644,)], {}),
    "fchmodat": ([(0o6755,), (0o644,)], {1: 0}),
    "fchmodat2": ([(0o4755,), (0o600,)], {1: 0}),
    "setsockopt": ([(1, 50), (6, 31), (0, 64)], {3: 0, 4: 0}),
    "getsockopt": ([(1, 4), (41, 26)], {3: 0, 4: 0}),
    "shmat": ([(0,), (0x8000,)], {1: 0}),
    "kcmp": ([(0,), (7,)], {0: NOBODY, 1: NOBODY}),
    "quotactl": ([(0x80000701,), (0x580100,)], {1: 0, 2: 0, 3: 0}),
    "reboot": ([(0x01234567,), (0x45584543,)], {0: 0, 1: 0, 3: 0}),
    "openat": ([(0x80000,), (0x241,)], {1: 0, 3: 0}),
    "open": ([(0,), (0x80802,)], {0: 0, 2: 0}),
    "memfd_create": ([(1,), (0x11,)], {0: 0}),
    "fcntl": ([(1,), (1031,)], {}),
    "fcntl64": ([(3,), (1030,)], {}),
    "prlimit64": ([(7,), (3,)], {0: NOBODY, 2: 0, 3: 0}),
    "mremap": ([(1,), (3,)], {0: 0, 1: 0, 2: 0, 4: 0}),
    "madvise": ([(3,), (0x7FFF,)], {0: 0, 1: 0}),
    "kill": ([(0,), (9,)], {0: NOBODY}),
    "tkill": ([(0,), (15,)], {0: NOBODY}),
    "tgkill": ([(6,), (33,)], {0: NOBODY, 1: NOBODY}),
    "futex": ([(0,), (0x85,), (0x7F,)], {0: 0, 2: 0, 3: 0, 4: 0, 5: 0}),
    "splice": ([(1,), (6,)], {1: 0, 3: 0, 4: 0}),
    "vmsplice": ([(8,), (2,)], {1: 0, 2: 0}),
    "msgctl": ([(2,), (0,)], {2: 0}),
    "semctl": ([(12,), (0x102,)], {1: 0, 3: 0}),
    "shmctl": ([(0,), (11,)], {2: 0}),
    "timerfd_create": ([(99, 0x800), (98, 0x80000)], {}),
    "rt_sigprocmask": ([(0,), (7,)], {1: 0, 2: 0, 3: 8}),
}


def rows(source):
    """name -> (indices of the row, those of them that are wide, architectures without it)"""
    table = {}
    for line in open(f"{source}/gen/args/data/calls", encoding="ascii"):
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if fields[0] == "call":
            row = table[fields[1]] = ([], set(), set())
        elif fields[0] == "arg":
            row[0].append(int(fields[1]))
            if "width=64" in fields:
                row[1].add(int(fields[1]))
        elif fields[0] == "not":
            row[2].update(fields[1:])
    return table


def numbers(source, arch):
    result = {}
    for line in open(f"{source}/gen/syscall/data/{arch}.tbl", encoding="ascii"):
        if not line.startswith("#"):
            nr, name = line.split()
            result[name] = int(nr)
    return result


def cases(source, arch):
    """Yield (name, nr, args) of every call to be made."""
    table, nrs = rows(source), numbers(source, arch)
    missing = sorted(set(table) - set(HARMLESS))
    if missing:
        sys.exit(f"arg_rows: nobody has thought about how to call {', '.join(missing)}")
    for name, (indices, wide, without) in table.items():
        if name not in nrs or arch in without or (name == "arch_prctl" and not arch.startswith(("x", "i"))):
            continue
        values, others = HARMLESS[name]
        for n, combination in enumerate(values):
            args = [others.get(i, 0xFFFFFFFF if arch == "i386" else 0xFFFFFFFFFFFFFFFF) for i in range(6)]
            for i, value in zip(indices, combination):
                args[i] = value
            yield name, nrs[name], list(args)
            if arch == "i386":
                continue  # the upper halves never reach the kernel
            for high in (GARBAGE, SIGN):
                more = list(args)
                for i in indices[n % len(indices):]:
                    if i not in wide:
                        more[i] |= high
                yield name, nrs[name], more


def write_calls(source, arches):
    for arch in arches:
        for _, nr, args in cases(source, arch):
            word = arch if arch in ("i386", "x32") else "native"
            print(word, nr, *(f"{a:#x}" for a in args))


def check(source, path, recording, times):
    want = collections.Counter()
    for line in open(path, encoding="ascii"):
        fields = line.split()
        arch = fields[0] if fields[0] != "native" else os.uname().machine
        names = {nr: name for name, nr in numbers(source, arch).items()}
        name = names[int(fields[1])]
        indices, wide, _ = rows(source)[name]
        args = [int(f, 0) for f in fields[2:]]
        value = tuple(args[i] if i in wide else args[i] & 0xFFFFFFFF for i in indices)
        want[(arch, name, value)] += times
    got, high, ours = collections.Counter(), {}, {(a, n) for a, n, _ in want}
    for entry in json.load(open(recording, encoding="utf-8"))["runs"][0]["entries"]:
        key = (entry["arch"], entry["name"])
        if key not in ours:
            continue
        args = entry.get("args")
        if not args or args.get("unkept"):
            sys.exit(f"{key}: {'not watched' if not args else 'any'}")
        if args["index"] != rows(source)[entry["name"]][0]:
            sys.exit(f"{key}: the arguments {args['index']} were watched")
        for t in args["tuples"]:
            got[(*key, tuple(t["value"]))] += t["count"]
            high[(*key, tuple(t["value"]))] = set(t.get("high", []))
    bad = 0
    for key, count in want.items():
        # libc makes some of these calls too: then there may be more
        if got[key] != count and not (got[key] > count and key[0] != "i386" and key[1] in LIBC):
            print(f"{key}: made {count}, recorded {got[key]}")
            bad += 1
        wide = rows(source)[key[1]][1]
        if key[0] != "i386" and not high.get(key) and set(rows(source)[key[1]][0]) - wide:
            print(f"{key}: made with upper halves that are not zero, and nothing is noted")
            bad += 1
        if key[0] == "i386" and high.get(key):
            print(f"{key}: upper halves {high[key]} of 32-bit arguments")
            bad += 1
    print(f"{len(want)} combinations of {len(ours)} calls", file=sys.stderr)
    return bad


# Those that the helper's own start-up makes with values of this list.
LIBC = {"mprotect", "mmap", "prlimit64", "rt_sigprocmask", "futex", "arch_prctl", "openat"}


def main(argv):
    if argv[1] == "calls":
        write_calls(argv[2], argv[3:])
        return 0
    return check(argv[2], argv[3], argv[4], int(argv[5])) != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
