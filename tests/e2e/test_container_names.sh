#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Names that mean nothing, several things, or harm; managers that refuse, are mute or talk nonsense; cgroups that go
# away while they are looked at. Each is a clear error or a clean recording, and never half a file.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../bpf/lib.sh"
need_bpf
need_command setpriv util-linux

# No manager of this machine's own.
export DOCKER_HOST=unix://$SG_TMP/no-docker
make_cgroup "$SG_ID"
PARENT=$REPLY
NAME=${SG_ID//_/-} # a pod's name has no "_"
HEX=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

# occupy NAME: a cgroup below this test's with a process in it
occupy() {
	mkdir -p "$PARENT/$1"
	# shellcheck disable=SC2016 # expanded by that shell
	sh -c 'echo 0 >"$0/cgroup.procs" && exec sleep 1000' "$PARENT/$1" &
	at_exit end_process "$!" KILL
	disown # who is killed is not to be reported
	wait_for 30 grep -q . "$PARENT/$1/cgroup.procs" || fail "$1: nothing runs there"
}

# record_refuses WHAT PATTERN OPTION…: it ends with status 1, one message that has the pattern, and no file
record_refuses() {
	local what=$1 pattern=$2 status=0
	shift 2
	timeout 30 "$SG" record "$@" -o "$SG_TMP/never" >"$SG_TMP/out" 2>"$SG_TMP/err" || status=$?
	[ "$status" = 1 ] || fail "$what: status $status: $(cat "$SG_TMP/err")"
	grep -qE -- "$pattern" "$SG_TMP/err" || fail "$what: no '$pattern' in: $(cat "$SG_TMP/err")"
	[ ! -s "$SG_TMP/out" ] || fail "$what: it printed: $(cat "$SG_TMP/out")"
	[ ! -e "$SG_TMP/never" ] || fail "$what: it wrote a file"
	[ -z "$(ls -A "$SECCOMP_GEN_DIR" 2>/dev/null)" ] || fail "$what: it wrote into the store"
	printable "$SG_TMP/err" || fail "$what: control characters reach the terminal: $(cat -v "$SG_TMP/err")"
	say "$what: $(head -c 200 "$SG_TMP/err" | head -n 1)"
}

printable() {
	! LC_ALL=C grep -q '[^[:print:][:space:]'$'\x80''-'$'\xff'']' "$1"
}

# --- nobody of that name

record_refuses "unknown container" "container $SG_ID-x: not found" --no-wait --container "$SG_ID-x"
record_refuses "unknown pod" "pod $SG_ID/x: not found" --no-wait --pod "$SG_ID/x"
record_refuses "unknown container of a pod" "pod $SG_ID/x, container y: not found" --no-wait --pod "$SG_ID/x" --container y
record_refuses "unknown unit" "unit $SG_ID-x: not found" --no-wait --unit "$SG_ID-x"
record_refuses "nobody came" "container $SG_ID-x was not there at any time" --container "$SG_ID-x" --duration 1s
record_refuses "hostile unknown container" 'not found' --no-wait --container $'a\nb\e[31m'"$(printf 'x%.0s' {1..255})"

# --- more than one of that name

occupy "libpod-${HEX}aaaa$(printf 'a%.0s' {1..28})"
occupy "libpod-${HEX}bbbb$(printf 'b%.0s' {1..28})"
record_refuses "ambiguous beginning" "2 are there: ${HEX:0:12}.*, ${HEX:0:12}.*; give more of its id" --no-wait --container "${HEX:0:16}"

uid=$(cat /proc/sys/kernel/random/uuid)
mkdir -p "/var/log/pods/${NAME}_$NAME-both_$uid"
at_exit rmdir "/var/log/pods/${NAME}_$NAME-both_$uid"
occupy "kubepods/pod$uid/${HEX}cccc$(printf 'c%.0s' {1..28})"
occupy "lxc.payload.$NAME-both"
record_refuses "both a container and a pod" "both a container and a pod have that name: give --pod $NAME-both" \
	--no-wait --container "$NAME-both"
rmdir "$PARENT/lxc.payload.$NAME-both" 2>/dev/null || remove_cgroup "$PARENT/lxc.payload.$NAME-both"
record_refuses "a pod, no container" "there is none, but a pod of that name: --pod $NAME-both" --no-wait --container "$NAME-both"

# --- a Docker that is of no use

docker_id=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
# fake_docker MODE [NAME]: in the place of the one before
FAKE=
fake_docker() {
	[ -z "$FAKE" ] || end_process "$FAKE"
	rm -f "$SG_TMP/docker"
	"$SG_SOURCE/tests/e2e/fake_docker.py" "$SG_TMP/docker" "$1" "$docker_id" "${2:-}" 2>"$SG_TMP/fake.err" &
	FAKE=$!
	at_exit end_process "$FAKE"
	wait_for 30 test -S "$SG_TMP/docker" || fail "fake_docker $1: $(cat "$SG_TMP/fake.err")"
	export DOCKER_HOST=unix://$SG_TMP/docker
}
occupy "docker/$docker_id"

fake_docker names web
chmod 755 "$SG_TMP"
caps=+bpf,+perfmon,+dac_read_search
unprivileged=(setpriv --reuid 65534 --regid 65534 --clear-groups "--inh-caps=-all,$caps" "--ambient-caps=-all,$caps" "--bounding-set=-all,$caps")
status=0
cp "$SG" "$SG_TMP/seccomp-gen" # the build's directory may be closed to others
SECCOMP_GEN_DIR=/nonexistent "${unprivileged[@]}" "$SG_TMP/seccomp-gen" record --no-audit --no-wait --container web \
	-o "$SG_TMP/never" >"$SG_TMP/out" 2>"$SG_TMP/err" || status=$?
[ "$status" = 1 ] || fail "no permission: status $status: $(cat "$SG_TMP/err")"
grep -q "could not ask Docker ($SG_TMP/docker): Permission denied" "$SG_TMP/err" || fail "no permission: $(cat "$SG_TMP/err")"
{ [ ! -e "$SG_TMP/never" ] && [ ! -s "$SG_TMP/out" ]; } || fail "no permission: it wrote something"
say "no permission: $(head -n 1 "$SG_TMP/err" | head -c 300)"

fake_docker garbage
record_refuses "Docker talks garbage" "container web: not found" --no-wait --container web
fake_docker endless
record_refuses "Docker does not stop" "could not ask Docker" --no-wait --container web
fake_docker mute
record_refuses "Docker is mute" "could not ask Docker \($SG_TMP/docker\): " --no-wait --container web
end_process "$FAKE"
record_refuses "Docker is dead" "could not ask Docker \($SG_TMP/docker\): Connection refused" --no-wait --container web

# --- names that harm

fake_docker names 'e\x1b[31mvil\n"\\\x00\u202e'"$(printf 'n%.0s' {1..300})"
"$SG" record --container "${docker_id:0:20}" --duration 1s -o "$SG_TMP/hostile.rec" 2>"$SG_TMP/err" || fail "hostile name: $(cat "$SG_TMP/err")"
printable "$SG_TMP/err" || fail "a hostile name reaches the terminal: $(cat -v "$SG_TMP/err")"
"$SG" show "$SG_TMP/hostile.rec" >"$SG_TMP/out"
printable "$SG_TMP/out" || fail "a hostile name reaches the terminal by show: $(cat -v "$SG_TMP/out")"
python3 -m json.tool "$SG_TMP/hostile.rec" >/dev/null || fail "the recording is no JSON"
record_refuses "hostile names in a list of what runs" 'not found; running: ' --no-wait --container "$SG_ID-x"
say "hostile name: recorded, escaped"

# The kernel itself refuses a new line.
names=($'tab\there' $'\e[31mred' $'"quote\\' '..scope' 'docker-.scope' $'\xff\xfe' "$(printf 'l%.0s' {1..255})")
start_recorder "$SG_TMP/all" --all
for name in "${names[@]}"; do
	mkdir "$PARENT/$name"
	in_cgroup "$PARENT/$name" "$SG_HELPERS/bare_rare"
	wait_for 30 _rmdir_gone "$PARENT/$name" || fail "cannot remove the cgroup"
done
end_recorder "$SG_TMP/all" INT
printable "$SG_TMP/all.log" || fail "hostile cgroups reach the terminal: $(cat -v "$SG_TMP/all.log")"
python3 - "$SG_TMP/all" "$PARENT" "${names[@]}" <<'PY' || fail "hostile cgroups: not as they were"
import json, os, pathlib, sys
parent = "/" + os.path.basename(sys.argv[2]) + "/"
want = {os.fsencode(n).decode("utf-8", "replace") for n in sys.argv[3:]}
got = set()
for path in pathlib.Path(sys.argv[1]).iterdir():
    for run in json.loads(path.read_bytes())["runs"]:
        cgroup = run["target"]["cgroup"]
        if cgroup.startswith(parent) and any(e["nr"] == 148 for e in run["entries"]):
            got.add(cgroup[len(parent):])
print(len(got), "of", len(want), "hostile cgroups recorded", file=sys.stderr)
print("written otherwise:", *map(repr, got - want), file=sys.stderr)
sys.exit(len(got) != len(want) or any("\ufffd" not in n for n in want - got))  # no UTF-8: written as JSON can
PY

# --- cgroups that go away while they are looked at

# One that comes and goes all the time; not so fast that a test of record --all alongside this one runs out of slots.
flicker() {
	while :; do
		mkdir "$PARENT/libpod-$(printf 'd%.0s' {1..64})" "$PARENT/flicker" 2>/dev/null
		sleep 0.02
		rmdir "$PARENT/libpod-$(printf 'd%.0s' {1..64})" "$PARENT/flicker" 2>/dev/null
		sleep 0.005
	done
}
export DOCKER_HOST=unix://$SG_TMP/no-docker
flicker &
FLICKER=$!
disown
at_exit end_process "$FLICKER" KILL
there=0 gone=0
for ((i = 0; i < 20; i++)); do
	target=(--container "$(printf 'd%.0s' {1..64})")
	[ $((i % 2)) = 0 ] || target=(--cgroup "$PARENT/flicker")
	rm -f "$SG_TMP/f.rec"
	status=0
	timeout 30 "$SG" record "${target[@]}" --no-wait --no-audit --duration 200ms -o "$SG_TMP/f.rec" >"$SG_TMP/out" 2>"$SG_TMP/err" || status=$?
	case $status in
	0)
		python3 -m json.tool "$SG_TMP/f.rec" >/dev/null || fail "${target[*]}: half a recording"
		there=$((there + 1))
		;;
	1)
		grep -qE 'no such cgroup|not found|was not there at any time' "$SG_TMP/err" || fail "${target[*]}: $(cat "$SG_TMP/err")"
		[ ! -e "$SG_TMP/f.rec" ] || fail "${target[*]}: it failed and wrote a file"
		gone=$((gone + 1))
		;;
	*) fail "${target[*]}: status $status: $(cat "$SG_TMP/err")" ;;
	esac
done
end_process "$FLICKER" KILL
say "cgroups that come and go: $there recorded, $gone refused"
