# SPDX-License-Identifier: Apache-2.0
#
# complete.zsh FPATH LINE: start an interactive zsh with the completions in FPATH, type LINE and two TABs,
# and print what it answers. The terminal is large enough for no list to be cut or asked for.
zmodload zsh/zpty

# The answer is over when nothing has come for half a second.
answer() {
	local chunk quiet=0

	while ((quiet < 10)); do
		if zpty -r -t shell chunk; then
			print -rn -- $chunk
			quiet=0
		else
			((++quiet))
			sleep 0.05
		fi
	done
}

zpty shell zsh -f -i
zpty -w shell "stty cols 400 rows 200; PS1= LISTMAX=0 fpath=($1 \$fpath); autoload -Uz compinit; compinit -D -u; print RE''ADY"
zpty -r -m shell chunk '*READY*' || exit 1
sleep 0.1
zpty -w -n shell "$2"$'\t\t'
answer
zpty -d shell
