#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Code of somebody else's in one of the recorder's processes: what it would try is refused. Each attack is shown to work
# in a recorder that does not confine itself, so that it is one. docs/privileges.md says what is left.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
[ "$(id -u)" = 0 ] || skip "needs root"
! nm "$SG" 2>/dev/null | grep __asan_init >/dev/null || skip "a build with ASan does not confine itself"

# Those who are attacked: a file of root's, a process of root's, a recording of somebody else's, a socket like Docker's.
# Not below /tmp, where a recording that cannot be written is saved.
outside=$(mktemp -d "/var/tmp/$SG_ID.XXXX")
at_exit rm -rf --one-file-system "$outside"
victim=$outside/victim
echo untouched >"$victim"
sleep 600 &
process=$!
at_exit end_process "$process"
bpffs=$SG_TMP/bpffs
mkdir "$bpffs"
mount -t bpf bpf "$bpffs"
at_exit umount -l "$bpffs"
make_cgroup "$SG_ID-other"
SECCOMP_GEN_BPFFS=$bpffs start_recorder "$SG_TMP/other.rec" --name other --cgroup "$REPLY"
pinned=$bpffs/seccomp-gen/other/map_counts
[ -e "$pinned" ] || fail "nothing is pinned at $pinned"
map_id=$(awk '$1 == "map_id:" { print $2; exit }' "/proc/$RECORDER/fdinfo/"*)
python3 - "$SG_TMP/docker.sock" <<'P' &
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
time.sleep(600)
P
at_exit end_process $!
wait_for 10 test -S "$SG_TMP/docker.sock"

hex() { # TYPE NUMBER: little endian; TYPE is I (32 bits) or Q
	python3 -c 'import struct, sys; print(struct.pack("<" + sys.argv[1], int(sys.argv[2])).hex())' "$1" "$2"
}
address=$(printf '\001\000%s' "$SG_TMP/docker.sock" | od -An -v -tx1 | tr -d ' \n')
load="b:0100000002000000*b7000000000000009500000000000000**47504c00*"

# shellcheck disable=SC2054 # no list
declare -A calls=(
	[shadow]="openat -100 s:/etc/shadow 1"
	[core_pattern]="openat -100 s:/proc/sys/kernel/core_pattern 2"
	[write]="openat -100 s:$victim 1"
	[truncate_open]="openat -100 s:$victim 0x200"
	[create]="openat -100 s:$outside/made 0x40 0600"
	[openat2]="openat2 -100 s:$victim b:$(hex Q 1)$(hex Q 0)$(hex Q 0) 24"
	[mkdir]="mkdirat -100 s:$outside/made.d 0700"
	[link]="linkat -100 s:$victim -100 s:$victim.link 0"
	[rename]="renameat2 -100 s:$victim.link -100 s:$victim.moved 0"
	[unlink]="unlinkat -100 s:$victim.moved 0"
	[truncate]="truncate s:$outside/made 10"
	[chmod]="chmod -100 s:$victim 0666"
	[mount]="mount s:none s:$outside/made.d s:tmpfs 0 0"
	[unshare]="unshare 0x40000000"
	[mem]="openat -100 s:/proc/$process/mem 2"
	[memory]="process_vm_readv $process 0 0 0 0 0"
	[pidfd_open]="pidfd_open $process 0"
	[kill]="kill $process 0"
	[ptrace]="ptrace 0x4206 $process 0 0"
	[socket]="socket 1 1 0"
	[audit_socket]="socket 16 3 9"
	[setuid]="setresuid 0 0 0"
	[exec_memory]="mmap 0 4096 5 0x22 -1 0"
	[program]="bpf 5 $load 64"
	[pinned_map]="bpf 7 b:/${pinned#/}:$(hex Q 0) 16"
	[pinned_map_read]="bpf 7 b:/${pinned#/}:$(hex I 0)$(hex I 8) 20"
	[map_by_id]="bpf 14 b:$(hex I "$map_id") 12"
	[map_create]="bpf 0 b:$(hex I 2)$(hex I 4)$(hex I 4)$(hex I 1) 64"
	[exec]="execve s:/bin/true 0 0"
)
order=(shadow core_pattern write truncate_open create openat2 mkdir link rename unlink truncate chmod mount unshare mem
	memory pidfd_open kill ptrace socket audit_socket setuid exec_memory program pinned_map pinned_map_read map_by_id
	map_create)

inject() { # PID CALL ARG…
	"$SG_HELPERS/inject_call" "$@"
}
# part PID NAME: the process of that part.
part() {
	if [ "$2" = recorder ]; then
		echo "$1"
	else
		pgrep -P "$1" -x "sg-$2" || fail "no $2 among the children of $1"
	fi
}

# --- it is an attack: all of it works where nothing is confined

make_cgroup "$SG_ID-attacked"
cgroup=$REPLY
SECCOMP_GEN_CONFINE=off start_recorder "$SG_TMP/off.rec" --cgroup "$cgroup"
off=$RECORDER
works() { # NAME CALL ARG…: RESULT is what it returned
	RESULT=$(inject "$off" "${@:2}")
	[[ $RESULT =~ ^[0-9]+$ ]] || fail "$1: works nowhere, so it is no attack: $RESULT"
}
for name in "${order[@]}"; do
	# shellcheck disable=SC2086 # words
	works "$name" ${calls[$name]}
done
works pidfd_open pidfd_open "$process" 0
works pidfd_getfd pidfd_getfd "$RESULT" 0 0
works pidfd_signal openat -100 "s:/proc/$process" 0
works pidfd_signal pidfd_send_signal "$RESULT" 0 0 0
works connect socket 1 1 0
works connect connect "$RESULT" "b:$address" $((${#address} / 2 + 1))
# shellcheck disable=SC2086
inject "$off" ${calls[exec]} >/dev/null
wait_for 10 gone "$off" || fail "exec: works nowhere"
umount -l "$outside/made.d" 2>/dev/null || true
rm -rf "$outside/made" "$outside/made.d"
echo untouched >"$victim"
chmod 600 "$victim"
cp "$victim" "$victim.link"
say "$((${#order[@]} + 5)) attacks work on a recorder that is not confined"

# --- and none of it where it is

calls[mount]="mount s:none s:$outside s:tmpfs 0 0"
calls[rename]="renameat2 -100 s:$victim -100 s:$victim.moved 0"
calls[unlink]="unlinkat -100 s:$victim 0"
calls[truncate]="truncate s:$victim 0"
mkdir "$SG_TMP/out"
start_recorder "$SG_TMP/out/rec" --cgroup "$cgroup"
on=$RECORDER
has_filter() {
	[ "$(awk '$1 == "Seccomp:" { print $2 }' "/proc/$1/status")" = 2 ]
}
wait_for 10 has_filter "$on" || fail "the recorder has no filter"
refuses() { # PART NAME CALL ARG…
	local got
	got=$(inject "$(part "$on" "$1")" "${@:3}")
	case $got in
	ENOSYS | EPERM | EACCES) ;;
	*) fail "$1: $2 is not refused: $got" ;;
	esac
	refused_calls=$((refused_calls + 1))
}
refused_calls=0
# allowed PART NAME: what that part is for, or cannot be held to less: docs/privileges.md has it in a table.
allowed() {
	case $1:$2 in
	docker:socket | docker:audit_socket | docker:exec_memory) ;;
	links:pinned_map | links:pinned_map_read) ;;
	*) return 1 ;;
	esac
}
has_landlock=1
[ "$(inject "$process" 444 0 0 1)" != ENOSYS ] && [ "$(inject "$process" 444 0 0 1)" != EOPNOTSUPP ] || has_landlock=
for who in recorder writer links docker audit; do
	for name in "${order[@]}" exec; do
		! allowed "$who" "$name" || continue
		case $who:$name in
		writer:shadow | writer:core_pattern | writer:write | writer:truncate_open | writer:create | writer:mkdir | \
			writer:rename | writer:unlink | writer:mem | links:mkdir | links:unlink)
			[ -n "$has_landlock" ] || continue
			;;
		esac
		# shellcheck disable=SC2086
		refuses "$who" "$name" ${calls[$name]}
	done
	refuses "$who" pidfd_getfd pidfd_getfd 3 0 0
	[ "$who" = docker ] || refuses "$who" connect connect 3 "b:$address" $((${#address} / 2 + 1))
done
refuses recorder pidfd_signal pidfd_send_signal 3 0 0 0
[ -z "$has_landlock" ] || refuses writer pidfd_signal openat -100 "s:/proc/$process" 0
[ "$(cat "$victim")" = untouched ] || fail "the file has changed"
alive "$process" || fail "the process is gone"
say "$refused_calls attacks are refused in the recorder, writer, links, docker and audit${has_landlock:+, Landlock}"

# They live, and do what they are for.
end_recorder "$SG_TMP/out/rec" TERM
say "what was attacked records and writes on"
