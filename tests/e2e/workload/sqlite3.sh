# shellcheck shell=bash disable=SC2034 # read by tests/e2e/lib.sh
# SPDX-License-Identifier: Apache-2.0
# The shell of SQLite on a database file; its client writes SQL to its stdin and reads its stdout.
W_PACKAGES=(sqlite3)
W_CLIENT=sqlite3
W_PORT=
W_STOP=
W_NO_NEW_PRIVS=1
W_ARGV=(/usr/bin/sqlite3 -batch -bail /data/test.db)

workload_data() {
	:
}
