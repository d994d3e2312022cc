# SPDX-License-Identifier: Apache-2.0
"""Whether the estimates of completeness hold: recordings of random sessions, some to learn from, others held against."""
import copy
import json
import os
import random
import shutil
import statistics
import subprocess
import sys

from . import sessions

RUNS = 160
SIZES = (10, 20, 40)
SHUFFLES = 40
STOP_TESTS = ((46, 0), (66, 1), (95, 3), (137, 5))  # record --until-new 10%


def record(program, name, place, runs):
    """The recordings of @runs sessions, in a directory of their own."""
    here = os.getcwd()
    saved = os.path.join(place, name, "recordings")
    work = os.path.join(place, name, "work")
    os.makedirs(saved, exist_ok=True)
    try:
        for i in range(runs):
            file = os.path.join(saved, f"{i:04}.json")
            if os.path.exists(file):
                continue
            os.chdir(here)
            sessions.prepare(name, work)
            done = subprocess.run([program, "record", "-q", "-o", file, "--", *sessions.session(name, i)], check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
            if not os.path.exists(file):
                sys.exit(f"bench: {name}, session {i}: {done.stderr.decode(errors='replace')[-300:]}")
            os.chdir(here)
            shutil.rmtree(work, ignore_errors=True)
    finally:
        os.chdir(here)
    found = []
    for i in range(runs):
        with open(os.path.join(saved, f"{i:04}.json"), encoding="utf-8") as f:
            found.append(json.load(f))
    return found


def called(recording):
    run = recording["runs"][0]
    return frozenset((e["arch"], e["nr"]) for e in run["entries"] if e.get("count", {}).get("app"))


def ask(program, recordings):
    """What the program says of these, in this order."""
    runs = []
    for i, recording in enumerate(recordings):
        run = copy.copy(recording["runs"][0])
        run["start"], run["end"] = 1000 + i, 2000 + i
        runs.append(run)
    whole = {"format": recordings[0]["format"], "version": recordings[0]["version"], "runs": runs}
    done = subprocess.run([program, "show", "--json", "-"], input=json.dumps(whole), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["completeness"]["calls"]


def hold_out(program, recordings, sets, chance):
    """For each size: what was foretold of as many further runs, and what they met."""
    rows = {n: [] for n in SIZES}
    for _ in range(SHUFFLES):
        order = chance.sample(range(len(recordings)), len(recordings))
        for n in SIZES:
            said = ask(program, [recordings[i] for i in order[:n]])
            known = frozenset().union(*(sets[i] for i in order[:n]))
            new = [bool(sets[i] - known) for i in order[n:]]
            rows[n].append({"answer": said["answer"], "share": said.get("share"), "upper": said.get("share_upper"),
                            "at_most": said.get("at_most"), "met": sum(new[:n]), "truth": sum(new) / len(new)})
    return rows


def stop_rule(program, recordings, sets, chance):
    """Where --until-new 10% stops, and what share of the other runs then still meets something new."""
    left = []
    for _ in range(SHUFFLES):
        order = chance.sample(range(len(recordings)), len(recordings))
        for n, at_most in STOP_TESTS:
            if n > len(order) - 20:
                break
            if ask(program, [recordings[i] for i in order[:n]])["units_new"] <= at_most:
                known = frozenset().union(*(sets[i] for i in order[:n]))
                new = [bool(sets[i] - known) for i in order[n:]]
                left.append((n, sum(new) / len(new)))
                break
    return left


def sums(rows):
    given = [r for r in rows if r["answer"] in ("given", "alike")]
    if not given:
        return {"given": 0}
    met = statistics.mean(r["met"] for r in given)
    return {"given": len(given), "alarms": sum(r["answer"] == "order" for r in rows) / len(rows),
            "covered": sum(r["met"] <= r["at_most"] for r in given) / len(given),
            "covered_next": sum(r["truth"] <= r["upper"] for r in given) / len(given),
            "at_most": statistics.mean(r["at_most"] for r in given), "met": met,
            "share": statistics.mean(r["share"] for r in given), "truth": statistics.mean(r["truth"] for r in given)}


def calibration(args):
    """how complete is it: 12 programs in random sessions, the runs bound against held-out runs"""
    place = args.recordings or os.path.join("/var/tmp", f"sg-calibration-{os.getpid()}")
    results = {}
    print(f"   {RUNS} runs a program, {SHUFFLES} random orders; n runs to learn from, as many held against")
    print(f"   {'program':10} {'calls':>5} {'a run':>5} | n: covered (bound, met), D/n (truth)")
    for name in sessions.SCRIPTS:
        recordings = record(args.program, name, place, RUNS)
        sets = [called(r) for r in recordings]
        chance = random.Random(name)
        rows = hold_out(args.program, recordings, sets, chance)
        stops = stop_rule(args.program, recordings, sets, chance)
        results[name] = {"n": {n: sums(rows[n]) for n in SIZES}, "stops": stops,
                         "calls": len(frozenset().union(*sets)), "a_run": statistics.mean(map(len, sets))}
        print(f"   {name:10} {results[name]['calls']:5} {results[name]['a_run']:5.1f} | " + "; ".join(
            f"{n}: {s['covered']:.2f} ({s['at_most']:.1f}, {s['met']:.1f}), {s['share']:.3f} ({s['truth']:.3f})"
            for n, s in results[name]["n"].items() if s["given"]), flush=True)
    if not args.recordings:
        shutil.rmtree(place, ignore_errors=True)
    for n in SIZES:
        all_of = [r["n"][n] for r in results.values() if r["n"][n]["given"]]
        worst = min(all_of, key=lambda s: s["covered"])
        worst_name = next(k for k, r in results.items() if r["n"][n] is worst)
        print(f"   n = {n}: covered {statistics.mean(s['covered'] for s in all_of):.3f}, worst {worst['covered']:.3f} ({worst_name}); "
              f"bound {sum(s['at_most'] for s in all_of) / max(1e-9, sum(s['met'] for s in all_of)):.2f} x what was met; "
              f"|D/n - truth| {abs(statistics.mean(s['share'] - s['truth'] for s in all_of)):.3f} as a mean over programs, "
              f"{statistics.mean(abs(s['share'] - s['truth']) for s in all_of):.3f} by program; "
              f"next run's bound covers {statistics.mean(s['covered_next'] for s in all_of):.3f}; "
              f"order alarms {statistics.mean(s['alarms'] for s in all_of):.3f}")
    stops = [left for r in results.values() for _, left in r["stops"]]
    late = sum(left > 0.10 for left in stops)
    if stops:
        print(f"   stopped at 10 %: {len(stops)} of {SHUFFLES * len(results)} orders, {late} ({late / len(stops):.3f}) of them with more left")
    return results
