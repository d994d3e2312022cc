#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A host of systemd and pure cgroup v2, in an emulated machine: its own services and units of every kind, recorded, and
# run under what was made of it. Only with scripts/test --full.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command qemu-system-x86_64 qemu-system-x86
need_command debootstrap debootstrap
need_root
[ "$(uname -m)" = x86_64 ] || skip "the machine is x86_64"

# 77, not skip: no machine without a network, wherever BPF was promised
"$SG_SOURCE/scripts/vm-systemd" --build "$(dirname "$SG")" || exit
