/* SPDX-License-Identifier: Apache-2.0 */
#include "view/list.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/utc.h"
#include "view/runs.h"

static const struct sg_column columns[] = {
	{ .title = "RECORDING" },
	{ .title = "TARGET" },
	{ .title = "DURATION", .is_number = true },
	{ .title = "CALLS", .is_number = true },
	{ .title = "DISTINCT", .is_number = true },
	{ .title = "STATE" },
};

void sg_view_list_init(struct sg_columns *table)
{
	sg_columns_init(table, columns, SG_ARRAY_SIZE(columns));
}

int sg_view_list_add(struct sg_columns *table, const char *name, const struct sg_recording *rec,
		     struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf duration = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf targets = SG_STRBUF_INIT;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	struct sg_totals totals;
	int r;

	r = sg_recording_fold(rec, &run, err);
	if (r < 0)
		return r;
	totals = sg_recording_totals(rec, run);
	sg_view_targets(rec, &targets);
	sg_duration_text(&duration, run->end > run->start ? run->end - run->start : 0);
	if (duration.failed || targets.failed)
		return sg_error_oom(err);
	sg_columns_add(table, name);
	sg_columns_add(table, targets.data);
	sg_columns_add(table, duration.data);
	/* what a log has of calls is records of them */
	sg_columns_printf(table, "%" PRIu64, totals.calls ? totals.calls : totals.logged);
	sg_columns_printf(table, "%zu", totals.distinct);
	sg_columns_add(table, sg_view_state(rec));
	return 0;
}

static const struct sg_column live_columns[] = {
	{ .title = "NAME" },
	{ .title = "TARGET" },
	{ .title = "SINCE" },
	{ .title = "RECORDER" },
};

void sg_view_live_init(struct sg_columns *table)
{
	sg_columns_init(table, live_columns, SG_ARRAY_SIZE(live_columns));
}

void sg_view_live_add(struct sg_columns *table, const struct sg_view_live *live)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf since = SG_STRBUF_INIT;

	sg_columns_add(table, live->name);
	if (!live->targets) {
		sg_columns_add(table, "?");
		sg_columns_add(table, "?");
		sg_columns_add(table,
			       live->has_recorder ? "beginning" : "died before it had begun");
		return;
	}
	sg_columns_add(table, live->targets);
	sg_utc_second(&since, live->start);
	sg_columns_add_text(table, &since);
	if (live->has_recorder)
		sg_columns_printf(table, "process %" PRIu64, live->pid);
	else
		sg_columns_add(table, "none: resume or stop it");
}
