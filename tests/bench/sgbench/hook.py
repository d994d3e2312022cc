# SPDX-License-Identifier: Apache-2.0
"""Compared with oci-seccomp-bpf-hook, which compiles its program from kernel headers: in an emulated machine with Debian's 6.1."""
import os
import subprocess
import sys

from .common import SOURCE, ratios, spread, text

VARIANTS = {
    "nothing": "nothing attached",
    "empty": "an empty tp_btf program",
    "recorder-target": "seccomp-gen, the target",
    "recorder-bystander": "seccomp-gen, a bystander",
    "hook-first": "the hook, first process",
    "hook-another": "the hook, another process",
    "hook-bystander": "the hook, a bystander",
}
# A nanosecond of the machine's clocks is an instruction then, and the clock stands while it has nothing to do.
COUNT_INSTRUCTIONS = ["-icount", "shift=0,sleep=off"]


def machine(args, starts, rounds, options=()):
    """What was measured there, by its name; None when there is no such machine."""
    cmd = [f"{SOURCE}/scripts/vm/bench-hook", args.build, str(starts), str(rounds), "20000", *options]
    ran = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if ran.returncode == 77:
        print(f"hook: skipped: {ran.stderr.strip()}", file=sys.stderr)
        return None
    if ran.returncode:
        sys.exit(f"bench: hook: {ran.stderr.strip()}")
    samples = {}
    for line in ran.stdout.splitlines():
        word, *rest = line.split()
        if word in ("call", "attach"):
            samples.setdefault(f"{word} {rest[0]}", []).append(float(rest[1]))
    return samples


def compare(samples, unit):
    """A table; what is compared are neighbours in a round."""
    print(f"{'':<26} {unit + ' a call':>19}  {'by unrecorded':<22} {'by an empty program':<22} times what seccomp-gen adds")
    rows = {}
    added = {key: spread([v - n for v, n in zip(samples[f"call {key}"], samples["call nothing"])]) for key in VARIANTS}
    for key, name in VARIANTS.items():
        values = samples[f"call {key}"]
        rows[name] = row = {unit: spread(values), "by_unrecorded": ratios(values, samples["call nothing"]),
                            "by_empty": ratios(values, samples["call empty"]), "added": added[key],
                            "added_by_ours": added[key]["median"] / added["recorder-target"]["median"]}
        print(f"{name:<26} {row[unit]['median']:>19.0f}  {text(row['by_unrecorded'], 2):<22} {text(row['by_empty'], 2):<22} "
              f"{row['added_by_ours']:.1f}")
    return rows


def attach(samples, said):
    """From the start of each until it is attached; @said: of what clock."""
    ours, theirs = samples["attach recorder"], samples["attach hook"]
    row = {"seccomp-gen_ms": spread(ours), "hook_ms": spread(theirs), "ratio": ratios(theirs, ours)}
    print(f"from start to attached, {said}: seccomp-gen {text(row['seccomp-gen_ms'], 0)}, "
          f"the hook {text(row['hook_ms'], 0)}; ratio {text(row['ratio'], 1)}")
    return row


def hook(args):
    """Cost a call and time to attach of seccomp-gen and oci-seccomp-bpf-hook, in an emulated machine with Debian's 6.1"""
    rows = {}
    if os.environ.get("SG_VM_ACCEL", "tcg").startswith("tcg"):
        counted = machine(args, 1, 9, COUNT_INSTRUCTIONS)
        if not counted:
            return {}
        rows["instructions"] = compare(counted, "instructions")
        itself = ratios(counted["call hook-itself"], counted["call hook-first"])
        print(f"a call under the hook itself, by one under its program attached here: {text(itself)}")
        rows["instructions"]["attach"] = attach(counted, "million instructions and ms of waiting")
        rows["hook_itself_by_reattached"] = itself
    timed = machine(args, 3, args.rounds * 2 + 1)
    if timed:
        rows["time"] = compare(timed, "ns")
        rows["time"]["attach"] = attach(timed, "ms")
    return rows
