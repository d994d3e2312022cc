# SPDX-License-Identifier: Apache-2.0
"""What all sections need: cgroups, loops, tracers alongside them, and what is left of many measurements."""
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def cgroup2_mount():
    with open("/proc/self/mounts", encoding="utf-8") as f:
        for line in f:
            fields = line.split()
            if fields[2] == "cgroup2":
                return fields[1]
    sys.exit("bench: no cgroup2 is mounted")


class Cgroup:
    """A cgroup of this run's own."""

    def __init__(self, name):
        self.dir = f"{cgroup2_mount()}/sg-bench-{os.getpid()}-{name}"
        os.mkdir(self.dir)

    def enter(self):
        with open(f"{self.dir}/cgroup.procs", "w", encoding="ascii") as f:
            f.write(f"{os.getpid()}\n")

    def remove(self):
        for _ in range(250):
            try:
                os.rmdir(self.dir)
                return
            except OSError:
                time.sleep(0.02)


def spread(values):
    v = sorted(values)
    return {"median": statistics.median(v), "p10": v[len(v) // 10], "p90": v[min(len(v) - 1, len(v) * 9 // 10)], "n": len(v)}


def ratios(of, to):
    """Neighbours by each other, so that what drifts drops out."""
    return spread([a / b for a, b in zip(of, to)])


def text(s, digits=3):
    return f"{s['median']:.{digits}f} ({s['p10']:.{digits}f} to {s['p90']:.{digits}f})"


def loop(args, cgroup=None, calls=200000, rounds=3, prefix=(), cpus=None, cputime=False, call="getppid"):
    """Median nanoseconds a call of the loop, run in @cgroup after the words of @prefix; and how many calls it made."""
    cmd = [*prefix, f"{args.build}/syscall_loop", call, str(calls), str(rounds),
           cpus or ("1" if os.cpu_count() > 1 else "0"), *(["cputime"] if cputime else [])]
    out = subprocess.run(cmd, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                         preexec_fn=cgroup.enter if cgroup else None).stdout.splitlines()
    return statistics.median(float(x) for x in out[:-1]), int(out[-1].split()[1])


class Background:
    """A tracer that runs alongside the loop; ready when @ready appears on its output."""

    def __init__(self, cmd, ready=None, timeout=60, **kw):
        self.log = tempfile.TemporaryFile("w+")
        self.proc = subprocess.Popen(cmd, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, **kw)
        end = time.time() + timeout
        while ready:
            self.log.seek(0)
            said = self.log.read()
            if re.search(ready, said):
                break
            if self.proc.poll() is not None or time.time() > end:
                self.stop()
                raise RuntimeError(f"{cmd[0]} did not start: {said.strip()[-200:]}")
            time.sleep(0.005)

    def stop(self):
        """Asks it to end; what it said."""
        if self.proc.poll() is None:
            self.proc.send_signal(signal.SIGINT)
            try:
                self.proc.wait(60)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        self.log.seek(0)
        return self.log.read()


def recorder(args, *cgroups, output="/dev/null", options=()):
    """The recorder, attached to all of @cgroups."""
    targets = [word for c in cgroups for word in ("--cgroup", c.dir)]
    last = re.escape(os.path.basename(cgroups[-1].dir))
    return Background([args.program, "record", *targets, *options, "-o", output], f"recording cgroup .*{last} ")


def recorded(args, path, call):
    """How often the recording says that the call was made, and what it lost of calls (the audit trail is everybody's)."""
    out = subprocess.run([args.program, "show", "--json", path], check=True, stdout=subprocess.PIPE, text=True).stdout
    shown = json.loads(out)
    return (sum(c["count"] for c in shown["syscalls"] if c["name"] == call), {k: v for k, v in shown["loss"].items() if v and not k.startswith("audit_")})


def check_exact(args, path, call, made):
    """A benchmark of a recorder that loses calls is of no use."""
    count, lost = recorded(args, path, call)
    if count != made or lost:
        sys.exit(f"bench: {made} calls of {call} were made, {count} recorded, lost: {lost or 'nothing'}")


def others_attached():
    """Programs that somebody else has on system calls: their cost would be in every figure."""
    if not shutil.which("bpftool"):
        return []
    out = subprocess.run(["bpftool", "-j", "link"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    try:
        links = json.loads(out)
    except ValueError:
        return []
    return [link["tp_name"] for link in links if link.get("tp_name") in ("sys_enter", "sys_exit")]
