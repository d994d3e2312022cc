/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/texts.h"

int sg_args_parse(const char *text, size_t len, struct sg_args *ret)
{
	_cleanup_(sg_args_done) struct sg_args args = { 0 };

	if (!len)
		return -ESRCH;
	args.text = malloc(len + 1);
	if (!args.text)
		return -ENOMEM;
	memcpy(args.text, text, len);
	args.text[len] = '\0';
	for (size_t i = 0; i < len; i += strlen(args.text + i) + 1)
		args.n++;
	args.argv = calloc(args.n + 1, sizeof(*args.argv));
	if (!args.argv)
		return -ENOMEM;
	args.n = 0;
	for (size_t i = 0; i < len; i += strlen(args.text + i) + 1)
		args.argv[args.n++] = args.text + i;
	*ret = args;
	args = (struct sg_args){ 0 };
	return 0;
}

void sg_args_done(struct sg_args *args)
{
	free(args->argv);
	free(args->text);
	*args = (struct sg_args){ 0 };
}

/* argv[0] without directories; "" when there is none. */
static const char *program_of(const struct sg_args *args)
{
	return args->n ? sg_text_base_name(args->argv[0]) : "";
}

/* The value of the option ("--bundle X", "--bundle=X", "-b X"); NULL when it is not there. @names
 * ends with NULL. */
static const char *value_of(const struct sg_args *args, const char *const *names)
{
	for (size_t i = 1; i < args->n; i++) {
		for (size_t k = 0; names[k]; k++) {
			size_t n = strlen(names[k]);

			if (strncmp(args->argv[i], names[k], n))
				continue;
			if (args->argv[i][n] == '=')
				return args->argv[i] + n + 1;
			if (args->argv[i][n] == '\0' && i + 1 < args->n)
				return args->argv[i + 1];
		}
	}
	return NULL;
}

static const char *const bundle_options[] = { "--bundle", "-b", NULL };

/* runc [--root R] create|run [--bundle B] [--pid-file F] ID; crun and youki alike. */
static void read_runtime(const struct sg_args *args, struct sg_command *ret)
{
	const char *id = args->n > 2 ? args->argv[args->n - 1] : NULL;

	ret->bundle = value_of(args, bundle_options);
	ret->id = id && id[0] != '-' ? id : NULL;
}

/* conmon -c ID -n NAME -r /usr/bin/runc -b BUNDLE … */
static void read_monitor(const struct sg_args *args, struct sg_command *ret)
{
	static const char *const id_options[] = { "-c", "--cid", NULL };
	static const char *const name_options[] = { "-n", "--name", NULL };
	static const char *const runtime_options[] = { "-r", "--runtime", NULL };
	const char *runtime = value_of(args, runtime_options);

	ret->bundle = value_of(args, bundle_options);
	ret->id = value_of(args, id_options);
	ret->name = value_of(args, name_options);
	if (runtime) {
		ret->runtime = sg_text_base_name(runtime);
		ret->runtime_path = ret->runtime != runtime ? runtime : NULL;
	}
}

/* containerd-shim-runc-v2 -namespace NS -id ID … */
static void read_shim(const struct sg_args *args, struct sg_command *ret)
{
	static const char *const space_options[] = { "-namespace", NULL };
	static const char *const id_options[] = { "-id", NULL };

	ret->space = value_of(args, space_options);
	ret->id = value_of(args, id_options);
}

/* By the beginning of the program's name. */
static const struct row {
	const char *prefix, *runtime;
	enum sg_command_kind kind;
	void (*read)(const struct sg_args *args, struct sg_command *ret);
} rows[] = {
	{ "runc", "runc", SG_COMMAND_RUNTIME, read_runtime },
	{ "docker-runc", "runc", SG_COMMAND_RUNTIME, read_runtime },
	{ "crun", "crun", SG_COMMAND_RUNTIME, read_runtime },
	{ "youki", "youki", SG_COMMAND_RUNTIME, read_runtime },
	{ "conmon", NULL, SG_COMMAND_MONITOR, read_monitor },
	{ "crio-conmon", NULL, SG_COMMAND_MONITOR, read_monitor },
	{ "containerd-shim", NULL, SG_COMMAND_SHIM, read_shim },
};

static const struct row *row_of(const struct sg_args *args)
{
	const char *program = program_of(args);

	for (size_t i = 0; i < SG_ARRAY_SIZE(rows); i++) {
		if (!strncmp(program, rows[i].prefix, strlen(rows[i].prefix)))
			return &rows[i];
	}
	return NULL;
}

const char *sg_command_known_as(const struct sg_args *args)
{
	const struct row *row = row_of(args);

	return row ? row->prefix : NULL;
}

void sg_command_parse(const struct sg_args *args, struct sg_command *ret)
{
	const struct row *row = row_of(args);

	*ret = (struct sg_command){ .kind = SG_COMMAND_OTHER };
	if (!row)
		return;
	ret->kind = row->kind;
	ret->runtime = row->runtime;
	row->read(args, ret);
}

/* By the names that runtimes give their processes while they set a container up. */
static const struct {
	const char *comm, *runtime;
} set_up_comms[] = { { "runc", "runc" }, { "crun", "crun" }, { "youki", "youki" } };

const char *sg_runtime_of_comm(const char *comm)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(set_up_comms); i++) {
		size_t n = strlen(set_up_comms[i].comm);

		if (!strncmp(comm, set_up_comms[i].comm, n) && (!comm[n] || comm[n] == ':'))
			return set_up_comms[i].runtime;
	}
	return NULL;
}

#define VERSION_MAX 64

char *sg_version_parse(const char *text)
{
	const char *p = strstr(text, " version ");
	size_t n;

	if (p)
		p += strlen(" version ");
	else if (strncmp(text, "containerd ", 11) == 0) /* and where its source is */
		p = text + 11 + strcspn(text + 11, " \n");
	else
		return NULL;
	p += *p == ' ';
	n = strspn(p, "0123456789.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-~");
	return n && n < VERSION_MAX ? strndup(p, n) : NULL;
}

int sg_run_learn_runtime(struct sg_run *run, struct sg_error *err)
{
	for (size_t i = 0; !run->target.runtime && i < run->n_entries; i++) {
		const struct sg_entry *e = &run->entries[i];
		const char *runtime = NULL;

		if ((!e->count[SG_STAGE_SETUP] && !e->count[SG_STAGE_FLOOR]) ||
		    sg_entry_was_tried_by_application(e))
			continue;
		for (size_t k = 0; !runtime && k < e->n_programs; k++)
			runtime = sg_runtime_of_comm(e->programs[k]);
		if (!runtime)
			continue;
		run->target.runtime = strdup(runtime);
		if (!run->target.runtime)
			return sg_error_oom(err);
	}
	return 0;
}
