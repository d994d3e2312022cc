#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A full disk at write time: one line, exit 1, the old file as it was, nothing half-written.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

need_root
disk=$SG_TMP/disk
mkdir "$disk"
mount -t tmpfs -o size=64k tmpfs "$disk" 2>"$SG_TMP/err" || skip "cannot mount a small file system: $(cat "$SG_TMP/err")"
at_exit umount "$disk"

for file in p.json new.json; do
	rm -f "$disk"/*
	cp "$DATA/nginx.json" "$disk/p.json"
	dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null && fail "the disk does not fill"
	refuse 1 "$disk/$file: No space left on device" merge "$DATA/nginx.json" "$DATA/runc.json" -o "$disk/$file"
	refuse 1 "$disk/$file: No space left on device" emit -q "$DATA/nginx.json" -o "$disk/$file"
	cmp -s "$disk/p.json" "$DATA/nginx.json" || fail "a full disk destroys the old file"
	[ "$(ls -A "$disk")" = filler$'\n'p.json ] || fail "left on the disk: $(ls -A "$disk")"
done

# the standard output of a shell's redirection is a file on that disk, too
code=0
"$SG" merge "$DATA/nginx.json" "$DATA/runc.json" >"$disk/redirected" 2>"$SG_TMP/err" || code=$?
[ "$code" = 1 ] || fail "stdout on a full disk: exit $code"
one_line 'standard output: No space left on device' 'stdout on a full disk'
