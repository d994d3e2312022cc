#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# seccomp-gen import on a live system: what the kernel's log holds of a workload, what it says of the rest,
# and which source is read when none is named.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

need_root
[ -r /dev/kmsg ] || skip "there is no /dev/kmsg"
[ -r /proc/sys/kernel/seccomp/actions_logged ] || skip "this kernel has no seccomp.actions_logged"
grep -q '\blog\b' /proc/sys/kernel/seccomp/actions_logged || skip "kernel.seccomp.actions_logged lacks 'log'"
GOLDEN=$SG_SOURCE/tests/golden/audit

# import ARG…: into $SG_TMP/rec.json, with what is said in $SG_TMP/err
import() {
	"$SG" import -o "$SG_TMP/rec.json" "$@" 2>"$SG_TMP/err" || fail "import $*: $(cat "$SG_TMP/err")"
}

# field NAME: the sum of all of that name in the recording
field() {
	{ grep -o "\"$1\": [0-9]*" "$SG_TMP/rec.json" || true; } | awk '{ s += $2 } END { print s + 0 }'
}

# log_has N: it is read again, and what it has and what is known to be missing of it makes N
log_has() {
	import --since "$since" --comm denied_calls /dev/kmsg
	logged=$(field logged)
	lost=$(($(field audit_suppressed) + $(field audit_serial_gaps) + $(field audit_lost)))
	[ $((logged + lost)) -ge "$1" ]
}

# N calls that a filter logs, made now; what the kernel's log has of them and what it says is missing.
calls_and_losses_add_up() {
	local n=$1 since logged lost
	since=@$(($(date +%s) - 1))
	"$SG_HELPERS/denied_calls" log "$n" >/dev/null
	# the kernel tells of what it held back when its limit has expired and it prints again
	sleep 6
	"$SG_HELPERS/denied_calls" log 1 >/dev/null
	wait_for 10 log_has "$n" || true # it is printed by a thread of the kernel
	[ "$logged" -ge 1 ] || [ "$lost" -ge "$n" ] || fail "of $n calls none is there, and $lost are known to be lost"
	[ $((logged + lost)) -ge "$n" ] || fail "of $n calls $logged are there, and only $lost are known to be lost"
	say "of $n logged calls the kernel's log has $logged; known to be lost: $lost"
}

# In a mount namespace with empty log directories: sees FILE… become the system's logs.
cat >"$SG_TMP/inside" <<'INSIDE'
set -eu
mkdir -p /var/log /run/log
mount -t tmpfs none /var/log
mount -t tmpfs none /run/log
. "$1/setup"
PATH=$1/bin:$PATH exec "$SG" import -o "$1/rec.json" 2>"$1/err"
INSIDE

defaults_to() {
	local pattern=$1
	cat >"$SG_TMP/setup"
	unshare -m --propagation private sh "$SG_TMP/inside" "$SG_TMP" || fail "import: $(cat "$SG_TMP/err")"
	grep -Eq "$pattern" "$SG_TMP/err" || fail "it does not say '$pattern': $(cat "$SG_TMP/err")"
}

calls_and_losses_add_up 3
calls_and_losses_add_up 20000
[ "$(field audit_suppressed)" -gt 0 ] || [ "$(field audit_serial_gaps)" -gt 0 ] ||
	fail "20,000 records in the kernel's log and nothing is said to be missing"

unshare -m --propagation private true 2>/dev/null || skip "the rest needs unshare -m"
mkdir "$SG_TMP/bin"
cat >"$SG_TMP/bin/journalctl" <<JOURNALCTL
#!/bin/sh
case "\$*" in
*--output=export*_TRANSPORT=audit*+*_TRANSPORT=kernel*) cat "$GOLDEN/journal.export" ;;
*) exit 1 ;;
esac
JOURNALCTL
chmod 755 "$SG_TMP/bin/journalctl"

defaults_to 'reading /var/log/audit/audit.log' <<SETUP
mkdir /var/log/audit /run/log/journal /run/log/journal/0123
sed -n 's/^| \(type=SECCOMP msg=audit(179529335[45].*comm="plain".*\)/\1/p' "$GOLDEN/lines.rows" | head -n 1 >/var/log/audit/audit.log
SETUP
[ "$(field logged)" = 1 ] || fail "it read something else than audit.log"

defaults_to 'reading the journal' <<SETUP
mkdir /run/log/journal /run/log/journal/0123
SETUP
[ "$(field logged)" = 6 ] || fail "it read something else than the journal: $(cat "$SG_TMP/err")"

defaults_to 'reading /dev/kmsg, since there is neither' <<SETUP
:
SETUP
grep -q '"kind": "log"' "$SG_TMP/rec.json" || fail "no recording"

# a journal that nothing here can read is no reason to fail
defaults_to 'no journalctl to read it' <<SETUP
mkdir /run/log/journal /run/log/journal/0123
rm "$SG_TMP/bin/journalctl"
PATH=/nowhere
SETUP
