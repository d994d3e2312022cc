#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
profile_files.py FILE|DIRECTORY…: profiles as people have them, each through check, diff and convert.

- check judges it: no file is refused.
- diff finds no difference between it and itself, also by way of each runtime's filter.
- convert prints it in every dialect that can be read again; what comes back is the same profile, field for field when
  it is printed as OCI, and diff finds no difference to the first one. What a dialect cannot say, convert says (--strict).
  Docker's and podman's are read for one machine, so that other machines' architectures do not come back; a resource
  has no errno for the default action, and does not need one where it is EPERM.

A file that is no JSON or YAML, or that names itself as another thing, is counted and left out.

Prints a line a fault and the sums; exits 1 when there is one. Needs no privilege; $SG is the program.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

DIALECTS = ("oci", "docker", "podman", "crd")
RUNTIMES = ("runc", "crun")
# Architectures of one kernel.
FAMILIES = (("x86_64", "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"), ("aarch64", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"))
HERE = next((family for family in FAMILIES if family[0] == os.uname().machine), ())


def files_below(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for top, _, names in sorted(os.walk(path)):
            yield from (os.path.join(top, name) for name in sorted(names))


def run(*words):
    done = subprocess.run([os.environ["SG"], *words], capture_output=True, check=False, timeout=600, text=True)
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return done.returncode, done.stdout, said[0][:300] if said else ""


def saved_of(text, dialect):
    """The profile, printed as OCI, without what it is known not to keep in that dialect."""
    profile = json.loads(text)
    if dialect in ("docker", "podman"):
        profile["architectures"] = [a for a in profile.get("architectures", []) if a in HERE]
    if dialect == "crd" and profile.get("defaultErrnoRet") == 1:
        del profile["defaultErrnoRet"]
    return profile


def faults_of(path, place, counts):
    code, out, said = run("check", path)
    if code not in (0, 3):
        yield "refused", said
        return
    counts["with errors"] += code == 3
    if "[unreadable]" in out:
        counts["no profile"] += 1
        print(f"{path}: no profile: {out.splitlines()[0]}", flush=True)
        return
    for words in (["-q"], *(["-q", "--runtime", runtime] for runtime in RUNTIMES)):
        code, out, said = run("diff", *words, path, path)
        # what libseccomp refuses is no filter, and check has said so
        if code != 0 and not (len(words) > 1 and code == 1):
            yield "differs from itself", f"{words}: {said or out.strip()[:200]}"
    code, first, said = run("convert", "-q", "-f", "oci", path)
    if code != 0:
        yield "not converted", said
        return
    for dialect in DIALECTS:
        there, back = os.path.join(place, dialect), os.path.join(place, dialect + ".back")
        code, _, said = run("convert", "--strict", "-f", dialect, "-o", there, path)
        if code != 0:
            counts["not to be said in " + dialect] += 1
            continue
        code, _, said = run("convert", "-q", "--strict", "-f", "oci", "-o", back, there)
        if code != 0:
            yield "no way back", f"{dialect}: {said}"
            continue
        with open(back, encoding="utf-8") as f:
            returned = f.read()
        with open(there + ".first", "w", encoding="utf-8") as f:
            json.dump(saved_of(first, dialect), f)
        # once more, for the calls of architectures that are left out
        _, expected, _ = run("convert", "-q", "-f", "oci", there + ".first")
        if saved_of(returned, dialect) != json.loads(expected):
            yield "comes back otherwise", dialect
        code, out, said = run("diff", "-q", there + ".first", there)
        if code != 0:
            yield "means another", f"{dialect}: {out.strip()[:200] or said}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    counts = collections.Counter()
    faults = 0

    def judge(path):
        with tempfile.TemporaryDirectory() as place:
            return path, list(faults_of(path, place, counts))

    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for path, found in pool.map(judge, files_below(args.paths)):
            counts["profiles"] += 1
            for what, text in found:
                faults += 1
                print(f"{path}: {what}: {text}", flush=True)
    print(", ".join(f"{n} {what}" for what, n in sorted(counts.items())) + f", {faults} faults")
    sys.exit(1 if faults or not counts["profiles"] else 0)


if __name__ == "__main__":
    main()
