#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The completions, by the shells themselves: they load, and offer what the command table has.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

need_command zsh zsh
filled_store
mkdir "$SG_TMP/zsh" "$SG_TMP/bin"
# What is pinned takes root and bpffs to see; bpf/test_live sees it.
cat >"$SG_TMP/bin/seccomp-gen" <<'EOT'
#!/bin/sh
[ "$*" != 'list --live --names' ] || exec printf '%s\n' web database
exec "$SG" "$@"
EOT
chmod 755 "$SG_TMP/bin/seccomp-gen"
PATH=$SG_TMP/bin:$PATH
"$SG" completion bash >"$SG_TMP/seccomp-gen.bash"
"$SG" completion zsh >"$SG_TMP/zsh/_seccomp-gen"

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
	' bash "$SG_TMP/seccomp-gen.bash" "$@" | sort | paste -sd ' '
}

bash_offers_is() {
	local want=$1 got
	shift
	got=$(bash_offers "$@")
	[ "$got" = "$want" ] || fail "bash, seccomp-gen $*: '$got', not '$want'"
}

bash_offers_has() {
	local want=$1 got
	shift
	got=$(bash_offers "$@")
	[[ " $got " == *" $want "* ]] || fail "bash, seccomp-gen $*: '$want' is not in '$got'"
}

bash_completes() {
	local command option
	bash -n "$SG_TMP/seccomp-gen.bash" || fail "bash cannot read its completion"
	bash_offers_is show sh
	bash_offers_is 'bash zsh' completion ''
	bash_offers_is 'any crun none runc' emit --runtime ''
	bash_offers_is 'any crun none runc' emit --runtime =
	bash_offers_is crun emit --runtime = c
	bash_offers_is '--runtime --runtime-version' emit --run
	bash_offers_is "$NAME" show 2025
	bash_offers_is 'database web' stop ''
	bash_offers_is web stop database w
	bash_offers_is database record --resume d
	bash_offers_is "$SG_SOURCE/CMakePresets.json" show "$SG_SOURCE/CMakePres"
	bash_offers_is "$SG_SOURCE/CMakePresets.json" merge -o "$SG_SOURCE/CMakePres"
	bash_offers_is '' emit --runtime-version ''
	for command in $(commands); do
		bash_offers_has "$command" ''
		bash_offers_has "$command" help ''
		for option in $(options "$command"); do
			bash_offers_has "--$option" "$command" --
		done
	done
}

# zsh_offers LINE: what an interactive zsh writes when TAB is pressed twice after LINE.
zsh_offers() {
	zsh -f "$DATA/complete.zsh" "$SG_TMP/zsh" "$1"
}

zsh_offers_has() {
	local line=$1 got want
	shift
	got=$(zsh_offers "$line")
	for want; do
		[[ $got == *"$want"* ]] || fail "zsh, '$line': '$want' is not in: $(cat -v <<<"$got")"
	done
	[[ $got != *'parse error'* && $got != *_arguments:* && $got != *'not found'* ]] ||
		fail "zsh, '$line': $(cat -v <<<"$got")"
}

zsh_completes() {
	local command words
	zsh -n "$SG_TMP/zsh/_seccomp-gen" || fail "zsh cannot read its completion"
	zsh -fc 'fpath=($1 $fpath); autoload -Uz compinit; compinit -D -u; autoload +X _seccomp-gen
		[[ $_comps[seccomp-gen] == _seccomp-gen ]]' zsh "$SG_TMP/zsh" || fail "zsh does not autoload its completion"
	zsh -fc 'autoload -Uz compinit; compinit -D -u; source "$1/_seccomp-gen"
		[[ $_comps[seccomp-gen] == _seccomp-gen ]]' zsh "$SG_TMP/zsh" || fail "zsh cannot source its completion"
	mapfile -t words < <(commands)
	zsh_offers_has 'seccomp-gen ' "${words[@]}" help
	zsh_offers_has 'seccomp-gen completion ' bash zsh
	zsh_offers_has 'seccomp-gen emit --runtime ' any crun none runc
	zsh_offers_has 'seccomp-gen show 20' "$NAME"
	zsh_offers_has 'seccomp-gen stop ' web database
	zsh_offers_has 'seccomp-gen record --resume ' web database
	for command in "${words[@]}"; do
		mapfile -t words < <(options "$command" | sed 's/^/--/')
		zsh_offers_has "seccomp-gen $command --" "${words[@]}"
	done
}

bash_completes
zsh_completes
