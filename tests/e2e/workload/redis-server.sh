# shellcheck shell=bash disable=SC2034 # read by tests/e2e/lib.sh
# SPDX-License-Identifier: Apache-2.0
# With an append-only file, and snapshots by a forked child.
W_PACKAGES=(redis-server)
W_CLIENT=redis
W_PORT=6379
W_STOP=TERM
W_NO_NEW_PRIVS=1
W_ARGV=(/usr/bin/redis-server --bind 127.0.0.1 --port 6379 --dir /data --save "" --appendonly yes
	--appendfsync everysec --maxclients 64)

workload_data() {
	:
}
