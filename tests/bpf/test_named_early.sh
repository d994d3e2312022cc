#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# record --name of a target that comes later, and a recorder that is killed within a second of the target's first calls:
# what was called is whole, and what was known of the target is there when nobody can be asked any more. One that never
# came ends, and leaves nothing pinned.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
need_command runc runc

bpffs=$SG_TMP/bpffs
mkdir "$bpffs"
mount -t bpf bpf "$bpffs"
at_exit umount -l "$bpffs"
export SECCOMP_GEN_BPFFS=$bpffs
cd "$SG_TMP"
root=$(cgroup2_mount)

_is_up() {
	"$SG" list --live 2>/dev/null | grep >/dev/null "^$1 .*process $RECORDER\$" || gone "$RECORDER"
}

begin() { # begin NAME ARG…: with slots for what others on this host may make
	local name=$1
	shift
	"$SG" record --no-audit --slots 4000 --name "$name" "$@" 2>"$name.log" &
	RECORDER=$!
	at_exit end_process "$RECORDER" KILL
	wait_for 60 _is_up "$name" || fail "record $*: not listed after 60 s: $(cat "$name.log")"
	alive "$RECORDER" || fail "record $*: $(cat "$name.log")"
}

# kill_early NAME: once it has found its target, before it writes of itself, which it does every ten seconds
kill_early() {
	wait_for 60 grep -q '^seccomp-gen: recording c' "$1.log" || fail "the target is not found: $(cat "$1.log")"
	sleep 0.9
	kill_now
}

kill_now() {
	kill -KILL "$RECORDER"
	wait "$RECORDER" 2>/dev/null || true
}

# target RECORDING FACT…: what it says of its target, each as NAME=VALUE, or NAME= for any
target() {
	python3 - "$@" <<-'PY' || fail "$1: its target"
		import json, sys
		runs = json.load(open(sys.argv[1]))["runs"]
		assert len(runs) == 1, f"{len(runs)} runs"
		target = runs[0]["target"]
		for fact in sys.argv[2:]:
		    name, _, value = fact.partition("=")
		    assert name in target and value in ("", str(target[name])), f"{fact}: {target}"
	PY
}

no_pins() {
	[ -z "$("$SG" list --live --names 2>/dev/null)" ] || fail "left: $("$SG" list --live --names)"
	refused 1 "no recording '$1' is pinned" "$SG" stop "$1"
}

# --- a cgroup

begin cgroup --wait --cgroup "/$SG_ID-later" -o cgroup.json
mkdir "$root/$SG_ID-later"
at_exit remove_cgroup "$root/$SG_ID-later"
in_cgroup "$root/$SG_ID-later" "$SG_HELPERS/known_calls" threads 24 >truth
{ in_cgroup "$root/$SG_ID-later" sleep 1000 || true; } 2>/dev/null &
kill_early cgroup
kill_cgroup "$root/$SG_ID-later"
wait_for 30 rmdir "$root/$SG_ID-later" 2>/dev/null || fail "the cgroup stays"
"$SG" stop --quiet cgroup
target cgroup.json kind=cgroup "cgroup=/$SG_ID-later" cgroup_id= user=0 no_new_privs=False filtered=False
awk '$2 == 110 || $2 == 173 { n += $3 } END { exit !n }' truth || fail "known_calls made no getppid: $(cat truth)"
want_count cgroup.json getppid "$(awk '$1 == arch && $2 == nr { print $3 }' arch="$(uname -m)" \
	nr="$([ "$(uname -m)" = aarch64 ] && echo 173 || echo 110)" truth)"
# others on this host may use the slots up
! losses cgroup.json | grep -v '^cgroups_untracked' || fail "losses: $(losses cgroup.json)"
say "a cgroup that came, and a recorder that died at once: $(count_of cgroup.json getppid) of getppid, and whose they are"

# --- a container: what its runtime alone could tell is gone with it

mkdir -p rootfs/bin
cp "$SG_HELPERS/bare_calls" rootfs/bin/
cp /bin/busybox rootfs/bin/ 2>/dev/null || skip "needs a static busybox (apt-get install busybox-static)"
"$SG_SOURCE/scripts/make-bundle" --bundle "$SG_TMP/bundle" --rootfs "$SG_TMP/rootfs" --data "$SG_TMP" \
	--cgroup "/$SG_ID-box" -- /bin/busybox sh -c 'chmod 700 /; /bin/busybox sleep 1000'
at_exit runc --root "$SG_TMP/runc" delete -f "$SG_ID-box"
begin container --container "$SG_ID-box" --wait -o container.json
runc --root "$SG_TMP/runc" run --detach --bundle "$SG_TMP/bundle" "$SG_ID-box" </dev/null >runc.log 2>&1 || fail "runc: $(cat runc.log)"
kill_early container
runc --root "$SG_TMP/runc" delete -f "$SG_ID-box"
rm -r "$SG_TMP/bundle"
"$SG" stop --quiet container
target container.json kind=container "container_id=$SG_ID-box" runtime=runc runtime_version= user=0 no_new_privs= filtered=
app_calls container.json | grep >/dev/null -x 'f\?chmod\(at\)\?' || fail "its calls are missing: $(app_calls container.json)"
! losses container.json | grep -v '^cgroups_untracked' || fail "losses: $(losses container.json)"
say "a container that came and is gone: what was known of it"

# --- nobody came

begin never --wait --cgroup "/$SG_ID-never" -o never.json
kill_now
refused 1 "$SG_ID-never was not there at any time: nothing is recorded of it" "$SG" stop never
no_pins never
begin asked --wait --cgroup "/$SG_ID-never" -o never.json
refused 1 "recording 'asked' has ended: no target of it had come .*$SG_ID-never.*nothing is recorded" "$SG" stop asked
status=0
await "$RECORDER" || status=$?
[ "$status" = 1 ] || fail "a recorder whose target never came: exit $status"
no_pins asked
[ ! -e never.json ] || fail "a recording of what was never there"

# One of several: the others are written, and nothing stays.
make_cgroup "$SG_ID-here"
begin two --wait --cgroup "/$SG_ID-never" --cgroup "$REPLY" -o two
kill_now
"$SG" stop two 2>err && fail "one target of two was never there, and stop says nothing"
grep -q "$SG_ID-never was not there at any time" err || fail "stop says: $(cat err)"
[ "$(find two -name '*.json' | wc -l)" = 1 ] || fail "the other target: $(ls two)"
no_pins two

# Whoever it was, it is gone and with it its name, which nobody had asked for.
id=$(sha256sum <<<"$SG_ID" | head -c 64)
begin nameless --container "$SG_ID-web" --wait -o nameless.json
kill_now
mkdir "$root/docker-$id.scope"
at_exit remove_cgroup "$root/docker-$id.scope"
in_cgroup "$root/docker-$id.scope" "$SG_HELPERS/known_calls" threads 3 >/dev/null
wait_for 30 rmdir "$root/docker-$id.scope" 2>/dev/null || fail "the cgroup stays"
"$SG" stop nameless 2>err && fail "nothing is said of a container without a name"
grep -Eq "nothing is recorded of container $SG_ID-web: [0-9]+ containers had come and gone before their names" err ||
	fail "stop says: $(cat err)"
no_pins nameless
say "a target that never came ends, and leaves nothing"
