# shellcheck shell=bash disable=SC2034 # read by tests/e2e/lib.sh
# SPDX-License-Identifier: Apache-2.0
# busybox sh as an interpreter; its client writes commands to its stdin and reads its stdout.
W_PACKAGES=(busybox-static)
W_CLIENT=busybox
W_PORT=
W_STOP=
W_NO_NEW_PRIVS=0
W_ARGV=(/bin/busybox sh)

workload_data() {
	:
}
