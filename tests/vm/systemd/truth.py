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


class Process:
    """One instance of a pid. Its first calls can stand before its parent's fork is seen to return."""

    def __init__(self, begin):
        self.begin = begin  # the line
        self.parent = None  # a Process, and the line at which it forked
        self.exec = None  # the line at which it execs EXE
        self.forking = self.starting = None
        self.calls = []  # line, name

    def ours_after(self):
        """The line after which its calls count; None: they do not."""
        forked, at = self.parent or (None, 0)
        if forked and forked.ours_after() is not None and forked.ours_after() < at:
            return self.begin - 1
        return self.exec


def read(path, exe):
    lives, born, alive = [], [], {}
    for at, line in enumerate(open(path, errors="replace")):
        head = HEAD.match(line)
        if not head:
            continue
        pid, rest = int(head[1]), head[2]
        if rest.startswith("+++ "):
            alive.pop(pid, None)
        if rest.startswith(("---", "+++")):
            continue
        resumed = re.match(r"<\.\.\. (\w+) resumed>", rest)
        begun = None if resumed else re.match(r"(\w+)\(", rest)
        if not resumed and not begun:
            continue
        if pid not in alive:
            alive[pid] = Process(at)
            lives.append((pid, alive[pid]))
        process, name = alive[pid], (resumed or begun)[1]
        if begun:
            process.calls.append((at, name))
        if name == "execve":
            if begun:
                path_of = re.match(r'execve\("([^"]*)"', rest)
                process.starting = path_of[1] if path_of else ""
            if re.search(r"= 0$", rest) and process.starting == exe and process.exec is None:
                process.exec = at
        if name in FORKS:
            process.forking = at if begun else process.forking
            child = CHILD.search(rest)
            if child:
                born.append((int(child[2] or child[1]), process, process.forking))
    for pid, parent, at in born:
        for other, process in lives:
            if other == pid and at is not None and process.begin > at:
                process.parent = process.parent or (parent, at)
                break
    return [process for _, process in lives]


found = set()
for one in read(sys.argv[1], sys.argv[2]):
    last = one.ours_after()
    if last is not None:
        found.update(name for at, name in one.calls if at > last)
print("\n".join(sorted(found)))
