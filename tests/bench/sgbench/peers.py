# SPDX-License-Identifier: Apache-2.0
"""Compared with what else could be used: a loop of calls, and real servers, under each recorder that is installed."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from .common import Background, Cgroup, check_exact, loop, ratios, recorded, recorder, spread, text

BPFTRACE = ["bpftrace", "-e", "tracepoint:raw_syscalls:sys_enter { @[cgroup, args->id] = count(); }"]
PERF = ["perf", "trace", "-s", "-a", "-o", "/dev/null", "sleep", "1000"]
EMPTY = "an empty tp_btf program"  # what any recorder on this hook costs


def syscount(cg):
    path = next((p for p in ("syscount", "/usr/sbin/syscount", "/usr/lib/libbpf-tools/syscount") if shutil.which(p)), None)
    return [path or "syscount", "-c", cg.dir, "-d", "1000"]


def system_wide(args, cg):
    """name: (command, what it prints when it is attached, seconds to wait for one that says nothing)"""
    rows = {EMPTY: ([f"{args.build}/attach", f"{args.build}/generated/empty.bpf.o"], "attached", 0),
            "bpftrace": (BPFTRACE, "Attaching", 1), "perf trace -s": (PERF, None, 1.5), "syscount": (syscount(cg), None, 1.5)}
    for name, (cmd, _, _) in list(rows.items()):
        if not shutil.which(cmd[0]):
            print(f"{name}: is not installed", file=sys.stderr)
            del rows[name]
    return rows


def start(peer):
    cmd, ready, settle = peer
    tracer = Background(cmd, ready)
    time.sleep(settle)
    return tracer


def a_loop(args):
    """Time that each recorder adds to a call, on a loop of getppid; wall time, for some stop the process"""
    cg, other = Cgroup("peers"), Cgroup("other")
    results = {"nothing": []}

    def note(name, ns):
        results.setdefault(name, []).append(ns)

    try:
        with tempfile.TemporaryDirectory() as tmp:
            for _ in range(args.rounds):
                note("nothing", loop(args, cg)[0])
                for name, when in ("seccomp-gen, target", "never"), ("seccomp-gen, denials watched", "always"):
                    tracer = recorder(args, cg, output=f"{tmp}/recording", options=["--denials", when])
                    ns, made = loop(args, cg)
                    if when == "never":
                        note("seccomp-gen, bystander", loop(args, other)[0])
                    tracer.stop()
                    note(name, ns)
                    check_exact(args, f"{tmp}/recording", "getppid", made)
                if shutil.which("strace"):
                    note("strace -f -c", loop(args, cg, calls=5000, prefix=["strace", "-f", "-c", "-o", "/dev/null"])[0])
                for name, peer in system_wide(args, cg).items():
                    tracer = start(peer)
                    note(name, loop(args, cg, calls=100000)[0])
                    tracer.stop()
    finally:
        cg.remove()
        other.remove()
    base = statistics.median(results["nothing"])
    added = {name: spread([v - n for v, n in zip(values, results["nothing"])]) for name, values in results.items()}
    ours = added["seccomp-gen, target"]["median"]
    print(f"{'recorder':<29} {'ns a call':>10} {'added':>9} {'p10':>9} {'p90':>9} {'x our added':>12}")
    rows = {}
    for name, values in results.items():
        a = added[name]
        rows[name] = {"ns": spread(values), "added_ns": a, "added_by_ours": a["median"] / ours, "unrecorded_ns": base}
        print(f"{name:<29} {statistics.median(values):>10.1f} {a['median']:>9.1f} {a['p10']:>9.1f} {a['p90']:>9.1f}"
              f" {a['median'] / ours:>12.1f}")
    return rows


class Server:
    """A server on the last CPU, in a cgroup of its own, and its client on the first."""

    def __init__(self, cg, cmd, port):
        self.port = port
        self.proc = subprocess.Popen(cmd, preexec_fn=lambda: (cg.enter(), os.sched_setaffinity(0, [os.cpu_count() - 1])),
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.cgroup = cg
        time.sleep(1)

    def cpu_seconds(self):
        with open(f"{self.cgroup.dir}/cpu.stat", encoding="ascii") as f:
            return int(re.search(r"usage_usec (\d+)", f.read())[1]) / 1e6

    def stop(self):
        self.proc.terminate()
        self.proc.wait()


class Nginx(Server):
    def __init__(self, cg, tmp):
        with open(f"{tmp}/nginx.conf", "w", encoding="ascii") as f:
            f.write(f"daemon off; worker_processes 1; pid {tmp}/nginx.pid; error_log {tmp}/error.log;\n"
                    "events {}\nhttp { access_log off; keepalive_requests 1000000; server { listen 127.0.0.1:18081; "
                    f"client_body_temp_path {tmp}/b; proxy_temp_path {tmp}/p; fastcgi_temp_path {tmp}/f; "
                    f"uwsgi_temp_path {tmp}/u; scgi_temp_path {tmp}/s; root {tmp}; }} }}\n")
        with open(f"{tmp}/index.html", "w", encoding="ascii") as f:
            f.write("x" * 600)
        os.chmod(tmp, 0o755)
        super().__init__(cg, ["nginx", "-c", f"{tmp}/nginx.conf", "-e", f"{tmp}/error.log"], 18081)

    def load(self):
        out = subprocess.run(["taskset", "-c", "0", "wrk", "-t1", "-c16", "-d1s", f"http://127.0.0.1:{self.port}/"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), int(re.search(r"(\d+) requests in", out)[1])


class Redis(Server):
    def __init__(self, cg, tmp):
        super().__init__(cg, ["redis-server", "--port", "18082", "--bind", "127.0.0.1", "--save", "", "--dir", tmp], 18082)
        self.requests = 40000

    def load(self):
        t = time.monotonic()
        out = subprocess.run(["taskset", "-c", "0", "redis-benchmark", "-p", str(self.port), "-q", "-n", str(self.requests),
                              "-c", "16", "-t", "get"], check=True, stdout=subprocess.PIPE, text=True).stdout
        made, seconds = self.requests, time.monotonic() - t
        # about half a second's worth, under whatever slows it down
        self.requests = min(200000, max(1000, int(0.5 * made / max(seconds, 0.01))))
        return float(re.findall(r"([\d.]+) requests per second", out)[-1]), made


def measure(server):
    before = server.cpu_seconds()
    rate, made = server.load()
    return rate, made / max(server.cpu_seconds() - before, 0.001)


def nginx(args):
    """Requests a second of nginx: unrecorded, recorded, and under each peer, in alternation"""
    return of_server(args, "nginx", Nginx, ("nginx", "wrk"))


def redis(args):
    """Requests a second of redis: unrecorded, recorded, and under each peer, in alternation"""
    return of_server(args, "redis", Redis, ("redis-server", "redis-benchmark"))


def of_server(args, name, kind, needed):
    missing = [word for word in needed if not shutil.which(word)]
    if missing:
        print(f"{name}: not installed: {', '.join(missing)} (scripts/install-packages bench)", file=sys.stderr)
        return {}
    cg = Cgroup(name)
    try:
        with tempfile.TemporaryDirectory() as tmp:
            server = kind(cg, tmp)
            try:
                return one_server(args, name, server, cg, tmp)
            finally:
                server.stop()
    finally:
        cg.remove()


def one_server(args, name, server, cg, tmp):
    results = {}

    def pair(peer, begin):
        """Unrecorded and under the peer, one right after the other, now in this order, now in that."""
        both = {}
        turn = len(results.get(peer, [])) % 2
        for recording in (turn == 0, turn == 1):
            tracer = begin() if recording else None
            if peer.startswith(("strace", "perf")):
                server.load()  # finds its pace
            both[recording] = measure(server)
            if tracer:
                tracer.stop()
        results.setdefault(peer, []).append((both[False], both[True]))

    peers = system_wide(args, cg)
    if shutil.which("strace"):
        peers["strace -f -c"] = (["strace", "-f", "-c", "-o", "/dev/null",
                                  *(w for p in open(f"{cg.dir}/cgroup.procs", encoding="ascii").read().split() for w in ("-p", p))],
                                 None, 0.5)
    server.load()  # warm
    lost = {}
    for i in range(args.rounds * 4):
        ours = [("seccomp-gen", [])] + ([("seccomp-gen, denials watched", ["--denials", "always"])] if i % 4 == 0 else [])
        for peer, options in ours:
            pair(peer, lambda options=options: recorder(args, cg, output=f"{tmp}/recording", options=options))
            lost.update(recorded(args, f"{tmp}/recording", "read")[1])
        for peer, how in peers.items():
            if i % (12 if peer != EMPTY else 4) == 0:
                pair(peer, lambda how=how: start(how))
    if lost:
        sys.exit(f"bench: {name}: the recording has losses: {lost}")
    print(f"{name:<8} {'under':<29} {'pairs':>6} {'unrecorded/s':>13} {'under it/s':>11}  throughput, by unrecorded  by CPU time")
    rows = {}
    for peer, pairs in results.items():
        plain, under = [p[0][0] for p in pairs], [p[1][0] for p in pairs]
        rows[peer] = {"unrecorded_per_s": spread(plain), "under_per_s": spread(under), "ratio": ratios(under, plain),
                      "ratio_by_cpu": ratios([p[1][1] for p in pairs], [p[0][1] for p in pairs])}
        print(f"{'':<8} {peer:<29} {len(pairs):>6} {statistics.median(plain):>13.0f} {statistics.median(under):>11.0f}"
              f"  {text(rows[peer]['ratio']):<26} {text(rows[peer]['ratio_by_cpu'])}")
    return rows
