#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The recording store: who may write to it, what names mean, what is not there or not whole.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

a_missing_and_an_empty_store_are_said_in_one_line() {
	local round
	for round in missing empty; do
		refuse 1 "show: the store $SECCOMP_GEN_DIR is empty; make a recording with" show
		refuse 1 "emit: the store $SECCOMP_GEN_DIR is empty; make a recording with" emit
		refuse 1 "no recording 'x': no such file, and the store $SECCOMP_GEN_DIR is empty" show x
		expect 0 list
		one_line 'is empty' "list of the $round store"
		expect 0 list --quiet
		[ ! -s "$SG_TMP/err" ] || fail "list --quiet says something of the $round store"
		mkdir -p "$SECCOMP_GEN_DIR"
		chmod 700 "$SECCOMP_GEN_DIR"
	done
	rmdir "$SECCOMP_GEN_DIR"
}

the_store_is_where_the_environment_says() {
	local home=$SG_TMP/h
	mkdir -p "$home/.local/state" "$SG_TMP/xdg"
	[ "$(id -u)" != 0 ] || expect_store /var/lib/seccomp-gen -u SECCOMP_GEN_DIR
	expect_store "$home/.local/state/seccomp-gen" -u SECCOMP_GEN_DIR HOME="$home" as_user
	expect_store "$home/.local/state/seccomp-gen" -u SECCOMP_GEN_DIR HOME="$home" XDG_STATE_HOME=rel as_user
	expect_store "$SG_TMP/xdg/seccomp-gen" -u SECCOMP_GEN_DIR HOME="$home" XDG_STATE_HOME="$SG_TMP/xdg" as_user
	expect_store "$SG_TMP/own" SECCOMP_GEN_DIR="$SG_TMP/own"
}

# expect_store DIR ENV… [as_user]: with that environment, DIR is what `show` looks into.
expect_store() {
	local want=$1 as=()
	shift
	if [ "${!#}" = as_user ]; then
		set -- "${@:1:$#-1}"
		[ "$(id -u)" != 0 ] || as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	fi
	"${as[@]}" env "$@" "$SG" show no-such-recording >/dev/null 2>"$SG_TMP/err" && fail "show found something"
	grep -q "store $want" "$SG_TMP/err" || fail "$*: not $want: $(cat "$SG_TMP/err")"
}

names_are_exact_or_begin_one_recording() {
	local second=20251122T080000.000Z-db-77777777
	cp "$DATA/nginx.json" "$SECCOMP_GEN_DIR/$second.json"
	expect 0 list --names
	[ "$(cat "$SG_TMP/out")" = "$NAME"$'\n'"$second" ] || fail "list --names: $(cat "$SG_TMP/out")"
	expect 0 show
	grep -q "^Recording  $second\$" "$SG_TMP/out" || fail "show does not mean the latest"
	for what in "$NAME" "$NAME.json" 20251121; do
		expect 0 show "$what"
		grep -q "^Recording  $NAME\$" "$SG_TMP/out" || fail "show $what: $(head -n 1 "$SG_TMP/out")"
	done
	refuse 1 "recording '2025112' is ambiguous: $NAME, $second" show 2025112
	refuse 1 "no recording '2026': no such file, and none of that name in the store" show 2026
	refuse 1 "cannot open ./2026: No such file" show ./2026
	rm "$SECCOMP_GEN_DIR/$second.json"
}

one_bad_recording_does_not_hide_the_others() {
	head -c 700 "$DATA/nginx.json" >"$SECCOMP_GEN_DIR/20251122-cut.json"
	expect 1 list
	one_line "$SECCOMP_GEN_DIR/20251122-cut.json:[0-9]+:[0-9]+: " list
	grep -q "^$NAME " "$SG_TMP/out" || fail "list leaves out the good one"
	refuse 1 "show: $SECCOMP_GEN_DIR/20251122-cut.json:[0-9]+:[0-9]+: " show
	refuse 1 "emit: $SECCOMP_GEN_DIR/20251122-cut.json:[0-9]+:[0-9]+: " emit
	rm "$SECCOMP_GEN_DIR/20251122-cut.json"
}

what_others_put_there_is_not_read() {
	ln -s "$DATA/nginx.json" "$SECCOMP_GEN_DIR/20251122-link.json"
	refuse 1 'link.json: is a symbolic link' show
	rm "$SECCOMP_GEN_DIR/20251122-link.json"
	mkfifo "$SECCOMP_GEN_DIR/20251122-fifo.json"
	refuse 1 'fifo.json: not a regular file' show
	rm "$SECCOMP_GEN_DIR/20251122-fifo.json"
	mkdir "$SECCOMP_GEN_DIR/20251122-dir.json"
	refuse 1 'dir.json: not a regular file' show
	rmdir "$SECCOMP_GEN_DIR/20251122-dir.json"
	printf junk >"$SECCOMP_GEN_DIR/.20251122.json.0123.tmp"
	expect 0 show
	rm "$SECCOMP_GEN_DIR/.20251122.json.0123.tmp"
	chmod g+w "$SECCOMP_GEN_DIR"
	refuse 1 "others can write to it \(chmod go-w $SECCOMP_GEN_DIR\)" show
	chmod 700 "$SECCOMP_GEN_DIR"
	ln -s "$SECCOMP_GEN_DIR" "$SG_TMP/linked"
	SECCOMP_GEN_DIR=$SG_TMP/linked refuse 1 'linked: is a symbolic link' show
	if [ "$(id -u)" = 0 ]; then
		chown 65534 "$SECCOMP_GEN_DIR/$NAME.json"
		refuse 1 "refusing .*/$NAME.json: belongs to uid 65534" show
		chown 65534 "$SECCOMP_GEN_DIR"
		refuse 1 'belongs to uid 65534, neither to you nor to root' show
		chown 0 "$SECCOMP_GEN_DIR" "$SECCOMP_GEN_DIR/$NAME.json"
	fi
}

files_that_are_no_recording_name_file_and_place() {
	sed 's/"version": 1,/"version": 99,/' "$DATA/nginx.json" >"$SG_TMP/v99.json"
	: >"$SG_TMP/empty.json"
	printf '{"format": "other", "version": 1, "runs": []}' >"$SG_TMP/other.json"
	head -c 100 /dev/urandom >"$SG_TMP/noise.json"
	refuse 1 "v99.json.*version.* 99|v99.json.*99.*version" show "$SG_TMP/v99.json"
	for file in empty other noise; do
		refuse 1 "show: $SG_TMP/$file.json:[0-9]+:[0-9]+: " show "$SG_TMP/$file.json"
		refuse 1 "emit: $SG_TMP/$file.json:[0-9]+:[0-9]+: " emit "$SG_TMP/$file.json"
		refuse 1 "merge: $SG_TMP/$file.json:[0-9]+:[0-9]+: " merge "$DATA/nginx.json" "$SG_TMP/$file.json"
	done
	refuse 1 "cannot read $SG_TMP: Is a directory" show "$SG_TMP"
	truncate -s 65M "$SG_TMP/large.json"
	refuse 1 'large.json: larger than' show "$SG_TMP/large.json"
	refuse 1 '<stdin>:1:1: ' show - </dev/null
}

a_missing_and_an_empty_store_are_said_in_one_line
the_store_is_where_the_environment_says
filled_store
names_are_exact_or_begin_one_recording
one_bad_recording_does_not_hide_the_others
what_others_put_there_is_not_read
files_that_are_no_recording_name_file_and_place
