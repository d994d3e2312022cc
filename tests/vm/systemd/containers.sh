# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Containers of the systemd cgroup driver, the default of every systemd host: systemd makes the scope and moves the
# process in, at the runtime's word. What the recorder learns of one is what it learns under cgroupfs.

BUNDLES=/var/tmp/sg-bundles # /run is noexec

# write_bundle ID COMMAND…: in $BUNDLES/ID
write_bundle() {
	local id=$1 command
	shift
	mkdir -p "$BUNDLES/$id/rootfs"/{bin,proc,dev,sys,tmp}
	cp /bin/busybox "$BUNDLES/$id/rootfs/bin/"
	command=$(printf '%s\n' "$@" | jq -R . | jq -s .)
	(cd "$BUNDLES/$id" && runc spec && jq --argjson args "$command" --arg cgroup "system.slice:docker:$id" \
		'.process.args = $args | .process.terminal = false | .linux.cgroupsPath = $cgroup' config.json >new && mv new config.json)
}

run_container() { # run_container ID: its pid in $container
	timeout 90 runc --systemd-cgroup run --bundle "$BUNDLES/$1" "$1" >"$1.log" 2>&1 &
	container=$!
}

test_containers() {
	local id before
	step record
	for before in yes no; do # the recorder is there before the container, or after
		id=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
		write_bundle "$id" /bin/busybox sh -c 'busybox sleep 4; busybox ls / >/dev/null'
		if [ "$before" = no ]; then
			run_container "$id"
			wait_for 60 test -d "/sys/fs/cgroup/system.slice/docker-$id.scope" || fail "no scope: $(cat "$id.log")"
			sleep 1
		fi
		mkdir -p "recorded-$before"
		seccomp-gen record -o "recorded-$before/" --container "$id" 2>"recorded-$before.log" &
		# shellcheck disable=SC2034 # end_recorder's
		recorder=$!
		if [ "$before" = yes ]; then
			wait_for 60 grep -q waiting "recorded-$before.log" || fail "the recorder does not wait: $(cat "recorded-$before.log")"
			run_container "$id"
		fi
		wait "$container" || fail "runc: $(cat "$id.log")"
		wait_for 30 grep -q 'has ended' "recorded-$before.log" || fail "record: $(cat "recorded-$before.log")"
		end_recorder "recorded-$before"
		jq -c '.runs[].target' recorded-"$before"/* >target
		grep -q '"runtime":"runc".*"runtime_version":"[0-9]' target ||
			fail "runc's version is not known (recorder first: $before): $(cat target)"
		echo "note: recorder first: $before: $(jq -r '.runtime + " " + .runtime_version' target)"
	done
}
