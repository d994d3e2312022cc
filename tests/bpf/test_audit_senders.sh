#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Who can write to the audit sockets: a process with CAP_NET_ADMIN and nothing else, as nobody, in the host's network
# namespace (`--network host --cap-add NET_ADMIN`), forges a record of a call that the target never made.
# shellcheck source=tests/bpf/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_bpf
[ -e /proc/sys/net/core/netdev_max_backlog ] || skip "not in the initial network namespace"
! grep -qw 'audit=0' /proc/cmdline || skip "the kernel was booted with audit=0"
need_command setpriv util-linux
need_command strace strace
install -m 644 "$SG_SOURCE/tests/bpf/audit_sender.py" "$SG_TMP/" && chmod 755 "$SG_TMP"

# as_net_admin ARG…: audit_sender.py as nobody who has CAP_NET_ADMIN
as_net_admin() {
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin \
		--bounding-set=-all,+net_admin /usr/bin/python3 "$SG_TMP/audit_sender.py" "$@"
}

# audit_ports PID: the ports of its audit sockets (protocol 9), by the inodes of its descriptors.
audit_ports() {
	local inodes
	inodes=$(find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n')
	awk -v inodes="$inodes" 'BEGIN { split(inodes, a, "\n"); for (i in a) has[a[i]] = 1 }
		$2 == 9 && $3 != 0 && ($10 in has) { print $3 }' /proc/net/netlink
}

# forged FILE: whether the call that was only forged is in the recording
forged() {
	"$SG" show --json "$1" | grep >/dev/null '"name": "ptrace"'
}

make_cgroup "$SG_ID"
dir=$REPLY
in_cgroup "$dir" sleep 300 &
at_exit end_process $! KILL
wait_for 10 grep -q . "$dir/cgroup.procs" || fail "no target"
target=$(head -n 1 "$dir/cgroup.procs")
start_recorder "$SG_TMP/rec" --cgroup "$dir"
port=$(audit_ports "$RECORDER")
[[ $port =~ ^[0-9]+$ ]] || fail "the recorder has no audit socket, or several: '$port'"

# To the socket alone: refused where it is sent, so that it takes no room from the kernel's.
got=$(as_net_admin record "$port" 0 "$target" 101 nginx)
[ "$got" = ECONNREFUSED ] || fail "a record sent to the recorder's port: $got"
# To the group: it arrives, and is left out. Nobody may send to a group without the capability.
for _ in {1..3}; do
	got=$(as_net_admin record 0 1 "$target" 101 nginx)
	[ "$got" = sent ] || fail "a record sent to the group: $got"
done
end_recorder "$SG_TMP/rec" INT
! forged "$SG_TMP/rec" || fail "a forged record is evidence"
provoked audit_not_kernel "$SG_TMP/rec"
[ "$(losses "$SG_TMP/rec" | awk '$1 == "audit_not_kernel" { print $2 }')" = 3 ] ||
	fail "the ledger does not know of the forged records: $(losses "$SG_TMP/rec")"
! losses "$SG_TMP/rec" | awk '$1 == "audit_serial_gaps" && $2 > 3000000000 { f = 1 } END { exit !f }' ||
	fail "a forged serial number counts: $(losses "$SG_TMP/rec")"
"$SG" emit --runtime none "$SG_TMP/rec" >"$SG_TMP/profile" 2>"$SG_TMP/err" ||
	fail "whoever forges records has every recording refused: $(cat "$SG_TMP/err")"
! grep -q '"ptrace"' "$SG_TMP/profile" || fail "the profile allows what was forged"
say "forged records: refused at the sender, or left out and in the ledger"

# The answer to "how many records were lost": the recorder is held at the question, and all its sockets are answered.
strace -f -qq -o "$SG_TMP/strace" -e trace=recvmsg,recvfrom -e inject=recvmsg,recvfrom:delay_enter=1500000 \
	"$SG" record --quiet -o "$SG_TMP/lost" --cgroup "$dir" --duration 2s 2>"$SG_TMP/lost.log" &
tracer=$!
at_exit end_process "$tracer" INT
answered=0 refused=0
while alive "$tracer"; do
	recorder=$(pgrep -P "$tracer" | head -n 1) || continue
	[ -n "$recorder" ] || continue
	for port in $(audit_ports "$recorder"); do
		case $(as_net_admin status "$port" 4000000000) in
		sent) answered=$((answered + 1)) ;;
		ECONNREFUSED) refused=$((refused + 1)) ;;
		esac
	done
done
await "$tracer" || fail "record: $(cat "$SG_TMP/lost.log")"
[ "$answered" = 0 ] || fail "$answered forged answers reached a socket of the recorder's"
[ "$refused" -gt 0 ] || fail "no forged answer was sent: the test saw no socket"
! losses "$SG_TMP/lost" | grep >/dev/null '^audit_lost ' || fail "a forged count of lost records: $(losses "$SG_TMP/lost")"
say "$refused forged answers about lost records: all refused"
