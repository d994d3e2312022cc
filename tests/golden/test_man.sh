#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The man pages are well-formed, by mandoc's own judgement; they and --help have none of the retired words; and they name
# every variable of the environment that is read.

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

need_command mandoc mandoc
for page in "$SG_SOURCE"/docs/man/*.1; do
	mandoc -T lint -W warning "$page" >"$SG_TMP/lint" || fail "$(cat "$SG_TMP/lint")"
	mandoc -T ascii "$page" >"$SG_TMP/page" || fail "$page cannot be shown"
	[ "$(wc -l <"$SG_TMP/page")" -gt 20 ] || fail "$page is empty"
done

# As one line: a line's end is a space to whoever reads the page.
mkdir "$SG_TMP/text"
for page in "$SG_SOURCE"/docs/man/*.1; do
	tr -s '\n' ' ' <"$page" >"$SG_TMP/text/${page##*/}"
done
"$SG" --help | tr -s '\n ' ' ' >"$SG_TMP/text/--help"
while read -r command; do
	"$SG" "$command" --help | tr -s '\n ' ' ' >"$SG_TMP/text/$command --help"
done < <("$SG" --list-options | cut -f1 | sed '/^$/d' | uniq)

words=0
while read -r word; do
	expression=${word% = *}
	! grep -oiE "(.{0,30}[^A-Za-z]|^)($expression)([^A-Za-z]|\$)" "$SG_TMP"/text/* >"$SG_TMP/found" ||
		fail "retired words, for which scripts/retired-words has '${word#* = }': $(sed "s#$SG_TMP/text/##" "$SG_TMP/found")"
	words=$((words + 1))
done < <(sed -n 's/^word //p' "$SG_SOURCE/scripts/retired-words")
[ "$words" -gt 20 ] || fail "$words retired words: is scripts/retired-words as it was?"

# shellcheck disable=SC2013 # names of variables have no blanks
for variable in $(grep -rhoE '\b(getenv|environment)\("[A-Z_]+"' "$SG_SOURCE/tracer" | grep -o '[A-Z_]\{2,\}' | sort -u); do
	grep -q "^\.\(It \)\?Ev $variable\b" "$SG_SOURCE"/docs/man/*.1 || fail "no man page names the variable $variable"
done
