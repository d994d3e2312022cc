# SPDX-License-Identifier: Apache-2.0
"""What a call costs: recorded or not, with arguments watched or not, under a profile, on one CPU and on several."""
import os
import re
import subprocess
import sys
import tempfile

from .common import Cgroup, check_exact, loop, ratios, recorder, spread, text


# A target whose processes have no filter: the recorder does not watch denied calls then (docs/kernel-half.md). The
# cgroups here are empty when it starts, so the cache has to learn of them.
UNFILTERED = ["--denials", "never"]


def run(cmd):
    """In a cgroup of its own: nobody else's calls are among those counted."""
    cg = Cgroup("run")
    try:
        out = subprocess.run(cmd, check=True, stdout=subprocess.PIPE, text=True, preexec_fn=cg.enter).stdout
    finally:
        cg.remove()
    print(out, end="")
    return out.splitlines()


def percall(args):
    """Cost a call, to the nanosecond: programs attached in turn within one process; thread CPU time"""
    return in_turn(args, "percall", ("recorder", "empty"), args.rounds * 4 + 1)


def many(args):
    """The same, with N recorded cgroups: cost a call of one among them by that of one alone; thread CPU time"""
    return {str(n): in_turn(args, "percall", ("recorder", "empty"), args.rounds * 4 + 1, 50000, n) for n in (10, 100, 1000, 4000)}


def designs(args):
    """Other ways to count and the recorder's, in turn within one process; thread CPU time"""
    return in_turn(args, "designs", ("recorder", "empty", "designs"), args.rounds * 2 + 1)


def in_turn(args, program, objects, *numbers):
    rows = {}
    if len(numbers) > 1:
        print(f"-- {numbers[-1]}")
    for line in run([f"{args.build}/bench_{program}", *(f"{args.build}/generated/{o}.bpf.o" for o in objects),
                     *map(str, numbers)])[1:]:
        *name, median, p10, p90, ratio, ratio_p10, ratio_p90 = line.split()
        rows[" ".join(name)] = {
            "ns": {"median": float(median), "p10": float(p10), "p90": float(p90)},
            "ratio": {"median": float(ratio), "p10": float(ratio_p10), "p90": float(ratio_p90)}}
    return rows


def arguments(args):
    """Cost of watching arguments: the same calls with and without rows, in turn within one process; thread CPU time"""
    rows = {}
    for line in run([f"{args.build}/bench_args", str(args.rounds * 4 + 1)])[1:]:
        m = re.match(r"(.+?)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)$", line)
        rows[m[1]] = {"bare_ns": float(m[2]), "no_args_ns": float(m[3]), "args_ns": float(m[4]),
                      "ratio": {"median": float(m[5]), "p10": float(m[6]), "p90": float(m[7])}}
    return rows


def enforce(args):
    """Cost a call of a loaded profile: names alone, and with conditions on arguments, of one recorded workload"""
    with tempfile.TemporaryDirectory() as tmp:
        work = "import json, socket, subprocess; socket.socket(); subprocess.run(['ls', '/'], stdout=subprocess.DEVNULL)"
        for n in 1, 2:  # the second run settles the first
            subprocess.run([args.program, "record", "-q", "--args", "all", "-o", f"{tmp}/{n}.rec", "--", sys.executable,
                            "-c", work], check=True)
        paths = []
        for word in "none", "security", "all":
            paths.append(f"{tmp}/args-{word}.json")
            subprocess.run([args.program, "emit", "-q", "--args", word, "--runtime", "runc", "-o", paths[-1], f"{tmp}/1.rec",
                            f"{tmp}/2.rec"], check=True)
        lines = run([f"{args.build}/bench_enforce", str(args.rounds * 2 + 1), *paths])
    rows = {}
    for line in lines[1:]:
        profile, runtime, insns, call, ns, p10, p90, ratio, ratio_p10, ratio_p90 = line.split()
        row = rows.setdefault(f"{profile.removesuffix('.json')} {runtime}", {"insns": int(insns)})
        row[call] = {"ns": {"median": float(ns), "p10": float(p10), "p90": float(p90)},
                     "ratio": {"median": float(ratio), "p10": float(ratio_p10), "p90": float(ratio_p90)}}
    return rows


def threads(args):
    """Threads on one CPU and on all: a call recorded without arguments by unrecorded, and with by without; thread CPU time"""
    cpus = sorted(os.sched_getaffinity(0))
    all_of_them = f"{len(cpus)} CPUs"
    placed = {"1 thread": cpus[-1:], f"{len(cpus)} threads on {all_of_them}": cpus,
              f"{4 * len(cpus)} threads on {all_of_them}": cpus * 4, "8 threads on 1 CPU": cpus[-1:] * 8}
    rows = {}
    cg = Cgroup("threads")
    try:
        with tempfile.TemporaryDirectory() as tmp:
            print(f"{'threads':<20} {'call':<8} {'bare ns':>8} {'no args':>8} {'args':>8}  {'no args by bare':<26} args by no args")
            for name, where in placed.items():
                for call in "getppid", "ioctl":
                    ns = {"bare": [], "none": [], "security": []}
                    how = {"calls": 400000 // len(where), "cpus": ",".join(map(str, where)), "cputime": True, "call": call}
                    for _ in range(args.rounds):
                        ns["bare"].append(loop(args, cg, **how)[0])
                        for word in "none", "security":
                            tracer = recorder(args, cg, output=f"{tmp}/recording", options=["--args", word, *UNFILTERED])
                            took, made = loop(args, cg, **how)
                            ns[word].append(took)
                            tracer.stop()
                            check_exact(args, f"{tmp}/recording", call, made)
                    row = {**{f"{word}_ns": spread(values) for word, values in ns.items()},
                           "no_args_by_bare": ratios(ns["none"], ns["bare"]),
                           "args_by_no_args": ratios(ns["security"], ns["none"])}
                    rows[f"{name}, {call}"] = row
                    print(f"{name:<20} {call:<8} {row['bare_ns']['median']:>8.1f} {row['none_ns']['median']:>8.1f}"
                          f" {row['security_ns']['median']:>8.1f}  {text(row['no_args_by_bare'], 2):<26}"
                          f" {text(row['args_by_no_args'], 2)}")
    finally:
        cg.remove()
    return rows


def denials(args):
    """Watching denied calls, as is done for processes with a filter: recorded by unrecorded; thread CPU time"""
    rows = {}
    cg, other = Cgroup("denials"), Cgroup("bystander")
    try:
        print(f"{'':<12} {'denials':<8} {'unrecorded ns':>14} {'recorded ns':>12}  ratio")
        for name, where in ("target", cg), ("bystander", other):
            for when in "never", "always":
                plain, under = [], []
                for _ in range(args.rounds):
                    plain.append(loop(args, where, cputime=True)[0])
                    tracer = recorder(args, cg, options=["--denials", when])
                    under.append(loop(args, where, cputime=True)[0])
                    tracer.stop()
                row = rows[f"{name}, {when}"] = {"unrecorded_ns": spread(plain), "recorded_ns": spread(under),
                                                 "ratio": ratios(under, plain)}
                print(f"{name:<12} {when:<8} {row['unrecorded_ns']['median']:>14.1f} {row['recorded_ns']['median']:>12.1f}"
                      f"  {text(row['ratio'], 2)}")
    finally:
        cg.remove()
        other.remove()
    return rows
