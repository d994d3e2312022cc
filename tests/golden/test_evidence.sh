#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is said of a merged recording is what its runs bear out: whose they are, what they lost, who saw what.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# run FILE SOURCES TARGET HOST LOSS ENTRIES
run() {
	printf '{"format": "seccomp-gen-recording", "version": 1, "runs": [{"id": "%s", "complete": true, "start": 1795286882707000001, "end": 1795286972707000001, "sources": [%s], "host": {%s}, "target": {%s}, "loss": {%s}, "entries": [%s]}]}\n' \
		"$(basename "$1" .json)" "$2" "$4" "$3" "$5" "$6" >"$1"
}

has() { # has FILE TEXT
	grep -qF -- "$2" "$1" || fail "no '$2' in: $(cat "$1")"
}

has_not() {
	! grep -qF -- "$2" "$1" || fail "'$2' in: $(cat "$1")"
}

digest=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
bpf=$SG_TMP/bpf.json log=$SG_TMP/log.json db=$SG_TMP/db.json all=$SG_TMP/all.json
run "$bpf" '"bpf"' '"kind": "container", "cgroup": "/cg-of-web", "container_name": "web", "image": "web:1", "image_digest": "'"$digest"'", "runtime": "runc"' \
	'"kernel": "6.1.0", "arch": "x86_64", "boot_id": "aaaaaaaa-1"' '' \
	'{"arch": "x86_64", "nr": 0, "count": {"app": 153}, "first_seen": 1795286882707000001, "programs": ["taskset"], "sources": ["bpf"]}'
run "$log" '"audit"' '"kind": "log"' '"arch": "x86_64"' '' \
	'{"arch": "x86_64", "nr": 0, "logged": 5, "first_seen": 1795286892707000001, "programs": ["redis-server"], "sources": ["audit"]}'
run "$db" '"bpf"' '"kind": "pod", "cgroup": "/b", "pod": "db-0", "pod_namespace": "shop"' \
	'"kernel": "6.12.0", "arch": "x86_64", "boot_id": "bbbbbbbb-2"' '"recursion_misses": 2' \
	'{"arch": "x86_64", "nr": 1, "count": {"app": 4}, "programs": ["postgres"], "sources": ["bpf"]}'

# evidence is its source's
"$SG" merge -q "$bpf" "$log" -o "$SG_TMP/two.json"
"$SG" emit -q --runtime none --explain "$SG_TMP/two.json" | grep '^read ' >"$SG_TMP/out"
has "$SG_TMP/out" 'bpf: called 153 times, first by taskset at 2026-11-21T18:48:02Z, in 1 of 2 runs'
has "$SG_TMP/out" 'audit: logged 5 times, first by redis-server at 2026-11-21T18:48:12Z, in 1 of 2 runs'

# what was recorded before there was a first program: two runs of seccomp-gen 0.1.0, BPF's and a log's, merged by it
before=$SG_SOURCE/tests/golden/cli/before-first.json
"$SG" emit -q --runtime none --include-denied --explain "$before" >"$SG_TMP/out"
has "$SG_TMP/out" 'bpf: called 8 times, first by sh at 2026-11-29T01:27:17Z, in 1 of 2 runs'
has "$SG_TMP/out" 'audit: logged 2 times, first by cron or redis-server at 2026-11-21T18:48:02Z, in 1 of 2 runs'
has "$SG_TMP/out" 'denied once (errno 1) by redis-server at 2026-11-21T18:48:02Z, seen by audit, in 1 of 2 runs'
"$SG" merge -q "$before" "$before" -o "$SG_TMP/again.json"
cmp "$before" "$SG_TMP/again.json" || fail "an old recording is written otherwise than it was"

# no one target is made of several, nor one host; the runs have them
"$SG" merge "$bpf" "$db" "$log" -o "$all" 2>"$SG_TMP/err"
has "$SG_TMP/err" '2 targets: web, db-0'
"$SG" merge "$bpf" "$log" -o "$SG_TMP/two.json" 2>"$SG_TMP/err"
has_not "$SG_TMP/err" 'targets'
"$SG" show "$all" >"$SG_TMP/out"
has "$SG_TMP/out" 'Target     2 targets: web, db-0'
sed '/^$/,$d' "$SG_TMP/out" >"$SG_TMP/head"
for fact in web:1 0123456789ab runc 6.1.0 6.12.0 cg-of-web; do
	has_not "$SG_TMP/head" "$fact"
done
grep -Eq '^web +web:1 \(0123456789ab\) +6.1.0 x86_64, boot aaaaaaaa .* 1 min 30 s +153 +bpf +complete$' "$SG_TMP/out" ||
	fail "the run of web: $(cat "$SG_TMP/out")"
grep -Eq '^db-0 +- +6.12.0 x86_64, boot bbbbbbbb .* bpf +lossy$' "$SG_TMP/out" || fail "the run of db: $(cat "$SG_TMP/out")"
grep -Eq '^log +- +x86_64 .* audit +complete$' "$SG_TMP/out" || fail "the log's run: $(cat "$SG_TMP/out")"
json show show --json "$all" | python3 -c '
import json, sys
shown = json.load(sys.stdin)
assert "container_name" not in shown["target"] and "runtime" not in shown["target"], shown["target"]
assert [r["id"] for r in shown["runs"]] == ["bpf", "db", "log"], shown["runs"]
assert [r["lossy"] for r in shown["runs"]] == [False, True, False] and shown["lossy"], shown["runs"]
target = shown["runs"][0]["target"]
assert target["image"] == "web:1" and target["image_digest"] == sys.argv[1], target
assert shown["runs"][1]["host"]["kernel"] == "6.12.0"' "$digest" || fail "show --json"
"$SG" emit --allow-lossy --runtime none "$all" >/dev/null 2>"$SG_TMP/err"
has "$SG_TMP/err" '2 targets: web, db-0: the profile allows what any of them called'

# of one name and another image it is another target
sed "s/${digest#*:}/f${digest#*:?}/; s/\"id\": \"bpf\"/\"id\": \"later\"/" "$bpf" >"$SG_TMP/later.json"
"$SG" show "$bpf" >"$SG_TMP/out"
has "$SG_TMP/out" "Digest     $digest"
"$SG" merge "$bpf" "$SG_TMP/later.json" -o "$SG_TMP/two.json" 2>"$SG_TMP/err"
has "$SG_TMP/err" '2 targets: web, web'
"$SG" show "$SG_TMP/two.json" >"$SG_TMP/out"
grep -Eq '^web +web:1 \(f123456789ab\) ' "$SG_TMP/out" || fail "the image that it was later: $(cat "$SG_TMP/out")"

# one definition of lossy: a log that lost records is, also alongside a run of BPF's; a run that BPF saw is not
run "$SG_TMP/lost.json" '"audit"' '"kind": "log"' '' '"audit_lost": 1' \
	'{"arch": "x86_64", "nr": 0, "logged": 5, "programs": ["r"], "sources": ["audit"]}'
run "$SG_TMP/alongside.json" '"bpf", "audit"' '"kind": "container", "container_name": "web"' '' '"audit_lost": 1' \
	'{"arch": "x86_64", "nr": 0, "count": {"app": 9}, "logged": 5, "programs": ["r"], "sources": ["bpf", "audit"]}'
"$SG" merge -q "$bpf" "$SG_TMP/lost.json" -o "$SG_TMP/mixed.json"
mkdir -m 700 "$SECCOMP_GEN_DIR"
cp "$SG_TMP/lost.json" "$SG_TMP/alongside.json" "$SG_TMP/mixed.json" "$db" "$log" "$SECCOMP_GEN_DIR/"
chmod 600 "$SECCOMP_GEN_DIR"/*
"$SG" list >"$SG_TMP/list"
for row in lost:lossy alongside:complete mixed:lossy db:lossy log:complete; do
	name=${row%:*} state=${row#*:} code=0
	grep -Eq "^$name .*$state\$" "$SG_TMP/list" || fail "list: $name is not $state: $(cat "$SG_TMP/list")"
	"$SG" show "$name" >"$SG_TMP/out"
	"$SG" emit -q --runtime none "$name" >/dev/null 2>"$SG_TMP/err" || code=$?
	if [ "$state" = lossy ]; then
		has "$SG_TMP/out" 'lossy'
		[ "$code" != 0 ] || fail "emit takes $name"
	else
		has_not "$SG_TMP/out" 'lossy'
		[ "$code" = 0 ] || fail "emit refuses $name: $(cat "$SG_TMP/err")"
	fi
done

# what a log has logged are distinct calls
grep -Eq '^log +log +1 min 30 s +5 +1 +complete$' "$SG_TMP/list" || fail "list of a log: $(cat "$SG_TMP/list")"
"$SG" show "$log" >"$SG_TMP/out"
has "$SG_TMP/out" 'Calls      5 logged, 1 distinct'

# the latest is the one that was written last, and emit says which it took
touch -d '2026-01-02' "$SECCOMP_GEN_DIR"/*.json
touch -d '2026-01-03' "$SECCOMP_GEN_DIR/alongside.json"
[ "$("$SG" list --names | tail -n 1)" = alongside ] || fail "list: the latest is not last: $("$SG" list --names)"
"$SG" show >"$SG_TMP/out"
has "$SG_TMP/out" 'Recording  alongside'
"$SG" emit --runtime none >/dev/null 2>"$SG_TMP/err"
has "$SG_TMP/err" 'taking the recording written last: alongside (web)'
"$SG" emit --runtime none log >/dev/null 2>"$SG_TMP/err"
has_not "$SG_TMP/err" 'taking'
touch -d '2026-01-04' "$SECCOMP_GEN_DIR/log.json"
"$SG" show >"$SG_TMP/out"
has "$SG_TMP/out" 'Recording  log'

# a storm of denials, kills, and a workload that died at once come before all else; quiet or not
run "$SG_TMP/storm.json" '"bpf"' '"kind": "container", "container_name": "web"' '' '' \
	'{"arch": "x86_64", "nr": 0, "count": {"app": 9000000}, "programs": ["r"], "sources": ["bpf"]}, {"arch": "x86_64", "nr": 435, "denied": {"errno": 640000}, "programs": ["r"], "sources": ["bpf"]}, {"arch": "x86_64", "nr": 101, "denied": {"kill_process": 1}, "programs": ["r"], "sources": ["bpf"]}'
sed 's/"complete": true,/"complete": true, "ended": "exit code 127",/; s/"end": 1795286972707000001/"end": 1795286883007000001/' \
	"$bpf" >"$SG_TMP/died.json"
"$SG" show "$SG_TMP/storm.json" >"$SG_TMP/out"
sed -n 2p "$SG_TMP/out" >"$SG_TMP/head"
has "$SG_TMP/head" 'killed 1 time, most often at ptrace; 640001 calls were denied, mostly clone3 (640000)'
"$SG" emit --runtime none "$SG_TMP/storm.json" 2>&1 >/dev/null | head -n 1 >"$SG_TMP/head"
has "$SG_TMP/head" '640001 calls were denied'
"$SG" show "$SG_TMP/died.json" >"$SG_TMP/out"
sed -n 2p "$SG_TMP/out" >"$SG_TMP/head"
has "$SG_TMP/head" 'ended 0.300 s after its start (exit code 127)'
"$SG" emit -q --runtime none "$SG_TMP/died.json" 2>&1 >/dev/null | head -n 1 >"$SG_TMP/head"
has "$SG_TMP/head" 'the workload ended 0.300 s after its start'
# a command that did its work, a target that ran for long, and a few denials are no news
for change in 's/exit code 127/exit code 0/' 's/"end": 1795286883007000001/"end": 1795286972707000001/' \
	's/"container_name": "web"/&, "processes_before": 2/' 's/"complete": true/"complete": false/'; do
	sed "$change" "$SG_TMP/died.json" >"$SG_TMP/lived.json"
	"$SG" show "$SG_TMP/lived.json" >"$SG_TMP/out"
	has_not "$SG_TMP/out" 'after its start'
done
sed 's/640000/998/; s/kill_process/errno/' "$SG_TMP/storm.json" >"$SG_TMP/calm.json"
"$SG" show "$SG_TMP/calm.json" >"$SG_TMP/out"
sed -i 's/"app": 9000000/"app": 9000/' "$SG_TMP/calm.json"
has_not "$SG_TMP/out" 'were denied'
"$SG" show "$SG_TMP/calm.json" >"$SG_TMP/out"
has "$SG_TMP/out" '999 calls were denied'

say "a merged recording says of each run what is its own, and lossy is the same everywhere"
