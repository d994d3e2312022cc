# SPDX-License-Identifier: Apache-2.0
"""With many tracked cgroups: cost a call, start, end, memory."""
import os
import re
import tempfile
import time

from .common import Background, Cgroup, check_exact, loop, ratios, recorder, spread, text


def kernel_kib(pid):
    """What maps and programs of the process take in the kernel, by its descriptors."""
    seen = {}
    for fd in os.listdir(f"/proc/{pid}/fdinfo"):
        try:
            with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as f:
                info = dict(line.split(":", 1) for line in f.read().splitlines() if ":" in line)
        except OSError:
            continue
        for key in "map_id", "prog_id":
            if key in info and "memlock" in info:
                seen[key, info[key].strip()] = int(info["memlock"])
    return sum(seen.values()) / 1024


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])


def measure(args, tracer, cgroup, find, calls, name):
    """The loop in the cgroup; then the recorder ends. What @find says is the recording has to be exact."""
    ns, made = loop(args, cgroup, calls=calls, cputime=True)
    memory = resident_kib(tracer.proc.pid) / 1024, kernel_kib(tracer.proc.pid) / 1024
    t = time.monotonic()
    tracer.stop()
    stop = (time.monotonic() - t) * 1e3
    check_exact(args, find(name), "getppid", made)
    return ns, stop, memory


# As of processes without a filter; see kernel.py.
UNFILTERED = ["--denials", "never"]


def among(args, n):
    """Each of @n cgroups that appear is recorded, with the loop in the last of them."""
    cgroups = []
    with tempfile.TemporaryDirectory() as tmp:
        t = time.monotonic()
        tracer = Background([args.program, "record", "--all", "--slots", str(n + 32), *UNFILTERED, "-o", tmp],
                            "recording each cgroup")
        start = (time.monotonic() - t) * 1e3
        try:
            for i in range(n):
                cgroups.append(Cgroup(f"among-{i}-end"))
            ns, stop, memory = measure(args, tracer, cgroups[-1], lambda name: next(
                f"{tmp}/{f}" for f in os.listdir(tmp) if name in f), 200000, f"-among-{n - 1}-end")
        finally:
            tracer.stop()
            for cg in cgroups:
                cg.remove()
    return ns, start, stop, *memory


def scaling(args):
    """A target among N recorded cgroups (record --all), by one alone, in alternation: cost a call, start, end, memory"""
    rows = {}
    alone = []
    print(f"{'recorded':>8} {'ns a call':>10} {'by one':<24} {'start ms':>9} {'stop ms':>8} {'resident MiB':>13} {'kernel MiB':>11}")
    for n in 10, 100, 1000, 4000:
        one, many = [], []
        for i in range(args.rounds):
            for count in (1, n) if i % 2 else (n, 1):
                (one if count == 1 else many).append(among(args, count))
        alone += one
        rows[str(n)] = {"ratio": ratios([m[0] for m in many], [o[0] for o in one]), **in_columns(many)}
    rows = {"1": {"ratio": {"median": 1.0, "p10": 1.0, "p90": 1.0}, **in_columns(alone)}, **rows}
    for n, row in rows.items():
        print(f"{n:>8} {row['ns']['median']:>10.1f} {text(row['ratio']):<24} {row['start_ms']['median']:>9.0f}"
              f" {row['stop_ms']['median']:>8.0f} {row['resident_mib']['median']:>13.1f} {row['kernel_mib']['median']:>11.1f}")
    return rows


def in_columns(measured):
    names = "ns", "start_ms", "stop_ms", "resident_mib", "kernel_mib"
    return {name: spread([m[i] for m in measured]) for i, name in enumerate(names)}


def startup(args):
    """From exec to attached, from SIGINT to the end, and memory, for one target"""
    measured = []
    cg = Cgroup("startup")
    try:
        with tempfile.TemporaryDirectory() as tmp:
            for _ in range(args.rounds * 2 + 1):
                t = time.monotonic()
                tracer = recorder(args, cg, output=f"{tmp}/recording", options=UNFILTERED)
                start = (time.monotonic() - t) * 1e3
                ns, stop, memory = measure(args, tracer, cg, lambda _: f"{tmp}/recording", 2000, "")
                measured.append((ns, start, stop, *memory))
    finally:
        cg.remove()
    rows = in_columns(measured)
    del rows["ns"]
    for name, s in rows.items():
        print(f"{name:<14} {text(s, 1)}")
    return rows
