#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The program and its kernel half for aarch64, cross-compiled; and, with SG_VM_KERNELS=all (scripts/test --full), an
# emulated aarch64 machine where they have to count 64-bit and 32-bit programs.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu

sysroot=$("$SG_SOURCE/scripts/cross-sysroot") || exit 77 # no packages without a network
export SG_SYSROOT=$sysroot
# one at a time, and not from nothing each time
build=$SG_SOURCE/build/aarch64
mkdir -p "$build"
exec 9>"$build/.lock"
flock 9
cd "$SG_SOURCE"
if ! { cmake --preset aarch64 && cmake --build --preset aarch64 --target seccomp-gen sg_helpers; } \
	>"$SG_TMP/log" 2>&1; then
	tail -n 40 "$SG_TMP/log" >&2
	fail "the build for aarch64 failed"
fi
file=$(readelf -h "$build/seccomp-gen")
[[ $file == *AArch64* ]] || fail "built something else: $file"
say "cross-compiled"

[ "${SG_VM_KERNELS:-}" = all ] || exit 0
need_command qemu-system-aarch64 qemu-system-arm
need_command arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
scripts/vm-test --build "$build" --sysroot "$sysroot" --busybox "$sysroot/bin/busybox" all || exit
