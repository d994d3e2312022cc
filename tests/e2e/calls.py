#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sets of calls: out of a trace by strace, out of a profile. One name a line, sorted.

calls.py traced LOG            what the workload called: everything after the first successful execve
calls.py counts LOG             the same, each with how often it was called
calls.py window LOG T0 T1      of these, what was called between the two times
calls.py allowed PROFILE       what a profile allows
calls.py without PROFILE NAME  the profile as JSON, with NAME allowed no more
calls.py deadly PROFILE NAME…  the profile as JSON, with a default action that kills the process; the NAMEs
                               that it does not allow fail with ENOSYS as before
"""
import collections
import json
import re
import sys

# "PID TIME name(…", and for a call that another task's line broke up, "PID TIME <... name resumed>…".
LINE = re.compile(r"^(\d+)\s+(\d+\.\d+) (?:(\w+)\(|<\.\.\. (\w+) resumed>)(.*)$")


def traced(path):
    """(time, name) of each call of the workload. The runtime's own last steps come before its execve."""
    started = False
    calls = []
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            m = LINE.match(line)
            if not m:
                continue
            entered, resumed, rest = m[3], m[4], m[5]
            if not started:
                started = "execve" in (entered, resumed) and rest.rstrip().endswith("= 0")
                continue
            if entered:
                calls.append((float(m[2]), entered))
    if not started:
        sys.exit(f"calls.py: {path}: no successful execve: the workload did not start under strace")
    return calls


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def allowed(profile):
    return {n for e in profile["syscalls"] if e["action"] == "SCMP_ACT_ALLOW" for n in e["names"]}


def without(profile, name):
    entries = []
    for entry in profile["syscalls"]:
        if entry["action"] == "SCMP_ACT_ALLOW":
            entry = dict(entry, names=[n for n in entry["names"] if n != name])
        if entry["names"]:
            entries.append(entry)
    return dict(profile, syscalls=entries)


def deadly(profile, spared):
    profile = dict(profile, defaultAction="SCMP_ACT_KILL_PROCESS")
    errno = profile.pop("defaultErrnoRet")
    spared = sorted(spared - {n for e in profile["syscalls"] for n in e["names"]})
    if spared:
        entry = {"names": spared, "action": "SCMP_ACT_ERRNO", "errnoRet": errno}
        profile["syscalls"] = profile["syscalls"] + [entry]
    return profile


def main():
    match sys.argv[1:]:
        case ["traced", log]:
            names = {n for _, n in traced(log)}
        case ["counts", log]:
            counts = collections.Counter(n for _, n in traced(log))
            names = {f"{n} {k}" for n, k in counts.items()}
        case ["window", log, t0, t1]:
            names = {n for t, n in traced(log) if float(t0) <= t <= float(t1)}
        case ["allowed", path]:
            names = allowed(load(path))
        case ["without", path, name]:
            json.dump(without(load(path), name), sys.stdout)
            return
        case ["deadly", path, *spared]:
            json.dump(deadly(load(path), set(spared)), sys.stdout)
            return
        case _:
            sys.exit(__doc__)
    for name in sorted(names):
        print(name)


if __name__ == "__main__":
    main()
