#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What scripts/lint includes and words find: in a small tree with one fault of each kind, that fault, and in the same tree
# without it nothing.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_command git
need_command python3

tree=$SG_TMP/tree
put() {
	mkdir -p "$tree/$(dirname "$1")"
	printf '%s\n' "${@:2}" >"$tree/$1"
}
git init -q "$tree"
mkdir -p "$tree/scripts"
cp "$SG_SOURCE/scripts/include-order" "$SG_SOURCE/scripts/retired-words" "$SG_SOURCE/scripts/check-words" \
	"$tree/scripts/"

includes() {
	"$SG_SOURCE/scripts/check-includes" "$tree" 2>"$SG_TMP/err"
}
words() {
	git -C "$tree" add -A
	"$tree/scripts/check-words" 2>"$SG_TMP/err"
}

# finds EXPRESSION: the check fails and says so
finds() {
	local said
	if said=$(includes); then
		fail "nothing found, want: $1"
	fi
	grep -qE "$1" <<<"$said" || fail "want $1, got: $said"
}

put bpf/recorder_abi.h '#pragma once'
put gen/base/list.h '#pragma once' 'int sg_list_length(void);'
put gen/base/list.c '#include "base/list.h"' 'int sg_list_length(void)' '{' '	return 0;' '}'
put gen/recording/run.h '#pragma once' 'int sg_run_length(void);'
put gen/recording/run.c '#include "base/list.h"' '#include "recording/run.h"' 'int sg_run_length(void)' '{' \
	'	return sg_list_length();' '}'
put tracer/main.c '#include "recording/run.h"' 'int main(void)' '{' '	return sg_run_length();' '}'
includes >"$SG_TMP/out" || fail "a clean tree: $(cat "$SG_TMP/out" "$SG_TMP/err")"

# an arrow back: by an include, and by a declaration of one's own
put gen/base/back.c '#include "recording/run.h"'
finds '^gen/base/back.c:1: includes "recording/run.h": an arrow back'
put gen/base/back.c 'int sg_run_length(void);' 'int sg_back(void)' '{' '	return sg_run_length();' '}'
finds '^gen/base/back.c:1: uses sg_run_length\(\): an arrow back'
put gen/base/back.c '/* sg_run_length() */' 'const char *sg_back = "sg_run_length";'
includes >"$SG_TMP/out" || fail "a comment and a text are no use: $(cat "$SG_TMP/out")"
rm "$tree/gen/base/back.c"

# what a room never uses, though it is above it
put tracer/session/part.c '#include "recorder_abi.h"'
finds '^tracer/session/part.c:1: .*tracer/session never uses bpf'
put tracer/session/part.c '#include "recorder.skel.h"'
finds '^tracer/session/part.c:1: includes "recorder.skel.h", which is for tracer/recorder'
put tracer/session/part.c '#include <bpf/libbpf.h>'
finds '^tracer/session/part.c:1: includes <bpf/libbpf.h>, which is for tracer/recorder'
rm "$tree/tracer/session/part.c"
put gen/base/net.c '#include <sys/socket.h>'
finds '^gen/base/net.c:1: includes <sys/socket.h>'
rm "$tree/gen/base/net.c"

# circles: of headers and sources, of calls through a header that is shared, of folders
put gen/args/a.h '#pragma once'
put gen/args/a.c '#include "args/b.h"'
put gen/args/b.h '#pragma once' '#include "args/a.h"'
finds '^a circle of 2 files that include each other: gen/args/a gen/args/b'
put gen/args/b.h '#pragma once'
put gen/args/private.h '#pragma once' 'int sg_a(void);' 'int sg_b(void);'
put gen/args/a.c '#include "args/private.h"' 'int sg_a(void)' '{' '	return sg_b();' '}'
put gen/args/b.c '#include "args/private.h"' 'int sg_b(void)' '{' '	return sg_a();' '}'
finds '^a circle of 2 files that call each other: gen/args/a gen/args/b'
rm -r "$tree/gen/args"
for way in "one two" "two one"; do
	read -r from to <<<"$way"
	put "gen/args/$from/own.h" '#pragma once'
	put "gen/args/$from/use.c" "#include \"args/$to/own.h\""
done
finds '^a circle of 2 folders: gen/args/one gen/args/two'
rm -r "$tree/gen/args"

# what the order does not name
put gen/attic/old.h '#pragma once'
finds '^gen/attic/old.h: gen/attic is not in scripts/include-order'
rm -r "$tree/gen/attic"
put gen/base/list.h '#pragma once' '#include "base/gone.h"'
finds '^gen/base/list.h:2: includes "base/gone.h": no such file'
rm "$tree/gen/base/list.h"

# Words. Those of the list are written apart here, so that this file has none of them.
put docs/good.md 'The cgroup is known; it takes a look, and what is drafted settles.'
put tracer/good.c '/* a draft of what is lost */' 'int sg_unknown(int x);' 'const char *s = "a draft";'
words >"$SG_TMP/out" || fail "nothing retired, and found: $(cat "$SG_TMP/out")"
said_of() {
	put "$1" "${@:3}"
	if words >"$SG_TMP/out"; then
		fail "not found: ${*:3}"
	fi
	grep -qE "$2" "$SG_TMP/out" || fail "want $2, got: $(cat "$SG_TMP/out")"
	rm "$tree/$1"
}
said_of docs/man/x.1 '^docs/man/x.1:1: All''otted: say allocate' 'All''otted slots'
said_of docs/x.md '^docs/x.md:2: go''es on: say continue' 'first' ' * It go''es' ' * on.'
said_of tests/x.sh '^tests/x.sh:1: ke''pt: say' 'sg_ke''pt_file=1'
said_of gen/x.c '^gen/x.c:1: sg_dr''aft_read: say parsed profile' 'int sg_dr''aft_read(void);'
said_of gen/dr''aft.c '^gen/dr''aft.c:0: dr''aft: say' ''
