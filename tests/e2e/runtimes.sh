# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Container runtimes for tests, started by the test itself with directories and sockets of their own:
#
#	. "$(dirname "$0")/runtimes.sh"
#	start_runtime docker           runc, crun, podman, docker, ctr (containerd alone), cri (a pod of containerd's)
#	run_container docker NAME [--seccomp FILE] [--nnp] -- CMD…      to its end; its exit status is returned
#	target_of docker NAME          TARGET: what `record` gets
#
# All run the same image, $IMAGE_ROOT: busybox, and the programs of tests/bpf/helpers.

# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../bpf/lib.sh"

E2E=$SG_SOURCE/tests/e2e
IMAGE=localhost/sg-test:1
IMAGE_ROOT=$SG_TMP/image
TARGET=()

need_runtimes() {
	need_bpf
	need_command python3 python3
	[ -x /bin/busybox ] || skip "needs a static busybox (apt-get install busybox-static)"
	make_image
}

make_image() {
	local applet
	mkdir -p "$IMAGE_ROOT"/{bin,tmp,proc,sys,dev,etc,root}
	cp /bin/busybox "$IMAGE_ROOT/bin/"
	for applet in sh true sleep ls cat mkdir rmdir rm touch id uname env echo grep head sort wc; do
		ln -s busybox "$IMAGE_ROOT/bin/$applet"
	done
	cp "$SG_HELPERS"/{bare_rare,bare_calls,bare_counted} "$IMAGE_ROOT/bin/"
	echo root:x:0:0:root:/root:/bin/sh >"$IMAGE_ROOT/etc/passwd"
	"$E2E/make-image" "$IMAGE_ROOT" "$IMAGE" "$SG_TMP/image.tar"
}

# A process of this script's own that serves on a socket; it ends with the script.
serve() { # serve SOCKET LOG COMMAND…
	local socket=$1 log=$2 pid
	shift 2
	"$@" >"$log" 2>&1 &
	pid=$!
	at_exit end_process "$pid"
	wait_for 60 test -S "$socket" || fail "$1 does not serve: $(tail -5 "$log")"
	alive "$pid" || fail "$1 ended: $(tail -5 "$log")"
}

# Mounts below the test's directory would keep it from being removed; the deepest first.
unmount_below() {
	awk -v dir="$1/" 'index($2, dir) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mount; do
		umount -l "$mount" || true
	done
}

# --- runc and crun: bundles

write_bundle() { # write_bundle DIR NAME PROFILE NNP CMD…
	local dir=$1 name=$2 options=() profile=$3 nnp=$4
	shift 4
	mkdir -p "$dir/data"
	[ -z "$profile" ] || options+=(--seccomp "$profile")
	[ "$nnp" = 0 ] || options+=(--no-new-privs)
	"$SG_SOURCE/scripts/make-bundle" --bundle "$dir" --rootfs "$IMAGE_ROOT" --data "$dir/data" \
		--cgroup "/$name" "${options[@]}" -- "$@"
}

start_runc() {
	need_command runc runc
}

run_runc() { # run_runc NAME PROFILE NNP CMD…
	write_bundle "$SG_TMP/bundle-$1" "$1" "$2" "$3" "${@:4}"
	runc --root "$SG_TMP/runc-root" run --bundle "$SG_TMP/bundle-$1" "$1" </dev/null
}

# crun wants to see pure cgroup v2, and where it may not raise RLIMIT_MEMLOCK it gives up: see preload/memlock.c.
CRUN_PRELOAD=
start_crun() {
	need_command crun crun
	need_command cc gcc
	(ulimit -l unlimited) 2>/dev/null && return
	CRUN_PRELOAD=$SG_TMP/memlock.so
	cc -shared -fPIC -o "$CRUN_PRELOAD" "$E2E/preload/memlock.c"
}

# shellcheck disable=SC2016 # expanded by that shell
in_pure_v2() {
	unshare -m --propagation private sh -c '
		umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "$@"' sh "$@"
}

run_crun() {
	write_bundle "$SG_TMP/bundle-$1" "$1" "$2" "$3" "${@:4}"
	in_pure_v2 env LD_PRELOAD="$CRUN_PRELOAD" crun --root "$SG_TMP/crun-root" --cgroup-manager cgroupfs \
		run --bundle "$SG_TMP/bundle-$1" "$1" </dev/null
}

# --- podman

PODMAN=()
start_podman() {
	need_command podman podman
	need_command conmon conmon
	local dir
	dir=$(mktemp -d /tmp/sgp.XXXXXX) # it takes no path of more than 50 characters
	cat >"$SG_TMP/containers.conf" <<-EOT
		[containers]
		default_ulimits=["nofile=1024:1024","nproc=4096:4096"]
		[engine]
		runtime="${SG_PODMAN_RUNTIME:-runc}"
		cgroup_manager="cgroupfs"
		events_logger="file"
		tmp_dir="$dir/tmp"
	EOT
	export CONTAINERS_CONF=$SG_TMP/containers.conf
	PODMAN=(podman --root "$dir/root" --runroot "$dir/run")
	at_exit stop_podman "$dir"
	"${PODMAN[@]}" load -q -i "$SG_TMP/image.tar" >/dev/null
}

stop_podman() {
	"${PODMAN[@]}" rm -af -t 0 >/dev/null 2>&1
	"${PODMAN[@]}" pod rm -af -t 0 >/dev/null 2>&1
	# conmon can be in the middle of its own clearing up
	wait_for 10 _remove_podman "$1"
}

_remove_podman() {
	unmount_below "$1"
	rm -rf --one-file-system "$1" 2>/dev/null
	[ ! -e "$1" ]
}

run_podman() {
	local options=()
	options+=(--security-opt "seccomp=${2:-unconfined}")
	[ "$3" = 0 ] || options+=(--security-opt no-new-privileges)
	"${PODMAN[@]}" run --rm --name "$1" --network none "${options[@]}" "$IMAGE" "${@:4}" </dev/null
}

# --- Docker

DOCKER=()
DOCKERD_OPTIONS=()
start_docker() {
	need_command dockerd docker.io
	local dir=$SG_TMP/docker
	mkdir -p "$dir"
	export DOCKER_HOST=unix://$dir/sock
	at_exit unmount_below "$dir"
	serve "$dir/sock" "$dir/log" dockerd --data-root "$dir/data" --exec-root "$dir/exec" -p "$dir/pid" \
		-H "$DOCKER_HOST" --storage-driver overlay2 --iptables=false --ip6tables=false --bridge=none \
		--default-ulimit nofile=1024:1024 --exec-opt native.cgroupdriver=cgroupfs "${DOCKERD_OPTIONS[@]}"
	at_exit stop_docker
	DOCKER=(/usr/bin/docker)
	wait_for 60 _docker_answers || fail "dockerd does not answer: $(tail -5 "$dir/log")"
	"${DOCKER[@]}" load -q -i "$SG_TMP/image.tar" >/dev/null
}

_docker_answers() {
	"${DOCKER[@]}" version >/dev/null 2>&1
}

stop_docker() {
	local ids
	ids=$("${DOCKER[@]}" ps -aq)
	# shellcheck disable=SC2086 # a list
	[ -z "$ids" ] || "${DOCKER[@]}" rm -f $ids >/dev/null 2>&1
}

run_docker() {
	local options=()
	options+=(--security-opt "seccomp=${2:-unconfined}")
	[ "$3" = 0 ] || options+=(--security-opt no-new-privileges)
	"${DOCKER[@]}" run --rm --name "$1" --network none "${options[@]}" "$IMAGE" "${@:4}" </dev/null
}

# --- engines whose runtime is runc with a tap (helpers/filter_tap), for runtime_truth.py

version_of() { # version_of COMMAND
	"$1" --version | sed -n 's/^[a-z]* version \([0-9.]*\).*/\1/p'
}

TAPPED=$SG_TMP/tapped
TAPPED_OPTIONS=() # what runtime_truth.py gets for the engine

# A runtime that does as runc does, but for the tap where a container is made.
write_tapped_runc() {
	cat >"$SG_TMP/tapped-runc" <<-EOT
		#!/bin/sh
		for word; do
			[ "\$word" != create ] || exec "$SG_HELPERS/filter_tap" "\$(cat "$TAPPED")" runc "\$@"
		done
		exec runc "\$@"
	EOT
	chmod +x "$SG_TMP/tapped-runc"
}

# Both return 1 where the engine is not here.
start_tapped_podman() {
	[ -x /bin/busybox ] && command -v podman conmon >/dev/null || return
	[ -e "$SG_TMP/image.tar" ] || make_image
	write_tapped_runc
	SG_PODMAN_RUNTIME=$SG_TMP/tapped-runc start_podman
	TAPPED_OPTIONS=(--dialect podman "--option=--cap" "--option=podman")
	case $(version_of podman) in
	[0-3].* | 4.[0-3].*) TAPPED_OPTIONS[3]=--option=podman-4.3 ;;
	esac
}

start_tapped_docker() {
	[ -x /bin/busybox ] && command -v dockerd >/dev/null || return
	[ -e "$SG_TMP/image.tar" ] || make_image
	write_tapped_runc
	DOCKERD_OPTIONS=(--add-runtime "tapped=$SG_TMP/tapped-runc" --default-runtime tapped)
	start_docker
	TAPPED_OPTIONS=(--dialect docker)
	case $("${DOCKER[@]}" version --format '{{.Server.Version}}') in
	# as check says of them, and Docker's reference of flags: they came with 23.0
	[0-9].* | 1[0-9].* | 20.*)
		TAPPED_OPTIONS+=(--passed-over defaultErrnoRet --passed-over flags --passed-over listenerPath
			--passed-over listenerMetadata)
		;;
	esac
}

# --- containerd

CTR=()
CONTAINERD_SOCKET=$SG_TMP/containerd/sock
start_containerd() {
	[ "${#CTR[@]}" = 0 ] || return 0
	need_command containerd containerd
	local dir=$SG_TMP/containerd
	mkdir -p "$dir"
	cat >"$dir/config.toml" <<-EOT
		version = 2
		root = "$dir/root"
		state = "$dir/state"
		[grpc]
		  address = "$CONTAINERD_SOCKET"
		[ttrpc]
		  address = "$CONTAINERD_SOCKET.ttrpc"
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "$IMAGE"
		  restrict_oom_score_adj = true
	EOT
	at_exit unmount_below "$dir"
	serve "$CONTAINERD_SOCKET" "$dir/log" containerd -c "$dir/config.toml"
	at_exit stop_containerd
	CTR=(ctr --address "$CONTAINERD_SOCKET")
	"${CTR[@]}" -n default images import "$SG_TMP/image.tar" >/dev/null
	"${CTR[@]}" -n k8s.io images import "$SG_TMP/image.tar" >/dev/null
}

stop_containerd() {
	local space id
	for space in default k8s.io; do
		for id in $("${CTR[@]}" -n "$space" tasks ls -q); do
			"${CTR[@]}" -n "$space" tasks kill -s KILL "$id"
			wait_for 5 "${CTR[@]}" -n "$space" tasks delete "$id"
		done >/dev/null 2>&1
		for id in $("${CTR[@]}" -n "$space" containers ls -q); do
			"${CTR[@]}" -n "$space" containers delete "$id"
		done >/dev/null 2>&1
	done
}

start_ctr() {
	start_containerd
}

run_ctr() {
	local options=() status=0 job
	[ -z "$2" ] || options+=(--seccomp --seccomp-profile "$2")
	# ctr's own default is no_new_privs
	[ "$3" != 0 ] || options+=(--allow-new-privs)
	# into a file, followed: of a container that ends at once ctr itself can lose what it printed
	: >"$SG_TMP/ctr-$1.log"
	"${CTR[@]}" run --rm --log-uri "file://$SG_TMP/ctr-$1.log" "${options[@]}" "$IMAGE" "$1" "${@:4}" </dev/null &
	job=$!
	tail -n +1 -s 0.1 -f --pid="$job" "$SG_TMP/ctr-$1.log"
	wait "$job" || status=$?
	return "$status"
}

CRI=()
start_cri() {
	/usr/bin/python3 -c 'import grpc' 2>/dev/null || skip "needs python3-grpcio (apt-get install python3-grpcio)"
	start_containerd
	CRI=("$E2E/cri.py" "$CONTAINERD_SOCKET")
	wait_for 60 grep -q "containerd successfully booted" "$SG_TMP/containerd/log" || fail "containerd does not come up"
}

# remove_pod SANDBOX UID LOGS: also what a kubelet makes and removes, the pod's cgroup in each hierarchy and its logs
remove_pod() {
	local dir
	"${CRI[@]}" remove "$1" 2>/dev/null || true
	for dir in /sys/fs/cgroup/kubepods/"pod$2" /sys/fs/cgroup/*/kubepods/"pod$2"; do
		wait_for 5 _rmdir_gone "$dir"
	done
	rm -rf "$3"
}

# A pod of that name with one container, "app".
run_cri() {
	local options=() uid logs sandbox status=0
	[ -z "$2" ] || options+=(--seccomp "$2")
	[ "$3" = 0 ] || options+=(--no-new-privs)
	uid=$(cat /proc/sys/kernel/random/uuid)
	logs=/var/log/pods/${SG_ID}_${1}_$uid
	sandbox=$("${CRI[@]}" pod "$SG_ID" "$1" "$uid")
	at_exit remove_pod "$sandbox" "$uid" "$logs"
	"${CRI[@]}" run "${options[@]}" "$sandbox" "$SG_ID" "$1" "$uid" app "$IMAGE" "${@:4}" >"$SG_TMP/cri-$1.id" || status=$?
	remove_pod "$sandbox" "$uid" "$logs" # now: the end of a subshell would not
	return "$status"
}

# --- all of them

start_runtime() {
	"start_$1"
}

run_container() { # run_container RUNTIME NAME [--seccomp FILE] [--nnp] -- CMD…
	local runtime=$1 name=$2 profile='' nnp=0
	shift 2
	while [ "$1" != -- ]; do
		case $1 in
		--seccomp)
			profile=$2
			shift
			;;
		--nnp) nnp=1 ;;
		esac
		shift
	done
	shift
	"run_$runtime" "$name" "$profile" "$nnp" "$@"
}

target_of() {
	if [ "$1" = cri ]; then
		TARGET=(--pod "$SG_ID/$2" --container app)
	else
		TARGET=(--container "$2")
	fi
}

# record_container RECORDING RUNTIME NAME [OPTION…] -- CMD…: recorded from before it is there to its end.
record_container() {
	local recording=$1 runtime=$2 name=$3 status=0
	shift 3
	target_of "$runtime" "$name"
	start_recorder "$recording" "${TARGET[@]}" --once
	run_container "$runtime" "$name" "$@" || status=$?
	end_recorder "$recording"
	return "$status"
}
