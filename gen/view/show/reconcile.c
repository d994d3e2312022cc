/* SPDX-License-Identifier: Apache-2.0 */
#include "view/show/reconcile.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "view/columns.h"
#include "recording/derive/reconcile.h"
#include "view/json.h"

static const struct sg_column columns[] = {
	{ .title = "SEEN BY" },
	{ .title = "CALL" },
	{ .title = "ARCH" },
	{ .title = "CALLED", .is_number = true },
	{ .title = "DENIED", .is_number = true },
	{ .title = "LOGGED", .is_number = true },
	{ .title = "WHY" },
};

static void add_row(struct sg_columns *table, const struct sg_reconciled *row)
{
	const struct sg_entry *entry = row->entry;

	sg_columns_add(table, sg_seen_by_names[row->seen_by]);
	sg_columns_add_call(table, entry->id);
	sg_columns_printf(table, "%" PRIu64, sg_entry_called(entry));
	sg_columns_printf(table, "%" PRIu64, sg_entry_denied(entry));
	sg_columns_printf(table, "%" PRIu64, entry->logged);
	sg_columns_add(table, row->why);
}

static void print_json(const struct sg_reconciled *rows, size_t n, struct sg_strbuf *out)
{
	struct sg_json_writer w;

	sg_view_json_init(&w, out);
	sg_json_open_object(&w, NULL);
	sg_json_open_array(&w, "syscalls");
	for (size_t i = 0; i < n; i++) {
		const struct sg_entry *entry = rows[i].entry;

		sg_json_open_inline_object(&w, NULL);
		sg_view_json_call(&w, entry->id);
		sg_json_add_string(&w, "seen_by", sg_seen_by_names[rows[i].seen_by]);
		sg_json_add_u64(&w, "count", sg_entry_called(entry));
		sg_json_add_u64(&w, "denied", sg_entry_denied(entry));
		sg_json_add_u64(&w, "logged", entry->logged);
		sg_json_add_string(&w, "why", rows[i].why);
		sg_json_close_object(&w);
	}
	sg_json_close_array(&w);
	sg_json_close_object(&w);
}

int sg_show_reconcile(const struct sg_recording *rec, bool json, struct sg_strbuf *out,
		      struct sg_error *err)
{
	_cleanup_(sg_columns_done) struct sg_columns table = { 0 };
	_cleanup_(sg_run_freep) struct sg_run *folded = NULL;
	_cleanup_free_ struct sg_reconciled *rows = NULL;
	int r;

	r = sg_recording_fold(rec, &folded, err);
	if (r < 0)
		return r;
	r = sg_recording_reconcile(rec, folded, &rows, err);
	if (r < 0)
		return r;
	if (json) {
		print_json(rows, folded->n_entries, out);
		return 0;
	}
	sg_columns_init(&table, columns, SG_ARRAY_SIZE(columns));
	for (int seen_by = 0; seen_by < SG_SEEN_BY_MAX_; seen_by++) {
		for (size_t i = 0; i < folded->n_entries; i++) {
			if ((int)rows[i].seen_by == seen_by)
				add_row(&table, &rows[i]);
		}
	}
	sg_columns_print(&table, out);
	return 0;
}
