#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
runtime_truth.py RUNTIME: random profiles (random_profiles.py), or those of a directory, given to a real container runtime, and what came of
each held against what seccomp-gen says.

- The filter that the kernel took, read back by helpers/filter_tap, is compared with what `diff --runtime` makes of
  the profile: over all calls and all arguments.
- Whether the container started is compared with what `check` foretold. Its program is killed before its first
  instruction, so it has started exactly when the runtime got as far as to execute it.

Prints a line a difference and the sums; exits 1 when there is a difference.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import random_profiles

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import schema  # noqa: E402: of the directory above

# A finding of these says that no container starts.
NO_START = {
    "unreadable", "no-execve", "floor-missing", "not-compiled", "denies-all", "notify-default", "notify-write",
    "notify-no-listener", "runtime-refuses",
}


CHECK = schema.load("check")
HANGS = "it hangs"
RAN_FREELY = "the program ran to its end"  # nothing ended it when the filter came: there was none
PROGRAM = "bare_calls"  # never gets to make one


def last_line(said):
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1][-300:] if lines else "says nothing"


def end_tracer(place):
    """Of a container that hangs, everything; else it has ended, or is about to."""
    try:
        with open(os.path.join(place, "tracer"), encoding="ascii") as f:
            pid = int(f.read())
        with open(f"/proc/{pid}/comm", encoding="ascii") as f:
            if f.read().strip() == "filter_tap":
                os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError):
        pass


def without(profile, fields):
    saved = {name: value for name, value in profile.items() if name not in fields}
    if isinstance(saved.get("syscalls"), list):
        saved["syscalls"] = [{name: value for name, value in entry.items() if name not in fields}
                            if isinstance(entry, dict) else entry for entry in saved["syscalls"]]
    return saved


class Lab:
    def __init__(self, args):
        self.args = args
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        self.base = None
        if args.runtime in ("runc", "crun"):
            self.make_bundle()

    def make_bundle(self):
        root = os.path.join(self.args.dir, "root")
        os.makedirs(root, exist_ok=True)
        for name in ("proc", "dev", "tmp", "sys", "run", "data"):
            os.makedirs(os.path.join(root, name), exist_ok=True)
        shutil.copy(os.path.join(os.environ["SG_HELPERS"], PROGRAM), root)
        bundle = os.path.join(self.args.dir, "bundle")
        os.makedirs(bundle, exist_ok=True)
        subprocess.run(
            [os.path.join(self.args.source, "scripts/make-bundle"), "--bundle", bundle, "--rootfs", root, "--data",
             self.args.dir, "--cgroup", "/none", "--", "/" + PROGRAM], check=True)
        with open(os.path.join(bundle, "config.json"), encoding="utf-8") as f:
            self.base = json.load(f)
        # making one takes longer than all the rest
        spaces = self.base["linux"]["namespaces"]
        self.base["linux"]["namespaces"] = [space for space in spaces if space["type"] != "network"]

    def tap(self, place, command, seconds):
        env = dict(os.environ, **({"LD_PRELOAD": self.args.preload} if self.args.preload else {}))
        with open(os.path.join(place, "said"), "w+b") as said:
            job = subprocess.Popen([self.args.tap, place] + command, env=env, stdin=subprocess.DEVNULL,
                                   stdout=said, stderr=said)
            try:
                job.wait(seconds)
            except subprocess.TimeoutExpired:  # Go's runtime can hang without the calls it needs
                job.kill()
                job.wait()
                said.write(b"\n" + HANGS.encode())
            said.seek(0)
            return last_line(said.read())

    def start_bundle(self, name, profile, nnp, place, seconds):
        spec = json.loads(json.dumps(self.base))
        spec["linux"]["seccomp"] = profile
        spec["linux"]["cgroupsPath"] = "/" + name
        spec["process"]["noNewPrivileges"] = nnp
        bundle = os.path.join(place, "bundle")
        os.makedirs(bundle, exist_ok=True)
        with open(os.path.join(bundle, "config.json"), "w", encoding="utf-8") as f:
            json.dump(spec, f)
        runtime = [self.args.binary or self.args.runtime, "--root", os.path.join(self.args.dir, "state")]
        if self.args.runtime == "crun":
            runtime += ["--cgroup-manager", "cgroupfs"]
        said = self.tap(place, runtime + ["run", "--bundle", bundle, name], seconds)
        end_tracer(place)
        subprocess.run(runtime + ["delete", "-f", name], check=False, capture_output=True)
        return said

    def start_engine(self, name, file, nnp, place):
        with open(self.args.tapped, "w", encoding="utf-8") as f:
            f.write(place)
        command = self.args.engine.split() + [
            "run", "--rm", "--name", name, "--network", "none", "--security-opt", "seccomp=" + file]
        command += ["--security-opt", "no-new-privileges"] if nnp else []
        job = subprocess.Popen(command + [self.args.image, "/bin/" + PROGRAM], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = job.communicate(timeout=20)
            said = last_line(said) if job.returncode else RAN_FREELY
        except subprocess.TimeoutExpired:
            end_tracer(place)  # and with it what hangs, so that the engine sees its end
            job.communicate(timeout=100)
            said = HANGS
        end_tracer(place)
        return said

    def gen(self, *words):
        return subprocess.run([self.args.sg, *words], capture_output=True, check=False, timeout=600, text=True)

    def foretold(self, file):
        """
        The findings for which check says that the container does not start; whether it may not; whether an engine
        starts it without a filter.
        """
        oci = "crun" if self.args.runtime == "crun" else "runc"
        done = self.gen("check", "--json", "--runtime", oci, "--runtime-version", self.args.version, *self.args.option,
                        file)
        if done.returncode not in (0, 3):
            return ["check: " + done.stderr.strip()], False, False
        report = json.loads(done.stdout)
        CHECK.validate(report)
        findings = report["profiles"][0]["findings"]
        fatal = NO_START | ({"errno-unused"} if oci == "crun" else set())
        why = sorted({f["id"] + ": " + f["message"] for f in findings if f["id"] in fatal})
        return (why, any(f["id"] in ("floor-conditions", "floor-sometimes") for f in findings),
                not self.base and any("without a filter" in f["message"] or f["id"] == "whole-config" for f in findings))

    def read_by_others(self, file):
        """The fields that check says the engine passes over."""
        if self.args.runtime != "docker":
            return []
        done = self.gen("check", "--json", *self.args.option, file)
        if done.returncode not in (0, 3):
            return []
        notes = [f["message"] for f in json.loads(done.stdout)["profiles"][0]["findings"] if f["id"] == "engine-field"]
        return [name.strip('" ') for note in notes if note.startswith("only podman reads: ")
                for name in note.split(": ")[1].split(",")]

    def judge_seed(self, seed):
        text = json.dumps(random_profiles.generate(seed, self.args.dialect), indent=1)
        self.judge(str(seed), text.encode(), seed % 4 == 0)

    def judge_file(self, number, path):
        """A profile as somebody has it; a runtime takes plain OCI, which is what an engine makes of others."""
        with open(path, "rb") as f:
            text = f.read()
        if self.base:
            done = self.gen("convert", "-q", "-f", "oci", *self.args.option, path)
            text = done.stdout.encode() if done.returncode == 0 else text
        try:
            json.loads(text)
        except ValueError:
            with self.lock:  # for no runtime
                self.counts["no JSON"] += 1
            return
        for nnp in (False, True):
            self.judge(f"f{number}-{nnp:d}", text, nnp, os.path.basename(path))

    def judge(self, key, text, nnp, label=""):
        name = f"{self.args.id}-{key}"
        place = os.path.join(self.args.dir, name)
        os.makedirs(place)
        os.chmod(place, 0o777)
        file = os.path.join(place, "profile.json")
        with open(file, "wb") as f:
            f.write(text)
        profile, taken = json.loads(text), file
        passed_over = self.args.passed_over + self.read_by_others(file)
        if passed_over:
            taken = os.path.join(place, "taken.json")
            with open(taken, "w", encoding="utf-8") as f:
                json.dump(without(profile, passed_over), f, indent=1)
        if self.base:
            said = self.start_bundle(name, profile, nnp, place, 8)
            if said == HANGS:  # or the machine is busy
                said = self.start_bundle(name, profile, nnp, place, 40)
        else:
            said = self.start_engine(name, file, nnp, place)
        differences = self.compare(place, taken, said)
        with self.lock:
            self.counts["profiles"] += 1
            for what, _ in differences:
                self.counts[what] += 1
            for what, explained in differences:
                print(f"{label or key}{' nnp' if nnp else ''}: {what}: {explained}", flush=True)
        if not differences and not self.args.keep:
            shutil.rmtree(place, ignore_errors=True)

    def compare(self, place, file, said):
        oci = "crun" if self.args.runtime == "crun" else "runc"
        loaded = os.path.join(place, "1.bpf")
        started = os.path.exists(os.path.join(place, "started"))
        differences = []
        foretold, may_not, unconfined = self.foretold(file)
        if said == RAN_FREELY or unconfined:
            with self.lock:
                self.counts["without a filter, as foretold"] += said == RAN_FREELY and unconfined
            return [] if said == RAN_FREELY and unconfined else [
                ("without a filter" if said == RAN_FREELY else "with a filter, foretold to have none", said)]
        model = self.gen("diff", "--runtime", oci, "--runtime-version", self.args.version, *self.args.option, file,
                         "bpf:" + loaded if os.path.exists(loaded) else file)
        with self.lock:
            self.counts["loaded"] += os.path.exists(loaded)
            self.counts["started"] += started
        if os.path.exists(loaded) and model.returncode != 0:
            lines = (model.stdout or model.stderr).strip().splitlines()
            differences.append(("filter", " | ".join(x.strip() for x in lines[:4])))
        if not os.path.exists(loaded) and model.returncode == 0 and not foretold:
            differences.append(("no filter", said))
        if started and foretold:
            # a floor is what containers need with other users and exec sessions, too
            may_need = all(why.startswith("floor-missing: ") for why in foretold)
            if may_need:
                with self.lock:
                    self.counts["start without all of the floor"] += 1
            else:
                differences.append(("starts, foretold not to", "; ".join(foretold)))
        if not started and not foretold and "connect with seccomp agent" in said:
            with self.lock:  # the listener is a service that is not here
                self.counts["without their agent"] += 1
        elif not started and not foretold and may_not and os.path.exists(loaded):
            with self.lock:
                self.counts["may not start, and do not"] += 1
        elif not started and not foretold:
            differences.append(("does not start, foretold to", said))
        return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("runtime", choices=("runc", "crun", "podman", "docker"))
    parser.add_argument("--binary", help="the runtime's program")
    parser.add_argument("--version", required=True, help="of runc or crun")
    parser.add_argument("--engine", help="command of the engine")
    parser.add_argument("--tapped", help="file that tells the engine's runtime where to keep filters")
    parser.add_argument("--image")
    parser.add_argument("--dialect", default="oci")
    parser.add_argument("--option", action="append", default=[], help="one more for check and diff")
    parser.add_argument("--passed-over", action="append", default=[], help="a field that the engine does not read")
    parser.add_argument("--preload")
    parser.add_argument("--dir", required=True)
    parser.add_argument("--id", required=True, help="prefix of the containers' names")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--seeds", help="FIRST:COUNT, several with commas between")
    what.add_argument("--profiles", help="a directory of them instead")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    args.sg = os.environ["SG"]
    args.source = os.environ["SG_SOURCE"]
    args.tap = os.path.join(os.environ["SG_HELPERS"], "filter_tap")
    lab = Lab(args)
    if args.seeds:
        seeds = set()
        for part in args.seeds.split(","):
            first, count = map(int, part.split(":"))
            seeds.update(range(first, first + count))
        cases = [(lab.judge_seed, seed) for seed in sorted(seeds)]
    else:
        cases = [(lab.judge_file, number, os.path.join(args.profiles, name))
                 for number, name in enumerate(sorted(os.listdir(args.profiles)))]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for job in [pool.submit(*case) for case in cases]:
            job.result()
    print(f"{args.runtime} {args.version}: " + ", ".join(f"{n} {what}" for what, n in sorted(lab.counts.items())))
    wrong = set(lab.counts) - {"profiles", "no JSON", "loaded", "started", "start without all of the floor",
                                "without their agent", "may not start, and do not", "without a filter, as foretold"}
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
