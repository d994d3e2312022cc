# SPDX-License-Identifier: Apache-2.0
"""What needs no kernel: merge, emit, import; check, diff, convert; verdicts of filters."""
import copy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from .common import SOURCE, spread


def large_profiles(tmp):
    """Profiles that allow the same 400 calls: in a single entry, with an entry a call backwards, for x86_64 alone."""
    with open(f"{SOURCE}/profiles/default/docker@26.1.json", encoding="utf-8") as f:
        docker = json.load(f)
    names = sorted({name for entry in docker["syscalls"] for name in entry["names"]})[:400]
    if len(names) != 400:
        sys.exit(f"bench: only {len(names)} names in docker.json")
    conditional = [e for e in docker["syscalls"] if e.get("args") and "includes" not in e]
    paths = []
    for entries in ([{"names": names, "action": "SCMP_ACT_ALLOW"}],
                    [{"names": [name], "action": "SCMP_ACT_ALLOW"} for name in reversed(names)]):
        paths.append(f"{tmp}/profile-of-{len(entries)}.json")
        with open(paths[-1], "w", encoding="utf-8") as f:
            json.dump({"defaultAction": "SCMP_ACT_ERRNO", "archMap": docker["archMap"],
                       "syscalls": entries + conditional}, f, indent=1)
    paths.append(f"{tmp}/profile-of-x86_64.json")
    with open(paths[-1], "w", encoding="utf-8") as f:
        json.dump({"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
                   "syscalls": [{"names": names, "action": "SCMP_ACT_ALLOW"}] + conditional}, f, indent=1)
    return paths


def recordings(args, tmp, n):
    """@n recordings of one workload, which are not the same: names, arguments and counts differ a little."""
    work = "import json, socket, subprocess; socket.socket(); subprocess.run(['ls', '/'], stdout=subprocess.DEVNULL)"
    subprocess.run([args.program, "record", "-q", "--args", "all", "-o", f"{tmp}/one.json", "--", sys.executable, "-c", work],
                   check=True)
    with open(f"{tmp}/one.json", encoding="utf-8") as f:
        model = json.load(f)
    chance = random.Random(1)
    files = []
    for i in range(n):
        recording = copy.deepcopy(model)
        run = recording["runs"][0]
        run["id"] = f"bench-{i}"
        run["entries"] = [e for e in run["entries"] if chance.random() > 0.05]
        for entry in run["entries"]:
            if "args" not in entry:
                entry["count"] = {stage: 1 + chance.randrange(2 * count) for stage, count in entry["count"].items() if count}
        files.append(f"{tmp}/{i}.json")
        with open(files[-1], "w", encoding="utf-8") as f:
            json.dump(recording, f, indent=1)
    return files


def offline(args):
    """What needs no kernel: merging and emitting recordings; judging, comparing and converting profiles; CPU and wall time"""
    rows = {}
    with tempfile.TemporaryDirectory() as tmp:
        files = recordings(args, tmp, 1000)
        kib = sum(map(os.path.getsize, files)) / 1024
        one, many, alone = large_profiles(tmp)
        print(f"{'':<44} {'CPU ms':>8} {'p10':>8} {'p90':>8} {'wall ms':>8}")
        for name, cmd in {
                "merge of 1,000 recordings": [args.program, "merge", "-q", *files, "-o", f"{tmp}/all.json"],
                "emit of one recording": [args.program, "emit", "-q", "--runtime", "none", "--args", "all", files[0]],
                "emit of the 1,000 merged": [args.program, "emit", "-q", "--runtime", "none", "--args", "all", f"{tmp}/all.json"],
                "check of 400 names": [args.program, "check", "-q", alone],
                "check of 400, 3 arches": [args.program, "check", "-q", one],
                "diff of 400 names, equal": [args.program, "diff", "-q", one, many],
                "diff of 400 names, docker": [args.program, "diff", "-q", "docker", many],
                "convert of 400 names to crd": [args.program, "convert", "-q", "-f", "crd", one],
        }.items():
            cpu, wall = [], []
            for _ in range(args.rounds):
                t = time.monotonic()
                cpu.append(cpu_seconds(cmd, (0, 3)) * 1e3)  # 3 is the answer "no" of check and diff
                wall.append((time.monotonic() - t) * 1e3)
            rows[name] = {"cpu_ms": spread(cpu), "wall_ms": spread(wall)}
            c = rows[name]["cpu_ms"]
            what = f"{name} ({kib / 1024:.0f} MiB)" if "1,000 rec" in name else name
            print(f"{what:<44} {c['median']:>8.1f} {c['p10']:>8.1f} {c['p90']:>8.1f} {rows[name]['wall_ms']['median']:>8.1f}")
    return rows


def verdicts(args):
    """Verdicts a second on one core, by Docker's default profile as each runtime compiles it."""
    out = subprocess.run([f"{args.build}/bench_filter", f"{SOURCE}/profiles/default/docker@26.1.json", str(args.rounds * 4 + 1)],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    print(out, end="")
    fields = ["instructions", "executed", "interpreter_per_us", "memo_per_us", "compile_ms"]
    return {line.split()[0]: dict(zip(fields, map(float, line.split()[1:]))) for line in out.splitlines()[2:]}


def cpu_seconds(argv, good=(0,)):
    """Of a command that reads nothing and whose output goes nowhere."""
    null = subprocess.DEVNULL
    proc = subprocess.Popen(argv, stdin=null, stdout=null, stderr=null)
    _, status, usage = os.wait4(proc.pid, 0)
    proc.returncode = os.waitstatus_to_exitcode(status)
    if proc.returncode not in good:
        sys.exit(f"bench: {' '.join(argv[:4])} … failed with {proc.returncode}")
    return usage.ru_utime + usage.ru_stime


def peak_kib(argv, make):
    """The command's peak memory when it has read all that make(pipe) writes. (wait4 would tell ours.)"""
    read_end, write_end = os.pipe()
    proc = subprocess.Popen(argv, stdin=read_end, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(read_end)
    make(write_end).wait()
    time.sleep(0.5)  # what is left in the pipe; it waits for more, since our end is open
    with open(f"/proc/{proc.pid}/status", encoding="ascii") as f:
        kib = int(re.search(r"^VmHWM:\s+(\d+)", f.read(), re.MULTILINE)[1])
    os.close(write_end)
    if proc.wait() != 0:
        sys.exit(f"bench: {argv[0]} failed with {proc.returncode}")
    return kib


def make_log(args, percent, size, out):
    """A log of that size, of whose events so many in a hundred are records 1326."""
    return subprocess.Popen([f"{args.build}/bench_audit", "make", str(percent), str(size)], stdout=out)


def audit(args):
    """audit.log through import and through `ausearch -m SECCOMP`, on one file; memory from 1 MB to 2 GB"""
    if not shutil.which("ausearch"):
        sys.exit("bench: audit needs ausearch (apt-get install auditd)")
    rows = {}
    size = 200_000_000
    importer = [args.program, "import", "-q", "-o", "-"]
    with tempfile.TemporaryDirectory() as tmp:
        for percent in 100, 10:
            path = f"{tmp}/audit.log"
            with open(path, "wb") as f:
                make_log(args, percent, size, f).wait()
            ours, theirs, ratios = [], [], []
            for _ in range(max(1, args.rounds // 3)):
                ours.append(cpu_seconds([*importer, path]))
                theirs.append(cpu_seconds(["ausearch", "-if", path, "-m", "SECCOMP"]))
                ours.append(cpu_seconds([*importer, path]))
                ratios += [theirs[-1] / ours[-2], theirs[-1] / ours[-1]]
            row = {"import_mb_per_s": spread([size / 1e6 / s for s in ours]),
                   "ausearch_mb_per_s": spread([size / 1e6 / s for s in theirs]), "ratio": spread(ratios)}
            rows[f"{percent} % of events are SECCOMP"] = row
            print(f"{percent:>3} % SECCOMP  import {row['import_mb_per_s']['median']:.0f} MB/s"
                  f"  ausearch {row['ausearch_mb_per_s']['median']:.1f} MB/s"
                  f"  ratio {row['ratio']['median']:.0f} ({row['ratio']['p10']:.0f} to {row['ratio']['p90']:.0f})")
    rows["resident_kib"] = {}
    for size in 1_000_000, 100_000_000, 2_000_000_000:
        rows["resident_kib"][size] = peak_kib([*importer, "-"], lambda pipe, n=size: make_log(args, 100, n, pipe))
        print(f"{size // 1_000_000:>5} MB through a pipe: resident {rows['resident_kib'][size]} KiB")
    return rows
