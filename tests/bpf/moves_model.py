#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random sequences of moves, forks, threads, execs and the like, against a model of whose each call is.

usage: moves_model.py DIR SEQUENCES SEED [ONLY]   (SG and SG_HELPERS are set; DIR is for files)

Each sequence has cgroups of its own, three of them recorded, and actors (helpers/moving_actor) that make calls
which nobody else makes, each call once. The recorder is stopped and continued at random meanwhile. A call that is
not counted where the model has it, in its stage, or a loss that is not expected, fails. A sequence depends on the
seed and its number only: ONLY runs that one again, and prints its steps.
"""
import json
import os
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time

FIRST_FD, ACTORS = 100, 12
MARK, MOVE, FORK, VFORK, INTO, THREAD, EXEC, FILTER, END, EXIT = range(10)
TSYNC = 1
STAGES = ("setup", "floor", "app")
# What cannot be known, and is in the ledger: who exec'd and came back before it was known whose the cgroup is.
SAID = ("tasks_unfollowed", "stage_unknown")
BATCH = 150


class Wrong(Exception):
    pass


class Crowded(Exception):
    """Somebody else made so many cgroups that the recorder had no slot for ours, and said so."""


# --- the model: which target a task is of, and what stage it is in

class Row:
    """What is known of a process, or of a thread that went its own way."""

    def __init__(self, target=None, setup=False, left=None):
        self.target = target  # whose cgroup it is, or was last, in
        self.setup = setup    # came from outside and has not exec'd since
        self.left = left      # the target whose filter it has, when self.target is another

    def copy(self):
        return Row(self.target, self.setup, self.left)

    def enter(self, to):
        """It is in a cgroup of the target @to (None: of none) now."""
        if to is None:
            if self.setup:
                self.target, self.setup, self.left = self.left, False, None
        elif self.setup and self.left is not None and to == self.left:
            self.target, self.setup, self.left = to, False, None
        elif to != self.target:
            if not self.setup:
                self.left = self.target
            self.target, self.setup = to, True

    def execs(self, here):
        if here is None:
            self.enter(None)  # one that was preparing a target elsewhere has left it
        self.setup, self.left = False, None


class Process:
    def __init__(self, row):
        self.row, self.threads = row, []


class Actor:
    def __init__(self, number, process, cgroup, row=None, filtered=False):
        self.number, self.process, self.cgroup = number, process, cgroup
        self.own = row  # None: its process's
        self.filtered, self.blocked_by, self.tid, self.pid = filtered, None, 0, 0
        process.threads.append(self)

    @property
    def row(self):
        return self.own or self.process.row

    def counted(self):
        """[(target, stage)] of a call that it makes."""
        row, here = self.row, self.cgroup.target
        if here is None:
            owner = row.left if row.setup else row.target
            return [(owner, 2)] if owner is not None else []
        if row.setup and row.target == here:
            result = [(here, 1 if self.filtered else 0)]
            return result + ([(row.left, 2)] if row.left is not None else [])
        return [(here, 2)]


class Cgroup:
    def __init__(self, path, target, threaded=False):
        self.path, self.target, self.threaded = path, target, threaded
        self.there, self.children = False, []


# --- one sequence

class Sequence:
    def __init__(self, base, seed, number, marks):
        self.random = random.Random(f"{seed}:{number}")
        self.number, self.base, self.log = number, base, []
        self.actors, self.next_actor, self.roots = [], 0, []
        self.marks = list(range(len(marks)))
        self.random.shuffle(self.marks)
        self.expected = {}
        self.sockets = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(ACTORS)]
        self.steps, self.before = self.random.randint(8, 26), 0
        if self.random.random() < 0.4:
            self.before = self.random.randint(1, 10)
        self.make_cgroups()

    def path(self, name):
        return f"{self.base}/{name}"

    def make_cgroups(self):
        os.mkdir(self.base)
        self.outside = Cgroup(self.path("o"), None)
        self.domain = Cgroup(self.path("thr"), None)
        self.threaded = []
        if self.random.random() < 0.4:
            self.threaded = [Cgroup(self.path("thr/a"), 2, True), Cgroup(self.path("thr/b"), None, True),
                             Cgroup(self.path("thr/c"), 3, True)]
        self.targets = [Cgroup(self.path("t"), 0), Cgroup(self.path("u"), 1), *self.threaded[::2]]
        self.cgroups = [self.outside, self.domain, *self.threaded, *self.targets[:2]]
        for cgroup in (self.outside, self.domain, *self.threaded):
            self.mkdir(cgroup)
        for cgroup in self.threaded:
            with open(cgroup.path + "/cgroup.type", "w", encoding="ascii") as f:
                f.write("threaded")
        for cgroup in self.targets[:2]:
            if self.before or self.random.random() < 0.3:
                self.mkdir(cgroup)

    def mkdir(self, cgroup):
        os.mkdir(cgroup.path)
        cgroup.there = True

    def rmdir(self, cgroup):
        for _ in range(1000):
            try:
                os.rmdir(cgroup.path)
                break
            except OSError:
                time.sleep(0.01)
        else:
            raise Wrong(f"{cgroup.path} cannot be removed")
        cgroup.there = False

    # --- actors

    def hear(self, number):
        sock = self.sockets[number][0]
        sock.settimeout(300)
        try:
            return struct.unpack("iii", sock.recv(64))
        except (socket.timeout, struct.error) as e:
            raise Wrong(f"actor {number} does not answer: {e}") from e

    def tell(self, number, op, a=0, b=0, path=""):
        self.sockets[number][0].send(struct.pack("iiii240s", op, a, b, 0, path.encode()))

    def order(self, actor, op, a=0, b=0, path="", may_fail=False):
        self.tell(actor.number, op, a, b, path)
        result, actor.pid, actor.tid = self.hear(actor.number)
        if result < 0 and not may_fail:
            raise Wrong(f"actor {actor.number}: order {op} failed")
        return result

    def adopt(self, actor, parent=None):
        ours = self.sockets[actor.number][0]
        if parent:  # who could not make it says so, and then nobody else does
            theirs = self.sockets[parent.number][0]
            poll = select.poll()  # there are more descriptors than select() takes
            poll.register(ours, select.POLLIN)
            poll.register(theirs, select.POLLIN)
            if [fd for fd, _ in poll.poll(300000)] == [theirs.fileno()]:
                result = struct.unpack("iii", theirs.recv(64, socket.MSG_PEEK))[0]
                if result < 0:
                    raise Wrong(f"actor {parent.number} cannot make actor {actor.number}: {os.strerror(-result)}")
        _, actor.pid, actor.tid = self.hear(actor.number)
        self.actors.append(actor)

    def new_number(self):
        self.next_actor += 1
        return self.next_actor - 1

    def start_root(self):
        number = self.new_number()
        helper = os.environ["SG_HELPERS"] + "/moving_actor"
        actions = [(os.POSIX_SPAWN_DUP2, ours[1].fileno(), FIRST_FD + i) for i, ours in enumerate(self.sockets)]
        self.roots.append(os.posix_spawn(helper, [helper, str(number)], os.environ, file_actions=actions))
        self.adopt(Actor(number, Process(Row()), Cgroup("", None)))

    def has_ended(self, actor):
        """It runs no more, though nobody may have waited for it."""
        try:
            with open(f"/proc/{actor.pid}/task/{actor.tid}/stat", encoding="ascii", errors="replace") as f:
                return f.read().rsplit(")", 1)[1].split()[0] in "ZX"
        except OSError:
            return True

    def await_end(self, actors):
        for actor in actors:
            for i in range(6000):
                if self.has_ended(actor):
                    break
                time.sleep(0 if i < 100 else 0.01)
            else:
                raise Wrong(f"actor {actor.number} does not end")

    def unblock(self, actor):
        """A child of vfork has exec'd or ended: its parent continues."""
        parent, actor.blocked_by = actor.blocked_by, None
        if parent and parent in self.actors:
            self.hear(parent.number)
            parent.blocked = None

    def forget(self, actors):
        for actor in actors:
            self.actors.remove(actor)
            actor.process.threads.remove(actor)
        for actor in actors:
            self.unblock(actor)

    def ready(self):
        return [a for a in self.actors if not getattr(a, "blocked", None)]

    # --- steps; each returns what it did, or None if there was nothing to do it with

    def mark(self, actor=None):
        actor = actor or self.random.choice(self.ready())
        if not self.marks:
            return None
        number, times = self.marks.pop(), self.random.randint(1, 3)
        self.order(actor, MARK, number, times)
        for target, stage in actor.counted() if self.running else []:
            self.expected.setdefault((target, number), [0, 0, 0])[stage] += times
        return f"actor {actor.number} makes call {number} {times} times, counted in {actor.counted()}"

    def places(self):
        return [c for c in self.cgroups if c.there and c.path]

    def step_move(self):
        actor, to = self.random.choice(self.ready()), self.random.choice(self.places())
        victim = actor if self.random.random() < 0.5 else self.random.choice(self.actors)
        if victim is actor:
            self.order(actor, MOVE, path=to.path + "/cgroup.procs")
        else:
            with open(to.path + "/cgroup.procs", "w", encoding="ascii") as f:
                f.write(str(victim.pid))
        process = victim.process
        process.row.enter(to.target)
        for thread in process.threads:
            thread.cgroup, thread.own = to, None
        return f"the process of actor {victim.number} goes to {to.path}{'' if victim is actor else ', moved by others'}"

    def step_move_thread(self):
        if not self.threaded:
            return None
        inside = [a for a in self.ready() if all(t.cgroup.path.startswith(self.domain.path) for t in a.process.threads)]
        if not inside:
            if self.random.random() < 0.5:
                return None
            actor, to = self.random.choice(self.ready()), self.domain
            self.order(actor, MOVE, path=to.path + "/cgroup.procs")
            actor.process.row.enter(to.target)
            for thread in actor.process.threads:
                thread.cgroup, thread.own = to, None
            return f"the process of actor {actor.number} goes to {to.path}"
        actor, to = self.random.choice(inside), self.random.choice([self.domain, *self.threaded])
        self.order(actor, MOVE, path=to.path + "/cgroup.threads")
        actor.cgroup = to
        if len(actor.process.threads) == 1:
            actor.process.row.enter(to.target)
            actor.own = None
        elif actor.own:
            actor.own.enter(to.target)
        elif to.target is not None and to.target != actor.process.row.target:
            actor.own = actor.process.row.copy()
            actor.own.enter(to.target)
        return f"the thread of actor {actor.number} goes to {to.path}"

    def child_of(self, actor, op, cgroup=None):
        number = self.new_number()
        self.tell(actor.number, op, number, path=cgroup.path if cgroup else "")
        if op == THREAD:
            child = Actor(number, actor.process, actor.cgroup, actor.own and actor.own.copy(), actor.filtered)
        else:
            child = Actor(number, Process(actor.row.copy()), cgroup or actor.cgroup, filtered=actor.filtered)
            child.process.row.enter(child.cgroup.target)
        self.adopt(child, actor)
        if op == VFORK:
            child.blocked_by, actor.blocked = actor, child
        else:
            result, actor.pid, actor.tid = self.hear(actor.number)
            if result < 0:
                raise Wrong(f"actor {actor.number}: order {op} failed")
        return child

    def step_start(self):
        if self.next_actor >= ACTORS:
            return None
        actor, op = self.random.choice(self.ready()), self.random.choice([FORK, VFORK, INTO, THREAD, THREAD])
        places = [c for c in self.places() if not c.threaded]
        cgroup = self.random.choice(places) if op == INTO else None
        child = self.child_of(actor, op, cgroup)
        what = {FORK: "forks", VFORK: "vforks", INTO: f"clones into {cgroup.path if cgroup else ''}", THREAD: "starts the thread"}
        return f"actor {actor.number} {what[op]}: {child.number}"

    def step_exec(self):
        actor = self.random.choice(self.ready())
        others = [t for t in actor.process.threads if t is not actor]
        if any(getattr(t, "blocked", None) for t in others):
            return None
        self.log.append(f"actor {actor.number} execs")
        self.tell(actor.number, EXEC)
        _, actor.pid, actor.tid = self.hear(actor.number)
        self.forget(others)
        actor.process.row, actor.own = actor.row, None
        actor.process.row.execs(actor.cgroup.target)
        self.unblock(actor)
        return None

    def step_filter(self):
        actor = self.random.choice(self.ready())
        all_threads = self.random.random() < 0.5 and not any(t.filtered for t in actor.process.threads)
        self.order(actor, FILTER, TSYNC if all_threads else 0)
        for thread in actor.process.threads if all_threads else [actor]:
            thread.filtered = True
        return f"actor {actor.number} loads a filter{' for all threads' if all_threads else ''}"

    def step_end(self):
        if len(self.ready()) < 3:
            return None
        actor = self.random.choice(self.ready())
        if len(actor.process.threads) > 1 and self.random.random() < 0.6:
            self.tell(actor.number, END)
            self.await_end([actor])
            self.forget([actor])
            return f"the thread of actor {actor.number} ends"
        threads = list(actor.process.threads)
        if len(self.ready()) - len(threads) < 1:
            return None
        if any(getattr(t, "blocked", None) for t in threads):
            return None
        if self.random.random() < 0.5:
            os.kill(actor.pid, signal.SIGKILL)
        else:
            self.tell(actor.number, EXIT)
        self.await_end(threads)
        self.forget(threads)
        return f"the process of actor {actor.number} ends"

    def step_mkdir(self):
        missing = [c for c in self.targets[:2] if not c.there]
        if missing and self.random.random() < 0.7:
            cgroup = self.random.choice(missing)
        else:
            parents = [c for c in self.places() if not c.threaded and c is not self.domain and c.path.count("/") < 14]
            parent = self.random.choice(parents)
            cgroup = Cgroup(f"{parent.path}/{self.random.choice('xyz')}", parent.target)
            if any(c.path == cgroup.path and c.there for c in self.cgroups):
                return None
            self.cgroups.append(cgroup)
            parent.children.append(cgroup)
        self.mkdir(cgroup)
        return f"{cgroup.path} is made"

    def step_rmdir(self):
        used = {a.cgroup for a in self.actors}
        free = [c for c in self.places() if c not in used and c not in self.targets and not c.threaded
                and c not in (self.outside, self.domain) and not any(k.there for k in c.children)]
        if not free:
            return None
        cgroup = self.random.choice(free)
        self.rmdir(cgroup)
        return f"{cgroup.path} is removed"

    # --- the whole

    def step(self):
        if not self.actors:
            self.start_root()
        choice = self.random.choices(
            (self.step_move, self.step_move_thread, self.step_start, self.step_exec, self.step_filter, self.step_end,
             self.step_mkdir, self.step_rmdir), (6, 3, 5, 3, 1, 1, 3, 1))[0]
        done = choice()
        if done:
            self.log.append(done)
        for actor in self.ready():
            if self.random.random() < 0.5:
                done = self.mark(actor)
                if done:
                    self.log.append("  " + done)

    running = said = False

    def prepare(self):
        """What is done before there is a recorder."""
        for _ in range(self.before):
            self.step()

    def begins(self):
        """The recorder looks at what is there."""
        if self.before:
            self.log.append("--- the recorder starts")
        self.running = True
        for process in {a.process for a in self.actors}:
            targets = {t.cgroup.target for t in process.threads}
            process.row = Row(targets.pop()) if len(targets) == 1 else Row()
            for thread in process.threads:
                here = thread.cgroup
                thread.own = Row(here.target) if here.threaded and here.target is not None else None

    def run(self, pause):
        for _ in range(self.steps):
            self.step()
            pause()
        for actor in self.ready():
            self.log.append("  " + (self.mark(actor) or "no call is left"))

    def clear(self):
        pids = {a.pid for a in self.actors}
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.await_end(self.actors)
        for cgroup in self.targets:
            if not cgroup.there:
                self.mkdir(cgroup)  # a recorder that waits for it is to be content
        for root in self.roots:
            try:
                os.waitpid(root, os.WNOHANG)
            except ChildProcessError:
                pass
        for cgroup in sorted((c for c in self.cgroups if c.there), key=lambda c: -len(c.path)):
            self.rmdir(cgroup)
        self.rmdir(Cgroup(self.base, None))
        for pair in self.sockets:
            for sock in pair:
                sock.close()


# --- a recorder for many sequences

class Recorder:
    def __init__(self, directory, targets):
        self.log_name = directory + ".log"
        args = [os.environ["SG"], "record", "--wait", "--slots", "2000", "--no-audit", "-o", directory + "/"]
        for target in targets:
            args += ["--cgroup", target]
        with open(self.log_name, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(args, stderr=log, stdin=subprocess.DEVNULL)
        self.stopped = False
        end = time.monotonic() + 120
        while self.begun() < len(targets):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Wrong(f"the recorder does not start: {self.text()[-2000:]}")
            time.sleep(0.02)

    def text(self):
        with open(self.log_name, encoding="utf-8") as f:
            return f.read()

    def begun(self):
        return sum(line.startswith(("seccomp-gen: recording cgroup", "seccomp-gen: waiting for"))
                   for line in self.text().splitlines())

    def toggle(self):
        self.process.send_signal(signal.SIGCONT if self.stopped else signal.SIGSTOP)
        self.stopped = not self.stopped

    def end(self):
        if self.stopped:
            self.toggle()
        time.sleep(0.3)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=300)
        if "appeared while no slot was free" in self.text():
            raise Crowded()
        if status != 0:
            raise Wrong(f"the recorder ends with {status}: {self.text()[-2000:]}")


def read_recordings(directory):
    """Counts by cgroup's path and call, and losses by cgroup's path."""
    counts, losses = {}, {}
    for name in os.listdir(directory) if os.path.isdir(directory) else []:
        with open(f"{directory}/{name}", encoding="utf-8") as f:
            recording = json.load(f)
        for run in recording["runs"]:
            path = run["target"]["cgroup"]
            for loss, n in run["loss"].items():
                losses.setdefault(path, {}).setdefault(loss, 0)
                losses[path][loss] += n
            for entry in run["entries"]:
                have = counts.setdefault((path, entry.get("name")), [0, 0, 0])
                for i, stage in enumerate(STAGES):
                    have[i] += entry.get("count", {}).get(stage, 0)
    return counts, losses


def check(sequence, mount, marks, counts, losses):
    wrong = []
    for number, target in enumerate(sequence.targets):
        path = target.path[len(mount):]
        if any(losses.get(path, {}).get(loss) for loss in SAID):
            sequence.said = True
            continue
        for mark, name in enumerate(marks):
            want = sequence.expected.get((number, mark), [0, 0, 0])
            have = counts.get((path, name), [0, 0, 0])
            if want != have:
                wrong.append(f"{path}: call {mark} ({name}): (setup, floor, app) is {have}, not {want}")
        lost = {k: n for k, n in losses.get(path, {}).items() if n and k not in ("setup_unfinished", "denials_unwatched")}
        if lost:
            wrong.append(f"{path}: losses {lost}")
    return wrong


def run_batch(directory, numbers, seed, marks, mount, verbose):
    pauses = random.Random(f"{seed}:{numbers[0]}:pauses")
    base = f"{mount}/sg-moves-{os.getpid()}"
    sequences = [Sequence(f"{base}-{n}", seed, n, marks) for n in numbers]
    recorder = None
    try:
        for sequence in sequences:
            sequence.prepare()
        recorder = Recorder(directory, [t.path for s in sequences for t in s.targets])

        def pause():
            if pauses.random() < 0.06:
                recorder.toggle()

        for sequence in sequences:
            sequence.begins()
            try:
                sequence.run(pause)
            except Wrong:
                print(f"in sequence {sequence.number} of seed {seed}:\n" + "\n".join(sequence.log))
                raise
        for sequence in sequences:
            sequence.clear()
        recorder.end()
    except BaseException:
        if recorder and recorder.process.poll() is None:
            recorder.process.kill()
        for sequence in sequences:
            try:
                sequence.clear()
            except (OSError, Wrong):
                pass
        raise
    counts, losses = read_recordings(directory)
    failed = 0
    for sequence in sequences:
        wrong = check(sequence, mount, marks, counts, losses)
        if wrong or verbose:
            print(f"sequence {sequence.number} of seed {seed}:\n" + "\n".join(sequence.log))
        if wrong:
            failed += 1
            print("WRONG:\n" + "\n".join(wrong), flush=True)
    return failed, sum(s.said for s in sequences), sum(len(s.log) for s in sequences), sum(map(sum, (v for s in sequences for v in s.expected.values())))


def main():
    directory, n, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    os.makedirs(directory, exist_ok=True)
    with open("/proc/self/mounts", encoding="utf-8") as f:
        mount = next(line.split()[1] for line in f if line.split()[2] == "cgroup2")
    marks = subprocess.check_output([os.environ["SG_HELPERS"] + "/moving_actor", "names"], text=True).split()
    numbers = [int(sys.argv[4])] if len(sys.argv) > 4 else list(range(n))
    failed = said = steps = calls = 0
    for i in range(0, len(numbers), BATCH):
        for again in range(20):
            try:
                got = run_batch(f"{directory}/{i}.{again}", numbers[i:i + BATCH], seed, marks, mount, len(sys.argv) > 4)
                break
            except Crowded:
                time.sleep(5)
        else:
            raise Wrong("there was never a slot for the targets")
        failed, said, steps, calls = (a + b for a, b in zip((failed, said, steps, calls), got))
        if failed > 3:
            break
    print(f"{len(numbers)} sequences, {steps} steps, {calls} calls to be counted: "
          f"{failed} wrong, {said} with something in the ledger (seed {seed})")
    if said > len(numbers) / 100 + 2:
        raise Wrong("the ledger is used too often")
    sys.exit(failed != 0)


if __name__ == "__main__":
    try:
        main()
    except Wrong as e:
        sys.exit(f"moves_model: {e} (seed {sys.argv[3]})")
