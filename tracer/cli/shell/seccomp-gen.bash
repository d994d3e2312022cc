# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# bash completion for seccomp-gen, printed by 'seccomp-gen completion bash'. What it offers, the program knows.

_seccomp_gen()
{
	local IFS=$'\n' cur=${COMP_WORDS[COMP_CWORD]} words=() lines=() word

	# bash takes --option=value for three words
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if ((${#words[@]})) && [[ ${words[-1]} == --?* && ($word == = || ${words[-1]} == *=) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
	[[ $cur != = ]] || cur=
	mapfile -t lines < <(command seccomp-gen complete -- "${words[@]}" 2>/dev/null)
	COMPREPLY=("${lines[@]:1}")
	COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
	case ${lines[0]-} in
	files) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur") ;;
	directories) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur") ;;
	command) mapfile -t COMPREPLY < <(compgen -A command -A file -- "$cur") ;;
	*) return 0 ;;
	esac
	compopt -o filenames 2>/dev/null || return 0
}

complete -F _seccomp_gen seccomp-gen
