#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The completions: what the program offers for every command and option, and that each shell shows it.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

need_command zsh zsh
need_command fish fish
filled_store
mkdir "$SG_TMP/zsh" "$SG_TMP/bin" "$SG_TMP/here"
ln -s "$SG" "$SG_TMP/bin/seccomp-gen"
PATH=$SG_TMP/bin:$PATH
for shell in bash zsh fish; do
	"$SG" completion $shell >"$SG_TMP/seccomp-gen.$shell"
done
cp "$SG_TMP/seccomp-gen.zsh" "$SG_TMP/zsh/_seccomp-gen"
cd "$SG_TMP/here"
touch 'one.json' 'two words.json'
mkdir 'deep'

# offers KIND 'CANDIDATE…' WORD…: what the program says of the last word.
offers() {
	local kind=$1 want=$2 got
	shift 2
	"$SG" complete -- "$@" >"$SG_TMP/offered" || fail "complete -- $*: exit $?"
	[ "$(head -n 1 "$SG_TMP/offered")" = "$kind" ] || fail "complete -- $*: $(head -n 1 "$SG_TMP/offered"), not $kind"
	got=$(tail -n +2 "$SG_TMP/offered" | cut -f1 | paste -sd ' ')
	[ "$got" = "$want" ] || fail "complete -- $*: '$got', not '$want'"
}

the_program_offers_what_its_tables_have() {
	local command shorts
	offers nothing "$(commands | paste -sd ' ') help --help -h --version -V --list-options" ''
	offers nothing '--version' --v
	offers nothing "$(commands | paste -sd ' ')" help ''
	offers nothing '' help show ''
	offers nothing '' no-such-command ''
	for command in $(commands); do
		shorts=$("$SG" --list-options | awk -F '\t' -v c="$command" '$1 == c { print $2; if ($3) print $3 }' | paste -sd ' ')
		offers nothing "$shorts" "$command" -
		offers nothing --help "$command" --he
	done
	[ "$(grep -c $'\t' "$SG_TMP/offered")" = 1 ] || fail "no word of what --help does"
}

the_program_knows_what_a_word_stands_for() {
	offers nothing 'bash zsh fish' completion ''
	offers nothing 'runc crun any none' emit --runtime ''
	offers nothing crun emit --runtime c
	offers nothing crun emit --runtime=c
	offers nothing '' emit --runtime-version ''
	offers nothing 'none security all' record --args ''
	offers files '' merge -o one
	offers files '' merge --output=one
	offers directories '' record --cgroup ''
	offers files "$NAME" show 2025
	offers nothing '' show "$NAME" x
	offers nothing '--discard' stop a --d
	offers nothing '--names --live --quiet -q --verbose -v --help -h' list '' # no operand: options are all there is
	offers files "$NAME" show -j -- 2025
	offers files '' check ''
	offers command '' run p.json -- l
	offers command '' record -- ls -
	offers nothing '' record --resume no-such-
	offers nothing '' stop no-such-
	offers files "$NAME" emit --no-such-option 2025
}

names_that_would_end_a_line_are_not_offered() {
	cp "$SECCOMP_GEN_DIR/$NAME.json" "$SECCOMP_GEN_DIR/$(printf 'odd\nname\033[31m').json"
	offers files '' show odd
	# shellcheck disable=SC2016
	cp "$SECCOMP_GEN_DIR/$NAME.json" "$SECCOMP_GEN_DIR"/'quiet$(touch never)'.json
	# shellcheck disable=SC2016
	bash_offers_is 'quiet$(touch never)' show quiet
	[ ! -e never ] || fail "bash executes a recording's name"
	rm "$SECCOMP_GEN_DIR"/odd* "$SECCOMP_GEN_DIR"/quiet*
}

what_cannot_be_listed_is_not_offered() {
	SECCOMP_GEN_DIR=/dev/null offers files '' show ''
	[ -z "$(SECCOMP_GEN_DIR=/dev/null "$SG" complete -- show '' 2>&1 >/dev/null)" ] || fail "an error at the prompt"
}

# bash_offers WORD…: what bash offers for the last word, sorted, on one line.
bash_offers() {
	bash --norc --noprofile -euc '
		source "$1"
		complete -p seccomp-gen >/dev/null
		COMP_WORDS=(seccomp-gen "${@:2}")
		COMP_CWORD=$(($# - 1))
		COMPREPLY=()
		_seccomp_gen
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$SG_TMP/seccomp-gen.bash" "$@" | sort -u | paste -sd ' '
}

bash_offers_is() {
	local want=$1 got
	shift
	got=$(bash_offers "$@")
	[ "$got" = "$want" ] || fail "bash, seccomp-gen $*: '$got', not '$want'"
}

bash_completes() {
	bash -n "$SG_TMP/seccomp-gen.bash" || fail "bash cannot read its completion"
	bash_offers_is show sh
	bash_offers_is 'bash fish zsh' completion ''
	bash_offers_is 'any crun none runc' emit --runtime ''
	bash_offers_is 'any crun none runc' emit --runtime =
	bash_offers_is crun emit --runtime = c
	bash_offers_is '--runtime --runtime-version' emit --run
	bash_offers_is "$NAME" show 2025
	bash_offers_is one.json show on
	bash_offers_is 'two words.json' merge --output = two
	bash_offers_is one.json merge -o on
	bash_offers_is deep record -c de
	bash_offers_is '' emit --runtime-version ''
	bash_offers_is setpriv run p.json -- setpri
}

# zsh_offers_has LINE WORD…: an interactive zsh writes each when TAB is pressed twice after LINE.
zsh_offers_has() {
	local line=$1 got want
	shift
	got=$(zsh -f "$DATA/complete.zsh" "$SG_TMP/zsh" "$line")
	for want; do
		[[ $got == *"$want"* ]] || fail "zsh, '$line': '$want' is not in: $(cat -v <<<"$got")"
	done
	[[ $got != *'parse error'* && $got != *'not found'* ]] || fail "zsh, '$line': $(cat -v <<<"$got")"
}

zsh_completes() {
	local words
	zsh -n "$SG_TMP/zsh/_seccomp-gen" || fail "zsh cannot read its completion"
	zsh -fc 'fpath=($1 $fpath); autoload -Uz compinit; compinit -D -u; autoload +X _seccomp-gen
		[[ $_comps[seccomp-gen] == _seccomp-gen ]]' zsh "$SG_TMP/zsh" || fail "zsh does not autoload its completion"
	zsh -fc 'autoload -Uz compinit; compinit -D -u; source "$1/_seccomp-gen"
		[[ $_comps[seccomp-gen] == _seccomp-gen ]]' zsh "$SG_TMP/zsh" || fail "zsh cannot source its completion"
	mapfile -t words < <(commands)
	zsh_offers_has 'seccomp-gen ' "${words[@]}" help
	zsh_offers_has 'seccomp-gen emit --runtime ' any crun none runc
	zsh_offers_has 'seccomp-gen emit --runtime=c' run
	zsh_offers_has 'seccomp-gen emit --' --format --strict 'the dialect to print'
	zsh_offers_has 'seccomp-gen show 20' "${NAME#20}"
	zsh_offers_has 'seccomp-gen show tw' 'two\ words.json'
	zsh_offers_has 'seccomp-gen run p.json -- setpri' setpriv
}

fish_offers() {
	# shellcheck disable=SC2016
	fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$SG_TMP/seccomp-gen.fish" "$1" | cut -f1 | sort | paste -sd ' '
}

# fish_offers_is 'WORD…' LINE, and fish_offers_has WORD LINE
fish_offers_is() {
	local got
	got=$(fish_offers "$2")
	[ "$got" = "$1" ] || fail "fish, '$2': '$got', not '$1'"
}

fish_offers_has() {
	local got
	got=$(fish_offers "$2")
	[[ " $got " == *" $1 "* ]] || fail "fish, '$2': '$1' is not in '$got'"
}

fish_completes() {
	fish --no-execute "$SG_TMP/seccomp-gen.fish" || fail "fish cannot read its completion"
	fish_offers_is show 'seccomp-gen sh'
	fish_offers_is 'any crun none runc' 'seccomp-gen emit --runtime '
	fish_offers_is '--runtime=crun' 'seccomp-gen emit --runtime=c'
	fish_offers_is '--runtime --runtime-version' 'seccomp-gen emit --run'
	fish_offers_has -n 'seccomp-gen record -'
	fish_offers_is "$NAME" 'seccomp-gen show 2025'
	fish_offers_is one.json 'seccomp-gen show on'
	fish_offers_is 'two words.json' 'seccomp-gen merge -o two'
	fish_offers_is --output=one.json 'seccomp-gen merge --output=on'
	fish_offers_is deep/ 'seccomp-gen record -c de'
	fish_offers_is '' 'seccomp-gen emit --runtime-version '
	fish_offers_is setpriv 'seccomp-gen run p.json -- setpri'
}

the_program_offers_what_its_tables_have
the_program_knows_what_a_word_stands_for
names_that_would_end_a_line_are_not_offered
what_cannot_be_listed_is_not_offered
bash_completes
zsh_completes
fish_completes
