#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Recordings and profiles from others: whatever words they put into them, none drives the terminal that shows them,
# and nothing is written but the output that was named. A log that grows while it is read is read to an end.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

# Each string of a recording and of a profile in turn becomes a sequence that clears a screen, names a window, ends a
# line and turns the text around; then all at once that are accepted.
no_word_of_others_reaches_the_terminal_or_a_file() {
	mkdir -m 700 "$SG_TMP/work" "$SG_TMP/store"
	(cd "$SG_TMP/work" && python3 - "$SG" "$DATA/runc.json" "$DATA/nginx.json" "$SG_TMP") <<'PY' || fail "others' words pass through"
import copy, glob, json, os, re, subprocess, sys

sg, data, nginx, tmp = sys.argv[1:5]
EVIL = "../../x/\x1b[2J\x1b]0;pwned\x07\u009b31m\u202e\x7f\r\n$(touch pwned)`touch pwned`"
# controls but tab and newline, C1 controls, what turns text around
BAD = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
wrong, runs = [], 0


def files():
    return {p: os.stat(p, follow_symlinks=False).st_mtime_ns
            for p in glob.glob(tmp + "/**", recursive=True, include_hidden=True) if not os.path.isdir(p)}


def run(what, *args, may_write=(), want=(0, 1, 2, 3)):
    global runs
    before = files()
    p = subprocess.run([sg, *args], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    runs += 1
    after = files()
    for stream, text in ("stdout", p.stdout), ("stderr", p.stderr):
        if m := BAD.search(text):
            wrong.append(f"{what}: {args[0]}: {stream}: {text[max(0, m.start() - 40):m.end() + 10]!r}")
    if p.returncode not in want:
        wrong.append(f"{what}: {args[0]}: exit {p.returncode}: {p.stderr[-200:]!r}")
    if p.returncode == 1 and p.stderr.count(b"\n") < 1:
        wrong.append(f"{what}: {args[0]}: fails without a word")
    for path in set(before) ^ set(after) | {p for p in before if p in after and before[p] != after[p]}:
        if path not in may_write:
            wrong.append(f"{what}: {args[0]}: touched {path}")
        elif path in after and (m := BAD.search(open(path, "rb").read())):
            wrong.append(f"{what}: {args[0]}: wrote {m[0]!r} into {path}")
    return p


def strings(node, path=()):
    if isinstance(node, str):
        yield path
    elif isinstance(node, dict):
        for k, v in node.items():
            yield from strings(v, path + (k,))
    elif isinstance(node, list):
        for i, v in enumerate(node):
            yield from strings(v, path + (i,))


def put(doc, path, value):
    doc = copy.deepcopy(doc)
    node = doc
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return doc


def write(name, doc):
    with open(name, "w", encoding="utf-8") as f:
        json.dump(doc, f)
    return name


def hostile(doc, show):
    """What is accepted of a document that has it in one place, and then in all of these."""
    everywhere, accepted = doc, 0
    for i, path in enumerate(strings(doc)):
        one = put(doc, path, f"{i}{EVIL}")  # not twice the same: a list is a set
        if run(f"{path}", *show, write(tmp + "/one.json", one)).returncode == 0:
            everywhere, accepted = put(everywhere, path, f"{i}{EVIL}"), accepted + 1
    return everywhere, accepted


recording = json.load(open(data))
target = recording["runs"][0]["target"]
target.update(container_id="c", pod="p", pod_namespace="n", unit="u.service", user="1000", command=["a", "b"])
everywhere, accepted = hostile(recording, ["show"])
if accepted < 15:
    wrong.append(f"only {accepted} strings of a recording were accepted: this test shows nothing")
all_over = write(tmp + "/store/20251121T194800.123Z-x-0f3a9c1e.json", everywhere)
os.chmod(all_over, 0o600)
good = write(tmp + "/work/good.json", {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
    {"names": ["read"], "action": "SCMP_ACT_ALLOW"}]})
run("all", "list", want=[0])
for args in ["show"], ["show", "--json"], ["emit", "--runtime", "none"], ["emit", "--runtime", "none", "--explain"], \
        ["emit", "--runtime", "none", "--format", "crd"], ["emit", "--runtime", "none", "--format", "systemd"], \
        ["emit", "--runtime", "none", "--format", "docker"]:
    run("all", *args, all_over, want=[0])
for args in ["simulate", good, all_over], ["diff", good, all_over]:
    run("all", *args, want=[3])
run("all", "emit", all_over)  # for a runtime of that name
named = tmp + "/work/named"
for args in ["merge", all_over, nginx], ["emit", "--runtime", "none", all_over]:
    run("all", *args, "-o", named, may_write=[named], want=[0])
os.unlink(all_over)

docker = {"defaultAction": "SCMP_ACT_ERRNO", "listenerMetadata": "m", "listenerPath": "/run/x", "flags": ["SECCOMP_FILTER_FLAG_LOG"],
          "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
          "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW", "comment": "c",
                        "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}],
                        "includes": {"caps": ["CAP_SYS_ADMIN"], "arches": ["amd64"], "minKernel": "4.8"},
                        "excludes": {"caps": ["CAP_SYS_ADMIN"]}}]}
podman = {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "EPERM", "architectures": ["SCMP_ARCH_X86_64"],
          "syscalls": [{"name": "read", "action": "SCMP_ACT_ERRNO", "errno": "EPERM"}]}
for profile in docker, podman:
    run("as it is", "convert", "--format", "docker", write(tmp + "/one.json", profile), want=[0])
    for path in strings(profile):
        bad = write(tmp + "/one.json", put(profile, path, EVIL))
        for args in ["check", bad], ["convert", bad], ["diff", good, bad], ["simulate", bad, data]:
            run(f"profile {path}", *args)
crd = "apiVersion: security-profiles-operator.x-k8s.io/v1beta1\nkind: SeccompProfile\nmetadata: {name: %s}\n" \
      "spec: {defaultAction: %s, syscalls: [{action: SCMP_ACT_ALLOW, names: [%s]}]}\n"
quoted = json.dumps(EVIL)
for words in (quoted, "SCMP_ACT_ERRNO", "read"), ("x", quoted, "read"), ("x", "SCMP_ACT_ERRNO", quoted):
    with open(tmp + "/one.json", "w", encoding="utf-8") as f:
        f.write(crd % words)
    for args in ["check", tmp + "/one.json"], ["convert", tmp + "/one.json"], ["diff", good, tmp + "/one.json"]:
        run("crd", *args)

print("\n".join(wrong[:20]))
print(f"{runs} commands, {accepted} strings of a recording accepted", file=sys.stderr)
sys.exit(bool(wrong))
PY
}

# Records are appended a line at a time while the file is read: all that was there is read, and the end is found.
a_log_that_grows_is_read_to_an_end() {
	local log=$SG_TMP/audit.log base=20000 total logged unreadable
	python3 - "$log" "$base" <<'PY' &
import os, sys, time
line = b'type=SECCOMP msg=audit(1795293354.710:%d): auid=0 uid=0 gid=0 ses=1 pid=7 comm="a" exe="/a" sig=0 ' \
       b'arch=c000003e syscall=1 compat=0 ip=0x0 code=0x7ffc0000\n'
n = int(sys.argv[2])
fd = os.open(sys.argv[1] + ".new", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(fd, b"".join(line % i for i in range(1, n + 1)))
os.rename(sys.argv[1] + ".new", sys.argv[1])
end = time.monotonic() + 20
while time.monotonic() < end and not os.path.exists(sys.argv[1] + ".enough"):
    n += 1
    os.write(fd, line % n)
    time.sleep(0.0001)
print(n, file=open(sys.argv[1] + ".total", "w"))
PY
	local writer=$!
	at_exit end_process "$writer"
	wait_for 60 test -s "$log" || fail "no log"
	for _ in 1 2 3; do
		expect 0 import "$log" -o "$SG_TMP/grown.json"
		expect 0 show --json "$SG_TMP/grown.json"
		logged=$(jq '.syscalls[0].logged' "$SG_TMP/out")
		unreadable=$(jq '.loss.audit_unreadable' "$SG_TMP/out")
		[ "$logged" -ge "$base" ] || fail "$logged of $base records read"
		[ "$unreadable" -le 1 ] || fail "$unreadable records cannot be read" # one can be half written
	done
	touch "$log.enough"
	await "$writer"
	total=$(cat "$log.total")
	[ "$total" -gt "$base" ] || fail "the log did not grow"
	[ "$logged" -le "$total" ] || fail "$logged records read, $total written"
	expect 0 import "$log" -o "$SG_TMP/grown.json"
	expect 0 show --json "$SG_TMP/grown.json"
	[ "$(jq '.syscalls[0].logged' "$SG_TMP/out")" = "$total" ] || fail "not all of the $total records are read"
}

no_word_of_others_reaches_the_terminal_or_a_file
a_log_that_grows_is_read_to_an_end
