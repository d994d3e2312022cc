#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line itself: what the table promises, and what becomes of words that nobody can mean.

# shellcheck source=tests/golden/cli/lib.sh
. "$(dirname "$0")/cli/lib.sh"

every_command_and_option_is_in_its_help() {
	local command option
	expect 0 --help
	cp "$SG_TMP/out" "$SG_TMP/program"
	for command in $(commands); do
		grep -Eq "^  $command +[A-Za-z]" "$SG_TMP/program" || fail "--help does not list $command"
		expect 0 "$command" --help
		for option in $(options "$command"); do
			grep -Eq "^ +(-., )?--$option( |$)" "$SG_TMP/out" ||
				fail "$command --help lacks --$option"
		done
		grep -q '^Examples:$' "$SG_TMP/out" || fail "$command --help has no examples"
		awk 'length > 100 { exit 1 }' "$SG_TMP/out" || fail "$command --help has long lines"
		cp "$SG_TMP/out" "$SG_TMP/help"
		expect 0 help "$command"
		cmp -s "$SG_TMP/help" "$SG_TMP/out" || fail "help $command is not $command --help"
	done
}

# Both ways: what the table has is in the page, and what the page has is in the table.
every_command_and_option_is_in_its_man_page() {
	local command option page known section
	for command in '' $(commands); do
		page=$SG_SOURCE/docs/man/seccomp-gen${command:+-$command}.1
		[ -f "$page" ] || fail "there is no $page"
		for option in $(options "$command"); do
			grep -Eq "^\.It .*Fl Fl $option( |\$)" "$page" || fail "$page lacks --$option"
		done
		known=$(options "$command" && options "${command:-show}")
		while read -r option; do
			grep -qx "$option" <<<"$known" ||
				fail "$page has --$option, which the program does not know"
		done < <(sed -n 's/^\.It .*Fl Fl \([a-z-]*\).*/\1/p' "$page")
		for section in 'EXIT STATUS' EXAMPLES FILES OPTIONS 'SEE ALSO'; do
			grep -qx "\.Sh $section" "$page" || fail "$page has no section $section"
		done
		[ -z "$command" ] || grep >/dev/null "^\.Xr seccomp-gen-$command 1" "$SG_SOURCE/docs/man/seccomp-gen.1" ||
			fail "seccomp-gen.1 does not name seccomp-gen-$command"
	done
}

words_that_nobody_can_mean_are_usage_errors() {
	refuse 2 'no command given'
	refuse 2 "unknown command 'shwo'; did you mean 'show'\?" shwo
	refuse 2 "unknown command 'quux'" quux
	refuse 2 "unknown command 'quux'" help quux
	refuse 2 "unknown option --nope \(see --help\)" --nope
	refuse 2 'unknown option -x' -x
	refuse 2 'unknown option --hlep: did you mean --help\?' --hlep
	refuse 2 'show: unknown option --nope \(see --help\)' show --nope=3
	refuse 2 'record: unknown option --cgruop: did you mean --cgroup\?' record --cgruop 5
	refuse 2 'show: unknown option --jsn: did you mean --json\?' show --jsn=1
	refuse 2 'show: unknown option -s: did you mean --json\?' show -json
	refuse 2 'emit: option --r is ambiguous: it can be --runtime, --runtime-version$' emit --r
	refuse 2 'record: option --no- is ambiguous: it can be --no-wait, --no-descendants, --no-audit$' record --no-=x
	refuse 2 'show: unknown option --' show --=x
	refuse 2 'show: unknown option -x' show -qx
	refuse 2 'show: option --json takes no value' show --json=1
	refuse 2 'merge: option --output needs a value: FILE' merge a b -o
	refuse 2 'merge: option --output needs a value: FILE' merge a b --output
	refuse 2 "show: unexpected operand 'b'" show a b
	refuse 2 "show: unexpected operand '--json'" show -- a --json
	refuse 2 'merge: operand missing' merge a
	refuse 2 "completion: no completion for shell 'csh': use bash, zsh or fish" completion csh
	refuse 2 "record: no command after '--'" record --
	refuse 2 "record: unexpected operand 'ls'" record ls
	refuse 2 "record: unexpected operand 'x'" record x -- ls
	refuse 2 'record: no target given: use --cgroup' record -o --
	refuse 2 'record: --all excludes --cgroup: leave one of them out' record --cgroup 5 --all
	refuse 2 'emit: --runtime-version needs --runtime' emit --runtime-version 1.1.5
}

# sample COMMAND OPTION: the option, with a value that it takes, as words in $words.
sample() {
	local metavar choices
	IFS=$'\x1f' read -r metavar choices < <("$SG" --list-options | tr '\t' '\037' |
		awk -F '\x1f' -v OFS='\x1f' -v c="$1" -v o="--$2" '$1 == c && $2 == o { print $4, $5 }')
	words=("--$2")
	case $choices/$metavar in
	/) ;;
	/PID | /N) words+=(1) ;;
	/TIME) words+=(5s) ;;
	/VERSION) words+=(1.1.5) ;;
	/UID*) words+=(0) ;;
	/LIST) words+=(none) ;;
	/*) words+=(x) ;;
	*) words+=("${choices%% *}") ;;
	esac
}

# contradict COMMAND OPTION OTHER: refused together, either first, by a line that names both and says what to do.
contradict() {
	local command=$1 first words
	if [ "$3" = -- ]; then
		sample "$command" "$2"
		refuse 2 "^seccomp-gen: $command: --$2 .*'-- CMD'(: leave one of them| out)" "$command" "${words[@]}" -- true
		return
	fi
	options "$command" | grep -qx -- "$3" || fail "$command --$2 excludes --$3, which $command does not have"
	sample "$command" "$2"
	first=("${words[@]}")
	sample "$command" "$3"
	refuse 2 "^seccomp-gen: $command: --$2 .*--$3(: leave one of them| out)" "$command" "${first[@]}" "${words[@]}"
	refuse 2 "^seccomp-gen: $command: --$2 .*--$3(: leave one of them| out)" "$command" "${words[@]}" "${first[@]}"
}

# What the rows say of each other, each pair of it.
every_contradiction_is_refused() {
	local command option short metavar choices excludes needs alone other words n=0
	"$SG" --list-options | tr '\t' '\037' >"$SG_TMP/rows"
	# shellcheck disable=SC2034
	while IFS=$'\x1f' read -r command option short metavar choices excludes needs alone; do
		option=${option#--}
		for other in $excludes; do
			contradict "$command" "$option" "$other"
			n=$((n + 1))
		done
		for other in $needs; do
			options "$command" | grep -qx -- "$other" || fail "$command --$option needs --$other, which $command does not have"
			sample "$command" "$option"
			refuse 2 "$command: --$option needs --.*: add it, or leave --$option out" "$command" "${words[@]}"
			n=$((n + 1))
		done
		[ -n "$alone" ] || continue
		while read -r other; do
			[[ " $alone help quiet verbose $option " == *" $other "* ]] || contradict "$command" "$option" "$other"
			n=$((n + 1))
		done < <(options "$command")
		contradict "$command" "$option" --
	done <"$SG_TMP/rows"
	[ "$n" -gt 40 ] || fail "$n contradictions: does --list-options have them?"
}

options_and_operands_may_be_mixed() {
	expect 0 show "$DATA/nginx.json" --json
	cp "$SG_TMP/out" "$SG_TMP/first"
	expect 0 show --js "$DATA/nginx.json"
	cmp -s "$SG_TMP/first" "$SG_TMP/out" || fail "the order of options and operands matters"
	POSIXLY_CORRECT=1 expect 0 show "$DATA/nginx.json" --json
	cmp -s "$SG_TMP/first" "$SG_TMP/out" || fail "POSIXLY_CORRECT changes the meaning"
}

# Errors are escaped: a file's name cannot drive the terminal that shows the message.
no_terminal_escape_passes_through() {
	refuse 1 'x1b\[31m' show "$SG_TMP/$(printf 'a\033[31m\nb')"
}

a_failed_write_to_stdout_is_a_failure() {
	local arguments code
	for arguments in --help --version --list-options 'help show' 'completion bash' \
		"show $DATA/nginx.json" "emit -q $DATA/nginx.json" "merge $DATA/nginx.json $DATA/nginx.json"; do
		code=0
		# shellcheck disable=SC2086
		"$SG" $arguments >/dev/full 2>"$SG_TMP/err" || code=$?
		[ "$code" = 1 ] || fail "$arguments to a full device: exit $code"
		one_line 'standard output: No space left' "$arguments"
		code=0
		# shellcheck disable=SC2086
		"$SG" $arguments >&- 2>"$SG_TMP/err" || code=$?
		[ "$code" = 1 ] || fail "$arguments to a closed stdout: exit $code"
	done
}

a_closed_pipe_is_a_failure_and_not_a_signal() {
	{
		wait_for 60 test -e "$SG_TMP/closed" || true
		"$SG" completion bash 2>"$SG_TMP/err" || echo $? >"$SG_TMP/code"
	} | {
		exec <&-
		touch "$SG_TMP/closed"
	}
	[ "$(cat "$SG_TMP/code")" = 1 ] || fail "a closed pipe: exit $(cat "$SG_TMP/code")"
	one_line 'standard output: Broken pipe' 'a closed pipe'
}

every_command_and_option_is_in_its_help
every_command_and_option_is_in_its_man_page
words_that_nobody_can_mean_are_usage_errors
every_contradiction_is_refused
options_and_operands_may_be_mixed
no_terminal_escape_passes_through
a_failed_write_to_stdout_is_a_failure
a_closed_pipe_is_a_failure_and_not_a_signal
