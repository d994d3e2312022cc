/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/output.h"
#include "commands/commands.h"
#include "shell_bash.h"
#include "shell_fish.h"
#include "shell_zsh.h"

/* Fixed scripts, tracer/cli/shell/: what they offer comes from `seccomp-gen complete`. */
static const struct {
	const char *name;
	const char *text;
	size_t len;
} shells[] = {
	{ "bash", sg_shell_bash, sizeof(sg_shell_bash) },
	{ "zsh", sg_shell_zsh, sizeof(sg_shell_zsh) },
	{ "fish", sg_shell_fish, sizeof(sg_shell_fish) },
};

static const struct sg_choice choices[] = {
	{ .name = "bash" },
	{ .name = "zsh" },
	{ .name = "fish" },
	{ 0 },
};
static_assert(SG_ARRAY_SIZE(choices) == SG_ARRAY_SIZE(shells) + 1, "each shell is offered");

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;

	(void)data;
	for (size_t i = 0; i < SG_ARRAY_SIZE(shells); i++) {
		if (strcmp(shells[i].name, operands->argv[0]) != 0)
			continue;
		sg_strbuf_add_mem(&out, shells[i].text, shells[i].len);
		return sg_output_print(&out, err);
	}
	return sg_command_usage(err, "no completion for shell '%s': use bash, zsh or fish",
				operands->argv[0]);
}

static const struct sg_example examples[] = {
	{ "seccomp-gen completion bash > /etc/bash_completion.d/seccomp-gen",
	  "installs the completion for every user of bash" },
	{ "source <(seccomp-gen completion zsh)", "loads it into the running zsh" },
	{ "seccomp-gen completion fish | source", "loads it into the running fish" },
	{ 0 },
};

const struct sg_command sg_cmd_completion = {
	.name = "completion",
	.summary = "print a shell's completion script",
	.operands = "bash|zsh|fish",
	.description =
		"Prints the script that makes bash, zsh or fish complete the commands, options and "
		"recordings of seccomp-gen. It asks the program for what it offers, so it need not "
		"be printed again when the program changes.",
	.examples = examples,
	.min_operands = 1,
	.max_operands = 1,
	.choices = choices,
	.files_only = true,
	.run = run,
};
