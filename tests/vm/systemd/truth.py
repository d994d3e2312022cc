#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""truth.py TRACE EXE: the calls, one a line, of each process that execs EXE, from then on, and of its descendants, as
`strace -f -o TRACE` saw them."""
import re
import sys

FORKS = {"clone", "clone3", "fork", "vfork"}
# after the pid of another pid namespace, or a time
HEAD = re.compile(r"^(\d+)(?: /\* \d+ in strace's PID NS \*/)?\s+(?:\d+\.\d+\s+)?(.*)$")
CHILD = re.compile(r"= (\d+)(?: /\* (\d+) in strace's PID NS \*/)?$")

calls = set()
ours = set()  # pids
starting = {}  # pid -> what it is about to exec

for line in open(sys.argv[1], errors="replace"):
    head = HEAD.match(line)
    if not head:
        continue
    pid, rest = int(head[1]), head[2]
    if rest.startswith(("---", "+++")):
        if rest.startswith(("+++ exited", "+++ killed")):
            ours.discard(pid)
        continue
    resumed = re.match(r"<\.\.\. (\w+) resumed>", rest)
    begun = None if resumed else re.match(r"(\w+)\(", rest)
    if not resumed and not begun:
        continue
    name = (resumed or begun)[1]
    if pid in ours and begun:
        calls.add(name)
    if name == "execve" and pid not in ours:
        if begun:
            path = re.match(r'execve\("([^"]*)"', rest)
            starting[pid] = path[1] if path else ""
        if re.search(r"= 0$", rest) and starting.get(pid) == sys.argv[2]:
            ours.add(pid)
    if name in FORKS and pid in ours:
        child = CHILD.search(rest)
        if child:
            ours.add(int(child[2] or child[1]))

print("\n".join(sorted(calls)))
