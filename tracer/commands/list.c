/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/cleanup.h"
#include "commands/commands.h"
#include "commands/parts/list_live.h"
#include "cli/log.h"
#include "cli/output.h"
#include "store/store.h"
#include "store/dir.h"
#include "view/list.h"

struct options {
	bool names, live;
};

static int add_row(struct sg_columns *table, const struct sg_store *store, const char *name,
		   struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r = sg_store_read(store, name, &rec, err);

	return r < 0 ? r : sg_view_list_add(table, name, rec, err);
}

/* One unreadable recording must not hide the others: it is named, and the exit code says so. */
static int print_table(const struct sg_store *store, const struct sg_store_names *names,
		       struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	int code = SG_EXIT_OK;

	sg_view_list_init(&table);
	for (size_t i = 0; i < names->n; i++) {
		struct sg_error one = { 0 };
		int r = add_row(&table, store, names->names[i], &one);

		if (r == -ENOMEM)
			return sg_error_oom(err);
		if (r < 0) {
			sg_print_error(&one);
			code = SG_EXIT_FAILURE;
		}
	}
	sg_columns_print(&table, out);
	return code;
}

static int open_store(struct sg_store **ret, struct sg_store_names *ret_names, struct sg_error *err)
{
	int r = sg_store_open(false, ret, err);

	if (r == 0)
		r = sg_store_list(*ret, ret_names, err);
	if (r == 0)
		r = sg_store_names_by_time(ret_names, err);
	return r;
}

/* An empty store is an answer, not a failure. */
static int say_empty(struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	int r = sg_store_dir_path(&path, err);

	if (r < 0)
		return r;
	sg_notice("the store %s is empty (make a recording with 'seccomp-gen record')", path);
	return SG_EXIT_OK;
}

static int run(void *data, const struct sg_operands *operands, struct sg_error *err)
{
	_cleanup_(sg_store_names_done) struct sg_store_names names = { 0 };
	_cleanup_(sg_store_freep) struct sg_store *store = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf out = SG_STRBUF_INIT;
	const struct options *o = data;
	int code = SG_EXIT_OK, r;

	(void)operands;
	if (o->live) {
		code = sg_list_live(o->names, &out, err);
		r = code < 0 ? code : sg_output_print(&out, err);
		return r < 0 ? r : code;
	}
	r = open_store(&store, &names, err);
	if (r < 0 && r != -ENOENT)
		return r;
	if (names.n == 0) {
		*err = (struct sg_error){ 0 };
		return say_empty(err);
	}
	if (o->names) {
		for (size_t i = 0; i < names.n; i++)
			sg_strbuf_printf(&out, "%s\n", names.names[i]);
	} else {
		code = print_table(store, &names, &out, err);
	}
	if (code < 0)
		return code;
	r = sg_output_print(&out, err);
	return r < 0 ? r : code;
}

static const struct sg_option options[] = {
	{ .long_name = "names",
	  SG_SWITCH(struct options, names),
	  .doc = "print the names alone, one a line, without reading the recordings" },
	{ .long_name = "live",
	  SG_SWITCH(struct options, live),
	  .doc = "list the recordings that 'record --name' has pinned and that have not ended, "
		 "whether "
		 "their recorder is alive or not" },
	{ 0 },
};

static const struct sg_example examples[] = {
	{ "seccomp-gen list", "shows what is in the store, the latest last" },
	{ "sudo SECCOMP_GEN_DIR=/backup/recordings seccomp-gen list", "looks into another store" },
	{ "sudo seccomp-gen list --live", "shows what is being recorded under a name" },
	{ 0 },
};

const struct sg_command sg_cmd_list = {
	.name = "list",
	.summary = "list the recordings in the store",
	.description = "Lists the recordings in the store, the latest last: target, duration, the "
		       "application's calls, how many distinct ones, and whether the recording is "
		       "complete, a checkpoint of a recorder that did not finish, or lossy. The "
		       "store is /var/lib/seccomp-gen for root, ~/.local/state/seccomp-gen for "
		       "others; SECCOMP_GEN_DIR overrides both.",
	.options = options,
	.examples = examples,
	.data_size = sizeof(struct options),
	.run = run,
};
