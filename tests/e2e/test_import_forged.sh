#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What programs write into logs to have a call allowed that nobody made: through the kernel's own log, as nobody with
# CAP_AUDIT_WRITE (which containers have by default) in network and pid namespaces of its own; through journald, as
# nobody. And a journal that is damaged, which journalctl passes over with exit code 0.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

need_root
need_command dmesg util-linux
need_command journalctl systemd
need_command setpriv util-linux
[ -r /dev/kmsg ] || skip "there is no /dev/kmsg"
! grep -qw 'audit=0' /proc/cmdline || skip "the kernel was booted with audit=0"
unshare -m -n -p -f --propagation private true 2>/dev/null || skip "needs unshare -m -n -p"
JOURNALD=/lib/systemd/systemd-journald
[ -x "$JOURNALD" ] || skip "needs $JOURNALD"
chmod 755 "$SG_TMP"
install -m 644 "$SG_SOURCE/tests/e2e/forge_logs.py" "$SG_TMP/"
NAME=fz$RANDOM
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
# shellcheck disable=SC2054 # the commas are setpriv's
audit_write=("${nobody[@]}" --inh-caps=-all,+audit_write --ambient-caps=-all,+audit_write --bounding-set=-all,+audit_write)

# believes_nothing FILE: no forged record is evidence, and no forged loss or serial number counts
believes_nothing() {
	"$SG" import --comm "$NAME" -o "$SG_TMP/rec.json" "$1" 2>"$SG_TMP/err" || fail "import $1: $(cat "$SG_TMP/err")"
	! grep -q '"name": "bpf"' "$SG_TMP/rec.json" || fail "${1##*/}: a forged record is evidence: $(grep -n "$NAME" "$1" | head -n 3)"
	! grep -Eq '"audit_(serial_gaps|suppressed)": [0-9]{9}' "$SG_TMP/rec.json" ||
		fail "${1##*/}: a forged loss counts: $(grep audit_ "$SG_TMP/rec.json")"
	FILES=$((${FILES:-0} + 1))
}

# The kernel's log, in all forms of dmesg.
# Again and again: what others have logged just then is reason for the kernel to pass over it (printk_ratelimit).
in_log() {
	unshare -n -p -f "${audit_write[@]}" /usr/bin/python3 "$SG_TMP/forge_logs.py" audit "$NAME" ||
		skip "the kernel takes no audit message from a process with CAP_AUDIT_WRITE"
	sleep 0.2
	dmesg | grep >/dev/null "$NAME"
}
wait_for 60 in_log || skip "this kernel does not print audit messages (an auditd runs?)"
forms=('' -x -r -T -J '-J -x' -t '-t -x' -d '-d -T' -e -S '-S -r' '--color=always' '--color=always -T')
for form in ctime reltime delta iso notime; do forms+=("--time-format $form" "--time-format $form -x"); done
for form in '' -T -x -e '--time-format iso' '-x --time-format iso'; do forms+=("--force-prefix $form"); done
for form in "${forms[@]}"; do
	# shellcheck disable=SC2086 # several words
	dmesg $form >"$SG_TMP/dmesg${form// /_}" 2>"$SG_TMP/err" || continue # an option that this dmesg has not
	grep -q "$NAME" "$SG_TMP/dmesg${form// /_}" || fail "dmesg $form has no trace of the forged records"
	believes_nothing "$SG_TMP/dmesg${form// /_}"
done
timeout 5 dd if=/dev/kmsg iflag=nonblock bs=8k of="$SG_TMP/kmsg" 2>/dev/null || true
grep -q "$NAME" "$SG_TMP/kmsg" || fail "/dev/kmsg has no trace of the forged records"
believes_nothing "$SG_TMP/kmsg"
! command -v busybox >/dev/null || ! busybox dmesg >"$SG_TMP/busybox" 2>/dev/null || believes_nothing "$SG_TMP/busybox"
[ "${FILES:-0}" -gt 15 ] || fail "only $FILES forms of the kernel's log were tried"
say "the kernel's log: $FILES forms, no forged record is evidence"

# A journald of our own, which takes nothing from audit: in namespaces, with its directories on a tmpfs.
cat >"$SG_TMP/journald" <<'INSIDE'
set -eu
mount -t tmpfs none /run
mkdir -p /run/systemd/journal /run/log/journal
mount -t tmpfs none /etc/systemd
printf '[Journal]\nStorage=volatile\nAudit=no\nReadKMsg=yes\nRateLimitIntervalSec=0\n' >/etc/systemd/journald.conf
if [ ! -s /etc/machine-id ]; then
	echo 0123456789abcdef0123456789abcdef >"$SG_TMP/machine-id"
	[ -e /etc/machine-id ] || exit 77
	mount --bind "$SG_TMP/machine-id" /etc/machine-id
fi
"$JOURNALD" &
journald=$!
trap 'kill "$journald"' EXIT
n=0
until [ -S /run/systemd/journal/dev-log ]; do
	n=$((n + 1))
	[ "$n" -lt 300 ] || exit 77
	sleep 0.1
done
"$@" /usr/bin/python3 "$SG_TMP/forge_logs.py" log /run/systemd/journal/dev-log "$NAME"
journalctl --sync
for form in short short-precise short-iso short-full short-monotonic short-unix with-unit verbose cat json json-pretty \
	json-seq json-sse export; do
	journalctl --no-pager -o "$form" >"$SG_TMP/journal-$form"
done
journalctl --no-pager -o short --no-hostname >"$SG_TMP/journal-no-hostname"
journalctl --no-pager -o json --output-fields=MESSAGE >"$SG_TMP/journal-fields"
journalctl --no-pager -o export --output-fields=MESSAGE,_TRANSPORT >"$SG_TMP/journal-transport"
kill "$journald"
wait "$journald" || true
trap - EXIT
cp -r /run/log/journal "$SG_TMP/machine"
INSIDE
export NAME JOURNALD SG_TMP
status=0
unshare -m -n --propagation private bash "$SG_TMP/journald" "${nobody[@]}" >"$SG_TMP/journald.log" 2>&1 || status=$?
[ "$status" != 77 ] || skip "no journald of our own can be had here"
[ "$status" = 0 ] || fail "journald: $(cat "$SG_TMP/journald.log")"
FILES=0
for file in "$SG_TMP"/journal-*; do
	grep -aq "$NAME" "$file" || fail "${file##*/} has no trace of the forged records"
	believes_nothing "$file"
done
say "journald: $FILES forms, no forged record is evidence"

# What journalctl cannot read is a loss, though it exits with 0; what it could read is saved.
cat >"$SG_TMP/damaged" <<'INSIDE'
set -eu
mount -t tmpfs none /run
mount -t tmpfs none /var/log
mkdir -p /run/log/journal
cp -r "$SG_TMP"/machine/* /run/log/journal/
cd /run/log/journal/*/
"$@"
exec "$SG" import -o "$SG_TMP/damaged.json"
INSIDE
# journal WANT COMMAND…: import of the system's journal after the command, in its directory, exits with WANT
journal() {
	local want=$1 got=0
	shift
	rm -f "$SG_TMP/damaged.json"
	unshare -m --propagation private bash "$SG_TMP/damaged" "$@" >"$SG_TMP/err" 2>&1 || got=$?
	[ "$got" = "$want" ] || fail "import after '$*': exit $got, not $want: $(cat "$SG_TMP/err")"
	grep -q 'reading the journal' "$SG_TMP/err" || fail "it did not read the journal: $(cat "$SG_TMP/err")"
}
journal 0 true
! grep -q '"audit_unreadable"' "$SG_TMP/damaged.json" || fail "a whole journal has losses: $(cat "$SG_TMP/err")"
for damage in 'truncate -s 300000 system.journal' 'truncate -s 0 system.journal' \
	'dd if=/dev/urandom of=system.journal bs=100 count=1 conv=notrunc status=none'; do
	# shellcheck disable=SC2086 # several words
	journal 1 $damage
	grep -Eq 'journalctl: .*(truncated|corrupt)' "$SG_TMP/err" || fail "what journalctl says is not said: $(cat "$SG_TMP/err")"
	grep -q '"audit_unreadable": 1' "$SG_TMP/damaged.json" || fail "the ledger does not know of it: $(cat "$SG_TMP/err")"
	"$SG" emit --runtime none "$SG_TMP/damaged.json" >/dev/null 2>"$SG_TMP/err" && fail "emit takes what is left of a damaged journal"
done
# one of two: the other is read
journal 1 sh -c 'cp system.journal system@0.journal && truncate -s 300000 system@0.journal'
grep -q '"audit_unreadable": 1' "$SG_TMP/damaged.json" || fail "the ledger does not know of it: $(cat "$SG_TMP/err")"
say "a damaged journal: said, in the ledger, exit 1"
