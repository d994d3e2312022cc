# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# prove_runtime RUNTIME: a container recorded by name from before its start; nothing of the runtime in the
# application's calls; the profile that is emitted is enforced by the same runtime, and the workload passes. What was not
# recorded does not work under it.

# shellcheck source=tests/e2e/runtimes.sh
. "$(dirname "${BASH_SOURCE[0]}")/runtimes.sh"

# What busybox true calls, by strace, but for the execve, which is its parent's.
strace_true() {
	strace -o "$SG_TMP/true.strace" chroot "$IMAGE_ROOT" /bin/true
	sed -n '/^execve("\/bin\/true"/,$p' "$SG_TMP/true.strace" | sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' |
		grep -v '^execve$' | sort -u >"$SG_TMP/true.calls"
	[ "$(wc -l <"$SG_TMP/true.calls")" -gt 5 ] || fail "strace saw nothing: $(cat "$SG_TMP/true.strace")"
}

# The second is for the facts: they are read while the container runs, of one that is gone at once perhaps not.
# shellcheck disable=SC2016 # expanded in the container
workload='sleep 1 && echo one >/tmp/file && cat /tmp/file && ls / >/dev/null && rm /tmp/file && id -u && grep Seccomp: /proc/self/status'

prove_runtime() {
	need_runtimes
	need_command strace strace
	strace_true
	start_runtime "$1"
	prove "$1"
}

prove() {
	local runtime=$1 name=$SG_ID-$1 rec=$SG_TMP/$1.rec got status=0

	record_container "$rec.true" "$runtime" "$name-t" -- /bin/true || fail "$runtime: true failed"
	diff "$SG_TMP/true.calls" <(app_calls "$rec.true") >"$SG_TMP/diff" ||
		fail "$runtime: strace's calls <, recorded >: $(cat "$SG_TMP/diff")"
	# the audit trail is the host's: a test alongside this one may fill it
	! losses "$rec.true" | grep -v '^audit_' || fail "$runtime: losses $(losses "$rec.true")"

	record_container "$rec" "$runtime" "$name" -- /bin/sh -c "$workload" >"$SG_TMP/out" || fail "$runtime: the workload failed"
	"$SG" emit "$rec" >"$SG_TMP/$runtime.json" 2>"$SG_TMP/emit.err" || fail "$runtime: emit: $(cat "$SG_TMP/emit.err")"
	got=$(run_container "$runtime" "$name-e" --seccomp "$SG_TMP/$runtime.json" -- /bin/sh -c "$workload" 2>&1) ||
		fail "$runtime: the workload fails under its profile: $got"
	grep -q '^Seccomp:[[:space:]]*2' <<<"$got" || fail "$runtime: no filter is loaded: $got"
	# what was not recorded does not work
	run_container "$runtime" "$name-d" --seccomp "$SG_TMP/$runtime.json" -- /bin/mkdir /tmp/x >"$SG_TMP/out" 2>&1 || status=$?
	[ "$status" != 0 ] || fail "$runtime: mkdir was not recorded and works"
	want_facts "$rec" "$runtime" "$name"
	say "$runtime: $(facts "$rec"): $(app_calls "$rec" | wc -l) calls, enforced"
}

# What a recording has to know of its target, whatever the runtime, and what it can know under this one.
want_facts() {
	local facts fact runtime=runc
	facts=" $(facts "$1") "
	[ "$2" != crun ] || runtime=crun
	for fact in "runtime=$runtime runtime_version=" 'user=0 ' 'no_new_privs=False ' 'privileged=False ' 'filtered=False '; do
		[[ $facts == *" $fact"* ]] || fail "$2: the recording does not say $fact: $facts"
	done
	case $2 in
	podman) fact="engine=podman engine_version=$(podman --version | sed 's/^podman version //') " ;;
	docker) fact="engine=docker engine_version=$(dockerd --version | sed 's/^Docker version \(.*\),.*/\1/') " ;;
	cri) fact="engine=containerd " ;; # of ctr's only the shim or runc tells, if it is still there to be asked
	*) fact= ;;
	esac
	[[ $facts == *" $fact"* ]] || fail "$2: the recording does not say $fact: $facts"
	case $2 in
	podman | docker) fact="container_name=$3 image=$IMAGE image_digest=$(image_digest "$2") " ;;
	cri) fact="container_name=app image=$IMAGE pod=$3 pod_namespace=$SG_ID " ;;
	*) return 0 ;;
	esac
	[[ $facts == *" $fact"* ]] || fail "$2: the recording does not say $fact: $facts"
}

# image_digest RUNTIME: which image $IMAGE is, as it says
image_digest() {
	local digest
	if [ "$1" = podman ]; then
		digest=$("${PODMAN[@]}" image inspect --format '{{.Id}}' "$IMAGE")
	else
		digest=$("${DOCKER[@]}" image inspect --format '{{.Id}}' "$IMAGE")
	fi
	digest=sha256:${digest#sha256:}
	[ "${#digest}" = 71 ] || fail "$1 does not say which image $IMAGE is: $digest"
	echo "$digest"
}

# facts RECORDING: what it says of its target
facts() {
	python3 - "$1" <<-'PY'
		import json, sys
		t = json.load(open(sys.argv[1]))["runs"][0]["target"]
		print(" ".join(f"{k}={t[k]}" for k in ("runtime", "runtime_version", "engine", "engine_version",
		                                       "container_name", "image", "image_digest", "pod", "pod_namespace",
		                                       "user", "no_new_privs", "privileged", "filtered") if k in t))
	PY
}
