# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For the tests of the command line: run the program, look at its exit code and at both streams.

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

DATA=$SG_SOURCE/tests/golden/cli
unset SECCOMP_GEN_DATA XDG_STATE_HOME
export HOME=$SG_TMP/home

# expect CODE ARG…: run seccomp-gen ARG… with its streams in $SG_TMP/out and $SG_TMP/err.
expect() {
	local want=$1 code=0
	shift
	"$SG" "$@" >"$SG_TMP/out" 2>"$SG_TMP/err" || code=$?
	[ "$code" = "$want" ] || fail "seccomp-gen $*: exit $code, not $want: $(cat "$SG_TMP/err")"
	case "$code: $* " in
	[03]:*" --help "*) ;;
	[03]:*" --json "* | [03]:*" -j "*) conforms "$(schema_of "$@")" "$SG_TMP/out" ;;
	esac
}

# schema_of COMMAND ARG…: the name of the schema of its --json.
schema_of() {
	case "$* " in
	"show "*--reconcile*) echo reconcile ;;
	*) echo "$1" ;;
	esac
}

# refuse CODE PATTERN ARG…: it fails with that code, one line on stderr that matches, and no product.
refuse() {
	local code=$1 pattern=$2
	shift 2
	expect "$code" "$@"
	[ ! -s "$SG_TMP/out" ] || fail "seccomp-gen $*: failed, and wrote to stdout: $(cat "$SG_TMP/out")"
	one_line "$pattern" "$*"
}

one_line() {
	[ "$(wc -l <"$SG_TMP/err")" = 1 ] || fail "$2: not one line on stderr: $(cat "$SG_TMP/err")"
	grep -q '^seccomp-gen: ' "$SG_TMP/err" || fail "$2: does not say who speaks: $(cat "$SG_TMP/err")"
	grep -Eq -- "$1" "$SG_TMP/err" || fail "$2: '$1' is not in: $(cat "$SG_TMP/err")"
}

# same EXPECTED WHAT: the output is the file's. SG_UPDATE=1 writes the file instead.
same() {
	if [ "${SG_UPDATE:-0}" = 1 ]; then
		cp "$SG_TMP/out" "$1"
	fi
	diff -u "$1" "$SG_TMP/out" >&2 || fail "$2: differs from $1"
}

# commands: the names in the command table. options COMMAND: its long options, without dashes.
commands() {
	"$SG" --list-options | cut -f1 | sed '/^$/d' | uniq
}

options() {
	"$SG" --list-options | awk -F '\t' -v c="$1" '$1 == c { sub(/^--/, "", $2); print $2 }'
}

# filled_store: a store of this test's own with one good recording; its name is in $NAME.
filled_store() {
	export SECCOMP_GEN_DIR=$SG_TMP/store
	NAME=20251121T194800.123Z-web-1-0f3a9c1e
	mkdir -m 700 "$SECCOMP_GEN_DIR"
	cp "$DATA/nginx.json" "$SECCOMP_GEN_DIR/$NAME.json"
}
