/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/command.h"
#include "cli/output.h"

/*
 * Completions are printed from the command table, so they cannot fall behind it. The scripts need
 * nothing but the shell: no bash-completion package, no compinit beyond zsh's own.
 */

/* Single-quoted for a shell. */
static void add_quoted(struct sg_strbuf *b, const char *s)
{
	sg_strbuf_add_char(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			sg_strbuf_add(b, "'\\''");
		else
			sg_strbuf_add_char(b, *s);
	}
	sg_strbuf_add_char(b, '\'');
}

static void bash_option_words(struct sg_strbuf *b, const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		sg_strbuf_printf(b, " --%s", options->long_name);
		if (options->short_name)
			sg_strbuf_printf(b, " -%c", options->short_name);
	}
}

/* What fills COMPREPLY; recordings are names in the store as well as files. */
static void bash_reply(struct sg_strbuf *b, enum sg_complete complete, const char *choices)
{
	switch (complete) {
	case SG_COMPLETE_NOTHING:
		sg_strbuf_add(b, "COMPREPLY=()");
		return;
	case SG_COMPLETE_FILE:
		sg_strbuf_add(b, "_seccomp_gen_reply -f --");
		return;
	case SG_COMPLETE_DIRECTORY:
		sg_strbuf_add(b, "_seccomp_gen_reply -d --");
		return;
	case SG_COMPLETE_RECORDING:
		sg_strbuf_add(b, "_seccomp_gen_reply -f -W "
				 "\"$(seccomp-gen list --names 2>/dev/null)\" --");
		return;
	case SG_COMPLETE_PINNED:
		sg_strbuf_add(b, "_seccomp_gen_reply -W "
				 "\"$(seccomp-gen list --live --names 2>/dev/null)\" --");
		return;
	case SG_COMPLETE_CHOICE:
	case SG_COMPLETE_WORD:
		sg_strbuf_add(b, "_seccomp_gen_reply -W ");
		add_quoted(b, choices);
		sg_strbuf_add(b, " --");
		return;
	case SG_COMPLETE_COMMAND:
		sg_strbuf_add(b, "_seccomp_gen_reply -A command -A directory --");
		return;
	}
}

static void bash_option_values(struct sg_strbuf *b, const char *command,
			       const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		if (!options->metavar)
			continue;
		sg_strbuf_printf(b, "\t%s:--%s", command, options->long_name);
		if (options->short_name)
			sg_strbuf_printf(b, "|%s:-%c", command, options->short_name);
		sg_strbuf_add(b, ")\n\t\t");
		bash_reply(b, options->complete, options->choices);
		sg_strbuf_add(b, "\n\t\treturn ;;\n");
	}
}

static void print_bash(struct sg_strbuf *b)
{
	sg_strbuf_add(
		b, "# bash completion for seccomp-gen; printed by 'seccomp-gen completion bash'\n"
		   "_seccomp_gen_reply()\n{\n"
		   "\tlocal IFS=$'\\n \\t'\n"
		   "\tmapfile -t COMPREPLY < <(compgen \"$@\" \"$cur\")\n}\n\n"
		   "_seccomp_gen()\n{\n"
		   "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		   "\tlocal command=${COMP_WORDS[1]} word\n\n"
		   "\t# bash takes --option=value for three words\n"
		   "\tif [[ $cur == = ]]; then\n\t\tcur=\n"
		   "\telif [[ $prev == = ]]; then\n\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
		   "\tif ((COMP_CWORD == 1)); then\n\t\t_seccomp_gen_reply -W 'help");
	for (size_t i = 0; sg_commands[i]; i++)
		sg_strbuf_printf(b, " %s", sg_commands[i]->name);
	bash_option_words(b, sg_global_options);
	sg_strbuf_add(b, "' --\n\t\treturn\n\tfi\n"
			 "\t# behind '--' stands another program's command line\n"
			 "\tfor word in \"${COMP_WORDS[@]:2:COMP_CWORD-2}\"; do\n"
			 "\t\t[[ $word == -- ]] || continue\n"
			 "\t\t_seccomp_gen_reply -A command -f --\n\t\treturn\n\tdone\n"
			 "\tcase $command:$prev in\n");
	for (size_t i = 0; sg_commands[i]; i++)
		bash_option_values(b, sg_commands[i]->name, sg_commands[i]->options);
	sg_strbuf_add(b, "\tesac\n\tcase $command:$cur in\n\thelp:*)\n\t\t_seccomp_gen_reply -W '");
	for (size_t i = 0; sg_commands[i]; i++)
		sg_strbuf_printf(b, "%s%s", i ? " " : "", sg_commands[i]->name);
	sg_strbuf_add(b, "' -- ;;\n");
	for (size_t i = 0; sg_commands[i]; i++) {
		const struct sg_command *cmd = sg_commands[i];

		sg_strbuf_printf(b, "\t%s:-*)\n\t\t_seccomp_gen_reply -W '", cmd->name);
		bash_option_words(b, cmd->options);
		bash_option_words(b, sg_common_options);
		sg_strbuf_printf(b, "' -- ;;\n\t%s:*)\n\t\t", cmd->name);
		bash_reply(b, cmd->complete_operands, cmd->choices);
		sg_strbuf_add(b, " ;;\n");
	}
	sg_strbuf_add(b, "\tesac\n}\n\ncomplete -o filenames -F _seccomp_gen seccomp-gen\n");
}

static void zsh_action(struct sg_strbuf *b, enum sg_complete complete, const char *choices)
{
	switch (complete) {
	case SG_COMPLETE_NOTHING:
		sg_strbuf_add(b, " ");
		return;
	case SG_COMPLETE_FILE:
		sg_strbuf_add(b, "_files");
		return;
	case SG_COMPLETE_DIRECTORY:
		sg_strbuf_add(b, "_files -/");
		return;
	case SG_COMPLETE_RECORDING:
		sg_strbuf_add(b, "_seccomp_gen_recordings");
		return;
	case SG_COMPLETE_PINNED:
		sg_strbuf_add(b, "_seccomp_gen_pinned");
		return;
	case SG_COMPLETE_CHOICE:
	case SG_COMPLETE_WORD:
		sg_strbuf_printf(b, "(%s)", choices);
		return;
	case SG_COMPLETE_COMMAND:
		sg_strbuf_add(b, "_command_names -e");
		return;
	}
}

/* An explanation inside [...] of an _arguments specification. */
static void zsh_explain(struct sg_strbuf *b, const char *doc)
{
	for (; *doc; doc++) {
		if (strchr("[]:\\", *doc))
			sg_strbuf_add_char(b, '\\');
		if (*doc == '\'')
			sg_strbuf_add(b, "'\\'");
		sg_strbuf_add_char(b, *doc);
	}
}

static void zsh_spec(struct sg_strbuf *b, const struct sg_option *option, const char *word)
{
	sg_strbuf_printf(b, " \\\n\t\t\t'*%s[", word);
	zsh_explain(b, option->doc);
	sg_strbuf_add_char(b, ']');
	if (option->metavar) {
		sg_strbuf_add_char(b, ':');
		zsh_explain(b, option->metavar);
		sg_strbuf_add_char(b, ':');
		zsh_action(b, option->complete, option->choices);
	}
	sg_strbuf_add_char(b, '\'');
}

static void zsh_options(struct sg_strbuf *b, const struct sg_option *options)
{
	for (; options && options->long_name; options++) {
		_cleanup_(sg_strbuf_done) struct sg_strbuf word = SG_STRBUF_INIT;

		sg_strbuf_printf(&word, "--%s%s", options->long_name, options->metavar ? "=" : "");
		if (word.failed) {
			b->failed = true;
			return;
		}
		zsh_spec(b, options, word.data);
		if (!options->short_name)
			continue;
		zsh_spec(b, options,
			 (const char[]){ '-', options->short_name, options->metavar ? '+' : 0, 0 });
	}
}

static void zsh_commands(struct sg_strbuf *b)
{
	sg_strbuf_add(b, "\tlocal -a subcommands=(\n\t\t'help:print a command'\\''s help'\n");
	for (size_t i = 0; sg_commands[i]; i++) {
		sg_strbuf_printf(b, "\t\t'%s:", sg_commands[i]->name);
		zsh_explain(b, sg_commands[i]->summary);
		sg_strbuf_add(b, "'\n");
	}
	sg_strbuf_add(b, "\t)\n");
}

static void print_zsh(struct sg_strbuf *b)
{
	sg_strbuf_add(
		b, "#compdef seccomp-gen\n"
		   "# zsh completion for seccomp-gen; printed by 'seccomp-gen completion zsh'\n\n"
		   "_seccomp_gen_recordings()\n{\n"
		   "\tlocal -a names=(${(f)\"$(seccomp-gen list --names 2>/dev/null)\"})\n\n"
		   "\t_alternative 'recordings:recording:compadd -a names' "
		   "'files:file:_files'\n}\n\n"
		   "_seccomp_gen_pinned()\n{\n"
		   "\tlocal -a names=(${(f)\"$(seccomp-gen list --live --names 2>/dev/null)\"})\n\n"
		   "\tcompadd -a names\n}\n\n"
		   "_seccomp-gen()\n{\n"
		   "\tlocal curcontext=$curcontext context state line\n\ttypeset -A opt_args\n");
	zsh_commands(b);
	sg_strbuf_add(b, "\n\t_arguments -C -S");
	zsh_options(b, sg_global_options);
	sg_strbuf_add(b, " \\\n\t\t\t'1:command:->command' '*::argument:->argument'\n"
			 "\tcase $state in\n"
			 "\tcommand)\n\t\t_describe -t commands command subcommands ;;\n"
			 "\targument)\n\t\tcase $words[1] in\n"
			 "\t\thelp)\n\t\t\t_describe -t commands command subcommands ;;\n");
	for (size_t i = 0; sg_commands[i]; i++) {
		const struct sg_command *cmd = sg_commands[i];

		sg_strbuf_printf(b, "\t\t%s)\n\t\t\t_arguments%s", cmd->name,
				 cmd->takes_command ? "" : " -S");
		zsh_options(b, cmd->options);
		zsh_options(b, sg_common_options);
		if (cmd->takes_command)
			sg_strbuf_add(b, " \\\n\t\t\t'(-)--[the command follows]:"
					 "*::command:_normal'");
		if (cmd->max_operands > 0) {
			sg_strbuf_add(b, " \\\n\t\t\t'*:operand:");
			zsh_action(b, cmd->complete_operands, cmd->choices);
			sg_strbuf_add_char(b, '\'');
		}
		sg_strbuf_add(b, " ;;\n");
	}
	sg_strbuf_add(b,
		      "\t\tesac ;;\n\tesac\n}\n\n"
		      "# autoloaded by compinit, or sourced\n"
		      "if [[ $funcstack[1] == _seccomp-gen ]]; then\n\t_seccomp-gen \"$@\"\nelse\n"
		      "\tcompdef _seccomp-gen seccomp-gen\nfi\n");
}

static const struct {
	const char *name;
	void (*print)(struct sg_strbuf *b);
} shells[] = {
	{ "bash", print_bash },
	{ "zsh", print_zsh },
};

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf b = SG_STRBUF_INIT;

	(void)data;
	for (size_t i = 0; i < SG_ARRAY_SIZE(shells); i++) {
		if (strcmp(shells[i].name, operands->argv[0]) != 0)
			continue;
		shells[i].print(&b);
		return sg_output_print(&b, err);
	}
	return sg_command_usage(err, "no completion for shell '%s' (bash and zsh)",
				operands->argv[0]);
}

static const struct sg_example examples[] = {
	{ "seccomp-gen completion bash > /etc/bash_completion.d/seccomp-gen",
	  "installs the completion for every user of bash" },
	{ "source <(seccomp-gen completion zsh)", "loads it into the running zsh" },
	{ 0 },
};

const struct sg_command sg_cmd_completion = {
	.name = "completion",
	.summary = "print a shell's completion script",
	.operands = "bash|zsh",
	.description =
		"Prints the script that makes bash or zsh complete the commands, options and "
		"recordings of seccomp-gen.",
	.examples = examples,
	.min_operands = 1,
	.max_operands = 1,
	.complete_operands = SG_COMPLETE_CHOICE,
	.choices = "bash zsh",
	.files_only = true,
	.run = run,
};
