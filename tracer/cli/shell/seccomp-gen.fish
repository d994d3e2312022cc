# SPDX-License-Identifier: Apache-2.0
#
# fish completion for seccomp-gen, printed by 'seccomp-gen completion fish'. What it offers, the program knows.

function __seccomp_gen_complete
	set -l words (commandline -opc)
	set -l word (commandline -ct)
	set -e words[1]
	set -l lines (command seccomp-gen complete -- $words "$word" 2>/dev/null)
	# of --option=value the program completes the value, and fish all of the word
	set -l option (string match -r -- '^--[^=]*=' "$word")
	for line in $lines[2..-1]
		test -z "$line"; or printf '%s\n' "$option$line" # echo takes "-n" for its own
	end
	set -l value (string sub -s (math (string length -- "$option") + 1) -- "$word")
	switch "$lines[1]"
		case files
			for path in (__fish_complete_path "$value")
				printf '%s\n' "$option$path"
			end
		case directories
			for path in (__fish_complete_directories "$value")
				printf '%s\n' "$option$path"
			end
		case command
			set -l dashes (contains -i -- -- $words)
			set -e words[1..$dashes]
			complete -C (string join -- ' ' (string escape -- $words) "$word")
	end
end

complete -c seccomp-gen -f -a '(__seccomp_gen_complete)'
