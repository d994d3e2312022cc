#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What grows by rows is documented and tested by row (docs/developing.md): commands, dialects, arguments, floors. There are
# more tests of rows: golden/test_cli, golden/test_install, unit/test_recording_doc, golden/test_ledger, golden/test_profiles.
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
cd "$SG_SOURCE"

# each_is KIND WHERE FILES EXPRESSION: of the names on standard input each is in one of the files, by the expression in which @
# stands for it
each_is() {
	local kind=$1 where=$2 files=$3 expression=$4 name n=0 missing=()
	while read -r name; do
		n=$((n + 1))
		# shellcheck disable=SC2086 # several files
		grep -qrE -- "${expression//@/$name}" $files || missing+=("$name")
	done
	[ "$n" -ge 2 ] || fail "there are $n rows of $kind: is the table where it was?"
	[ ${#missing[@]} = 0 ] || fail "$where: no word of the $kind ${missing[*]}"
	say "$n rows of $kind: $where"
}

# Those that --help lists.
commands() {
	local name
	sed -n 's/^SG_COMMAND(\([a-z_]*\))$/\1/p' tracer/commands/commands.def | while read -r name; do
		grep -q '\.hidden = true' "tracer/commands/$name.c" || echo "$name"
	done
}
page=docs/man/seccomp-gen.1
sed -n '/^\.Sh SEE ALSO/,$p' "$page" >"$SG_TMP/see-also"
commands | each_is command "$page, COMMANDS" "$page" '^\.It Cm @( |$)'
commands | each_is command "$page, SEE ALSO" "$SG_TMP/see-also" '^\.Xr seccomp-gen-@ 1( |$)'
# shellcheck disable=SC2016 # no commands
commands | each_is command 'tests that run it' 'tests/golden tests/bpf' '("\$SG"|(expect|refuse) [0-9]) @( |$)'

dialects() {
	grep -v '^ \*' gen/dialect/dialects.def | tr '\n' ' ' | grep -oE 'DIALECT\([a-z_]+, *"[^"]+"' | cut -d'"' -f2
}
# shellcheck disable=SC2016 # no commands
dialects | each_is dialect docs/dialects.md docs/dialects.md '`@`'
dialects | each_is dialect docs/man/seccomp-gen-convert.1 docs/man/seccomp-gen-convert.1 '(^|[^a-z-])@($|[^a-z-])'

awk '$1 == "call" { print $2 }' gen/args/data/calls |
	each_is 'argument row' tests/bpf/arg_rows.py tests/bpf/arg_rows.py '^    "@":'

find profiles/floor -name '*.json' -printf '%f\n' | sed 's/\.json$//' |
	each_is floor docs/runtime-floor.md docs/runtime-floor.md '(^|[^a-z])@($|[^a-z])'
