#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recorder under other kernels, in emulated machines: the two that boot fastest; every one of them with
# SG_VM_KERNELS=all (scripts/test --full).
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command qemu-system-x86_64 qemu-system-x86
need_command cpio cpio
need_command busybox busybox-static
[ "$(uname -m)" = x86_64 ] || skip "the machines are x86_64"

read -ra kernels <<<"${SG_VM_KERNELS:-5.10 6.1}"
# 77, not skip: no kernel without a network, wherever BPF was promised
"$SG_SOURCE/scripts/vm-test" --build "$(dirname "$SG")" "${kernels[@]}" || exit
