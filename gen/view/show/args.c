/* SPDX-License-Identifier: Apache-2.0 */
#include "view/show/args.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "args/table.h"
#include "base/cleanup.h"
#include "view/columns.h"
#include "syscall/arch.h"
#include "syscall/table.h"

static const struct sg_column columns[] = {
	{ .title = "CALL" },
	{ .title = "ARCH" },
	{ .title = "COUNT", .is_number = true },
	{ .title = "ARGUMENTS" },
};

static int compare_names(const void *pa, const void *pb)
{
	const struct sg_entry *a = *(const struct sg_entry *const *)pa;
	const struct sg_entry *b = *(const struct sg_entry *const *)pb;
	int order = strcmp(sg_syscall_name(a->id), sg_syscall_name(b->id));

	return order ? order : sg_syscall_id_compare(a->id, b->id);
}

static int compare_counts(const void *pa, const void *pb)
{
	const struct sg_arg_tuple *a = *(const struct sg_arg_tuple *const *)pa;
	const struct sg_arg_tuple *b = *(const struct sg_arg_tuple *const *)pb;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a < b ? -1 : a > b;
}

static void add_row(struct sg_columns *table, const struct sg_entry *entry, uint64_t count,
		    const struct sg_strbuf *text)
{
	sg_columns_add_call(table, entry->id);
	sg_columns_printf(table, "%" PRIu64, count);
	sg_columns_add_text(table, text);
}

/* "domain=AF_UNIX" would need names of arguments; their order is that of the call. */
static void add_tuple(struct sg_columns *table, const struct sg_entry *entry,
		      const struct sg_arg_tuple *tuple)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	const struct sg_arg_obs *obs = entry->args;
	uint64_t args[6] = { 0 };

	for (size_t i = 0; i < obs->n; i++)
		args[obs->index[i]] = tuple->value[i];
	for (size_t i = 0; i < obs->n; i++) {
		sg_strbuf_add(&text, i ? ", " : "");
		sg_arg_text_of(entry->id, obs->index[i], args, &text);
		if (tuple->high >> i & 1)
			sg_strbuf_add(&text, " (upper half not zero)");
	}
	add_row(table, entry, tuple->count, &text);
}

static int add_entry(struct sg_columns *table, const struct sg_entry *entry, struct sg_error *err)
{
	_cleanup_free_ const struct sg_arg_tuple **sorted = NULL;
	_cleanup_(sg_strbuf_done) struct sg_strbuf text = SG_STRBUF_INIT;
	const struct sg_arg_obs *obs = entry->args;

	if (!obs) {
		sg_strbuf_add(&text, "any: not watched");
		add_row(table, entry, entry->count[SG_STAGE_APP], &text);
		return 0;
	}
	sorted = calloc(obs->n_tuples + 1, sizeof(*sorted));
	if (!sorted)
		return sg_error_oom(err);
	for (size_t i = 0; i < obs->n_tuples; i++)
		sorted[i] = &obs->tuples[i];
	qsort(sorted, obs->n_tuples, sizeof(*sorted), compare_counts);
	for (size_t i = 0; i < obs->n_tuples; i++)
		add_tuple(table, entry, sorted[i]);
	if (sg_arg_obs_is_any(obs)) {
		sg_strbuf_add(&text, "any: more combinations than are recorded");
		add_row(table, entry, obs->unkept, &text);
	}
	return 0;
}

/* Calls of the application that the table of arguments has something to say about. */
static bool is_shown(const struct sg_entry *entry)
{
	return entry->count[SG_STAGE_APP] && sg_syscall_name(entry->id) &&
	       (entry->args || sg_arg_call_find(entry->id, SG_ARG_SET_ALL));
}

int sg_show_args(const struct sg_run *run, struct sg_strbuf *out, struct sg_error *err)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	_cleanup_free_ const struct sg_entry **sorted = NULL;
	size_t n = 0;
	int r;

	sorted = calloc(run->n_entries + 1, sizeof(*sorted));
	if (!sorted)
		return sg_error_oom(err);
	for (size_t i = 0; i < run->n_entries; i++) {
		if (is_shown(&run->entries[i]))
			sorted[n++] = &run->entries[i];
	}
	if (n == 0)
		return 0;
	qsort(sorted, n, sizeof(*sorted), compare_names);
	sg_columns_init(&table, columns, SG_ARRAY_SIZE(columns));
	for (size_t i = 0; i < n; i++) {
		r = add_entry(&table, sorted[i], err);
		if (r < 0)
			return r;
	}
	sg_strbuf_add_char(out, '\n');
	sg_columns_print(&table, out);
	return 0;
}
