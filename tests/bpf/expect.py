#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare a recording with the truth.

usage: expect.py RECORDING.json EXPECTED [--exactly] [--unheard]
`show --json` of the recording is read from RECORDING.json; EXPECTED has lines "ARCH NR COUNT", which are added up.
With --exactly no other call may be in the application's set. "invalid 0 N" means the ledger's counter. With --unheard
something of the audit trail may be missing: nobody read it for a while.
"""
import collections
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        shown = json.load(f)
    expected = collections.Counter()
    with open(sys.argv[2], encoding="utf-8") as f:
        for line in f:
            arch, nr, count = line.split()
            expected[(arch, int(nr))] += int(count)
    got = {(c["arch"], c["nr"]): c["count"] for c in shown["syscalls"] if c["count"]}
    got[("invalid", 0)] = shown["loss"].get("invalid_numbers", 0)
    wrong = [f"{arch} {nr}: expected {count}, recorded {got.get((arch, nr), 0)}"
             for (arch, nr), count in sorted(expected.items()) if got.get((arch, nr), 0) != count]
    # whose a call is and whether it ran is in each once: what was made is the sum of it all
    made = {(c["arch"], c["nr"]): sum(c["stages"].values()) + c["denied"] for c in shown["syscalls"]}
    wrong += [f"{arch} {nr}: made {count} times, set-up, floor, app and denied are {made[(arch, nr)]}"
              for (arch, nr), count in sorted(expected.items())
              if (arch, nr) in made and made[(arch, nr)] != count]
    if "--exactly" in sys.argv:
        wrong += [f"{arch} {nr}: recorded {count}, never called"
                  for (arch, nr), count in sorted(got.items()) if count and (arch, nr) not in expected]
    lost = {k: v for k, v in shown["loss"].items() if v and k != "invalid_numbers"}
    if "--unheard" in sys.argv:
        lost = {k: v for k, v in lost.items() if not k.startswith("audit_")}
    if lost:
        wrong.append(f"losses: {lost}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
