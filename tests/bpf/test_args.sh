#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every row of the argument table, made for real with known arguments, is recorded as it was made: upper halves with
# garbage, sign-extended ints, int80, x32; by many threads at once; and what has no room is said.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
here=$(dirname "${BASH_SOURCE[0]}")
rows=$here/arg_rows.py
arch=$(uname -m)

# check NAME FILE TIMES [THREADS ROUNDS]: record the calls of FILE, made TIMES times
check() {
	local name=$1 file=$2 times=$3
	shift 3
	"$SG" record --quiet --args all -o "$SG_TMP/$name.rec" -- "$SG_HELPERS/arg_calls" "$file" "$@" ||
		fail "$name: record ended with $?"
	python3 "$rows" check "$SG_SOURCE" "$file" "$SG_TMP/$name.rec" "$times" || fail "$name: not as it was made"
	say "$name: as it was made"
}

python3 "$rows" calls "$SG_SOURCE" "$arch" >"$SG_TMP/native"
check native "$SG_TMP/native" 1
check threads "$SG_TMP/native" 4000 8 500
if [ "$arch" = x86_64 ] && [ -e /proc/sys/abi/vsyscall32 ]; then
	python3 "$rows" calls "$SG_SOURCE" i386 >"$SG_TMP/i386"
	check int80 "$SG_TMP/i386" 3 1 3
	grep -E ' (16|41|54|157) ' <(python3 "$rows" calls "$SG_SOURCE" x32) >"$SG_TMP/x32"
	check x32 "$SG_TMP/x32" 1
else
	say "int80, x32: not on this kernel"
fi

# The set decides what is watched, and `none` is none.
"$SG" record --quiet --args none -o "$SG_TMP/none.rec" -- "$SG_HELPERS/arg_calls" "$SG_TMP/native"
! grep -q '"args"' "$SG_TMP/none.rec" || fail "--args none recorded arguments"
"$SG" record --quiet -o "$SG_TMP/security.rec" -- "$SG_HELPERS/arg_calls" "$SG_TMP/native"
python3 - "$SG_SOURCE/gen/args/data/calls" "$SG_TMP/security.rec" <<'PY' || fail "--args security: not the set"
import json, sys
want = {l.split()[1]: l.split()[2] for l in open(sys.argv[1]) if l.startswith("call ")}
for e in json.load(open(sys.argv[2]))["runs"][0]["entries"]:
    if e["name"] in want and e["count"].get("app") and ("args" in e) != (want[e["name"]] == "security"):
        sys.exit(f"{e['name']}: {'' if 'args' in e else 'not '}watched")
    if e["name"] == "mmap" and e["args"]["index"] != [2]:
        sys.exit(f"mmap: {e['args']['index']}")
PY
say "security: its own rows and arguments"

# More combinations than there is room for: any, with the bits of all, and in the ledger.
for ((i = 0; i < 70; i++)); do
	printf 'native %d 0x%x 0 0 0 0 0\n' 157 $((0x10000100 + i * 8))
done >"$SG_TMP/many"
[ "$arch" = x86_64 ] || sed -i 's/native 157/native 167/' "$SG_TMP/many"
"$SG" record --quiet --args all -o "$SG_TMP/many.rec" -- "$SG_HELPERS/arg_calls" "$SG_TMP/many" 2 1
python3 - "$SG_TMP/many.rec" <<'PY' || fail "many combinations: $(cat "$SG_TMP/many.rec")"
import json, sys
run = json.load(open(sys.argv[1]))["runs"][0]
args = next(e for e in run["entries"] if e["name"] == "prctl")["args"]
made = [0x10000100 + i * 8 for i in range(70)]
ever, always = 0, 0xffffffff
for v in made:
    ever, always = ever | v, always & v
saved = {t["value"][0] for t in args["tuples"]}
sys.exit(not (64 <= len(saved) <= 66 and saved <= set(made) and args["unkept"] == 2 * (70 - len(saved)) and
              args["ever"] == [ever] and args["always"] == [always] and run["loss"] == {"arguments_any": args["unkept"]}))
PY
provoked arguments_any "$SG_TMP/many.rec"
"$SG" show "$SG_TMP/many.rec" | grep arguments_any >/dev/null || fail "show does not say that there were too many"
say "too many combinations: any, bits as they were, in the ledger"

# Two targets at a time: what each was called with is its own.
make_cgroup "$SG_ID-one"
one=$REPLY
make_cgroup "$SG_ID-two"
two=$REPLY
mkdir "$SG_TMP/both"
start_recorder "$SG_TMP/both" --cgroup "$one" --cgroup "$two" --args all
wait_for 30 grep -q 'recording cgroup .*-two ' "$SG_TMP/both.log" || fail "two targets: $(cat "$SG_TMP/both.log")"
printf 'native 41 99 1 0 0 0 0\n' >"$SG_TMP/calls-one"
printf 'native 41 98 2 0 0 0 0\nnative 157 3 0 0 0 0 0\n' >"$SG_TMP/calls-two"
[ "$arch" = x86_64 ] || sed -i 's/ 41 / 198 /; s/ 157 / 167 /' "$SG_TMP/calls-one" "$SG_TMP/calls-two"
for i in one two; do
	dir=${!i}
	in_cgroup "$dir" "$SG_HELPERS/arg_calls" "$SG_TMP/calls-$i" 1 7
done
end_recorder "$SG_TMP/both" INT
python3 - "$SG_TMP"/both/*.json <<'PY' || fail "two targets: $(cat "$SG_TMP"/both/*.json)"
import json, sys
got = {}
for path in sys.argv[1:]:
    run = json.load(open(path))["runs"][0]
    name = run["target"]["cgroup"].rsplit("-", 1)[1]
    got[name] = {e["name"]: [(t["value"], t["count"]) for t in e["args"]["tuples"]] for e in run["entries"]
                 if e["name"] in ("socket", "prctl") and "args" in e}
sys.exit(got != {"one": {"socket": [([99, 1, 0], 7)]}, "two": {"socket": [([98, 2, 0], 7)], "prctl": [([3], 7)]}})
PY
say "two targets: each has its own"

# While it runs: a checkpoint in mid-flood says as much as was counted, never less.
make_cgroup "$SG_ID"
start_recorder "$SG_TMP/live.rec" --cgroup "$REPLY" --args all
in_cgroup "$REPLY" "$SG_HELPERS/arg_calls" "$SG_TMP/native" 2 20000 &
wait_for 60 test -s "$SG_TMP/live.rec" || fail "no checkpoint"
python3 - "$SG_TMP/live.rec" <<'PY' || fail "the checkpoint lacks arguments of calls that it counts"
import json, sys
run = json.load(open(sys.argv[1]))["runs"][0]
assert not run["complete"]
for e in run["entries"]:
    if "args" in e and sum(t["count"] for t in e["args"]["tuples"]) < e["count"]["app"]:
        sys.exit(e["name"])
sys.exit(bool(run["loss"]))
PY
kill_cgroup "$REPLY"
end_recorder "$SG_TMP/live.rec" INT
say "a checkpoint: nothing is missing in it"
