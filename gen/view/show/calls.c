/* SPDX-License-Identifier: Apache-2.0 */
#include "view/show/calls.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/utc.h"
#include "recording/entry.h"
#include "view/columns.h"

#define PROGRAMS_SHOWN 3

static const struct sg_column columns[] = {
	{ .title = "CALL" },
	{ .title = "ARCH" },
	{ .title = "COUNT", .is_number = true },
	{ .title = "STAGE" },
	{ .title = "FIRST SEEN" },
	{ .title = "FIRST BY" },
	/* only where something was denied or logged */
	{ .title = "DENIED", .is_number = true },
	{ .title = "LOGGED", .is_number = true },
};
#define COLUMNS_ALWAYS 6

/* What the application called most comes first; then what others called most; then by id. */
static int compare_use(const void *a, const void *b)
{
	static const enum sg_stage order[] = { SG_STAGE_APP, SG_STAGE_FLOOR, SG_STAGE_SETUP };
	const struct sg_entry *x = *(const struct sg_entry *const *)a;
	const struct sg_entry *y = *(const struct sg_entry *const *)b;

	for (size_t i = 0; i < SG_ARRAY_SIZE(order); i++) {
		if (x->count[order[i]] != y->count[order[i]])
			return x->count[order[i]] > y->count[order[i]] ? -1 : 1;
	}
	if (sg_entry_denied(x) != sg_entry_denied(y))
		return sg_entry_denied(x) > sg_entry_denied(y) ? -1 : 1;
	return sg_syscall_id_compare(x->id, y->id);
}

/* "app", or "app, setup 12": COUNT is the application's, so the others' counts stand here. */
static void add_stages(struct sg_strbuf *b, const struct sg_entry *entry)
{
	if (entry->count[SG_STAGE_APP])
		sg_strbuf_add(b, sg_stage_names[SG_STAGE_APP]);
	for (size_t i = 0; i < SG_STAGE_MAX_; i++) {
		if (i != SG_STAGE_APP && entry->count[i])
			sg_strbuf_printf(b, "%s%s %" PRIu64, b->len ? ", " : "", sg_stage_names[i],
					 entry->count[i]);
	}
	if (!b->len)
		sg_strbuf_add_char(b, '-');
}

/* "3", or "3, floor 2": as COUNT and STAGE. */
static void add_denied(struct sg_strbuf *b, const struct sg_entry *entry)
{
	sg_strbuf_printf(b, "%" PRIu64, sg_entry_denied_in(entry, SG_STAGE_APP));
	for (size_t i = 0; i < SG_STAGE_APP; i++) {
		if (entry->denied_stage[i])
			sg_strbuf_printf(b, ", %s %" PRIu64, sg_stage_names[i],
					 entry->denied_stage[i]);
	}
}

/* Relative to the start of a single run; the runs of a merged recording have no common clock but
 * UTC. */
static void add_first_seen(struct sg_strbuf *b, const struct sg_entry *entry,
			   const struct sg_run *run, bool relative)
{
	if (!relative || !run->start || entry->first_seen < run->start) {
		sg_utc_text(b, entry->first_seen);
		return;
	}
	sg_strbuf_add_char(b, '+');
	sg_duration_text(b, entry->first_seen - run->start);
}

/* Who made it first, or was denied it, or had it logged, and how many others are known; where the
 * first is not known, who can have been it. */
static void add_programs(struct sg_strbuf *b, const struct sg_entry *entry)
{
	for (int i = 0; i < SG_FIRST_MAX_; i++) {
		const char *by = sg_entry_first(entry, (enum sg_first_of)i).by;

		if (!by)
			continue;
		sg_strbuf_add(b, by);
		if (entry->n_programs > 1)
			sg_strbuf_printf(b, " and %zu other%s", entry->n_programs - 1,
					 entry->n_programs == 2 ? "" : "s");
		return;
	}
	for (size_t i = 0; i < entry->n_programs && i < PROGRAMS_SHOWN; i++)
		sg_strbuf_printf(b, "%s%s", i ? " or " : "", entry->programs[i]);
	if (entry->n_programs > PROGRAMS_SHOWN)
		sg_strbuf_printf(b, " or %zu more", entry->n_programs - PROGRAMS_SHOWN);
	if (!entry->n_programs)
		sg_strbuf_add_char(b, '-');
}

static void add_row(struct sg_columns *table, const struct sg_entry *entry,
		    const struct sg_run *run, bool relative)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf stages = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf seen = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf programs = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;

	add_stages(&stages, entry);
	add_first_seen(&seen, entry, run, relative);
	add_programs(&programs, entry);
	sg_columns_add_call(table, entry->id);
	sg_columns_printf(table, "%" PRIu64, entry->count[SG_STAGE_APP]);
	sg_columns_add_text(table, &stages);
	sg_columns_add_text(table, &seen);
	sg_columns_add_text(table, &programs);
	if (table->n_columns == COLUMNS_ALWAYS)
		return;
	add_denied(&denied, entry);
	sg_columns_add_text(table, &denied);
	sg_columns_printf(table, "%" PRIu64, entry->logged);
}

int sg_view_calls(const struct sg_run *run, bool relative, struct sg_strbuf *out,
		  struct sg_error *err)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	_cleanup_free_ const struct sg_entry **sorted = NULL;
	size_t n_columns = COLUMNS_ALWAYS;

	if (run->n_entries == 0)
		return 0;
	sorted = calloc(run->n_entries, sizeof(*sorted));
	if (!sorted)
		return sg_error_oom(err);
	for (size_t i = 0; i < run->n_entries; i++) {
		sorted[i] = &run->entries[i];
		if (sg_entry_denied(sorted[i]) || sorted[i]->logged)
			n_columns = SG_ARRAY_SIZE(columns);
	}
	qsort(sorted, run->n_entries, sizeof(*sorted), compare_use);
	sg_columns_init(&table, columns, n_columns);
	for (size_t i = 0; i < run->n_entries; i++)
		add_row(&table, sorted[i], run, relative);
	sg_strbuf_add_char(out, '\n');
	sg_columns_print(&table, out);
	return 0;
}
