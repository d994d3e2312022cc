# SPDX-License-Identifier: Apache-2.0
"""What was promised, and whether this run met it."""

# section, keys to the figure, most or least, the limit, in words
GOALS = [
    ("percall", ("target", "ratio", "median"), "most", 1.10, "a recorded call, by one under an empty tp_btf program"),
    ("args", ("getppid", "ratio", "median"), "most", 1.02, "a call without watched arguments (getppid), by recording without arguments"),
    ("args", ("getpgid", "ratio", "median"), "most", 1.02, "a call without watched arguments (getpgid), by recording without arguments"),
    *(("args", (call, "ratio", "median"), "most", 1.5, f"{call}: watched arguments, by recording without arguments")
      for call in ("personality (1)", "ioctl (1)", "setsockopt (2)", "socket (3)", "mprotect (1)")),
    ("nginx", ("seccomp-gen", "ratio", "median"), "least", 0.98, "nginx: recorded by unrecorded throughput"),
    ("redis", ("seccomp-gen", "ratio", "median"), "least", 0.98, "redis: recorded by unrecorded throughput"),
    ("many", ("4000", "many by target", "ratio", "median"), "most", 1.05, "a call with 4,000 recorded cgroups, by one with one"),
    ("offline", ("merge of 1,000 recordings", "wall_ms", "median"), "most", 1000, "merge of 1,000 recordings, ms"),
    *(("offline", (name, "wall_ms", "median"), "most", 20, f"{name}, ms")
      for name in ("check of 400 names", "diff of 400 names, equal", "diff of 400 names, docker")),
    *(("verdicts", (runtime, "memo_per_us"), "least", 10, f"verdicts by {runtime}'s filter, million a second")
      for runtime in ("plain", "runc", "crun")),
]


def judge(results):
    """Prints and returns what can be judged of the sections that ran."""
    rows = []
    for section, keys, kind, limit, words in GOALS:
        value = results.get(section)
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if value is None:
            continue
        met = value <= limit if kind == "most" else value >= limit
        rows.append({"goal": words, "limit": f"at {kind} {limit}", "measured": value, "met": met})
    if rows:
        print("== goals")
    for row in rows:
        print(f"{'met   ' if row['met'] else 'MISSED'} {row['measured']:>8.3f}  {row['limit']:<14} {row['goal']}")
    return rows
