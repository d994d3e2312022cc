#compdef seccomp-gen
# SPDX-License-Identifier: Apache-2.0
#
# zsh completion for seccomp-gen, printed by 'seccomp-gen completion zsh'. What it offers, the program knows.

_seccomp-gen()
{
	local -a lines candidates
	local line doc word=${(Q)PREFIX}
	integer dashes

	lines=("${(@f)$(command seccomp-gen complete -- "${(@Q)words[2,CURRENT-1]}" "$word" 2>/dev/null)}")
	[[ $word != --*=* ]] || compset -P 1 '*='
	for line in "${(@)lines[2,-1]}"; do
		[[ -n $line ]] || continue
		doc=
		[[ $line != *$'\t'* ]] || doc=:${line#*$'\t'}
		candidates+=("${${line%%$'\t'*}//:/\\:}$doc")
	done
	((!$#candidates)) || _describe -t values value candidates
	case $lines[1] in
	files) _files ;;
	directories) _files -/ ;;
	command)
		dashes=${words[(i)--]}
		shift $dashes words
		((CURRENT -= dashes))
		_normal
		;;
	esac
}

# autoloaded by compinit, or sourced
if [[ $funcstack[1] == _seccomp-gen ]]; then
	_seccomp-gen "$@"
else
	compdef _seccomp-gen seccomp-gen
fi
