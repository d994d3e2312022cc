# shellcheck shell=bash disable=SC2034 # read by tests/e2e/lib.sh
# SPDX-License-Identifier: Apache-2.0
# Four worker threads and the maintenance threads; drops root by itself.
W_PACKAGES=(memcached)
W_CLIENT=memcached
W_PORT=11211
W_STOP=TERM
W_NO_NEW_PRIVS=0
W_ARGV=(/usr/bin/memcached -u nobody -l 127.0.0.1 -p 11211 -U 0 -m 32 -c 64 -t 4)

workload_data() {
	:
}
