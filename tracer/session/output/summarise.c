/* SPDX-License-Identifier: Apache-2.0 */
#include "session/output/summarise.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/log.h"
#include "recording/derive/headlines.h"
#include "recording/merge/merge.h"

static void report_losses(const struct sg_recording *rec, const char *prefix)
{
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		uint64_t n = 0;

		for (size_t k = 0; k < rec->n_runs; k++)
			n += rec->runs[k]->loss[i];
		if (n)
			sg_warn("%s%s: %" PRIu64 " (%s)", prefix, sg_loss_kinds[i].name, n,
				sg_loss_kinds[i].meaning);
	}
}

static double duration_s(const struct sg_recording *rec)
{
	uint64_t start = rec->runs[0]->start, end = rec->runs[0]->end;

	for (size_t i = 1; i < rec->n_runs; i++) {
		start = rec->runs[i]->start < start ? rec->runs[i]->start : start;
		end = rec->runs[i]->end > end ? rec->runs[i]->end : end;
	}
	return (double)(end - start) / 1e9;
}

static void warn_headlines(const struct sg_recording *rec, const struct sg_run *all,
			   const char *prefix)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf ended = SG_STRBUF_INIT;

	sg_headline_denied(rec, all, &denied);
	sg_headline_ended(rec, &ended);
	if (denied.len && !denied.failed)
		sg_warn("%s%s", prefix, denied.data);
	if (ended.len && !ended.failed)
		sg_warn("%s%s", prefix, ended.data);
}

void sg_session_summarise(const struct sg_targets *ts, const struct sg_sources *src,
			  const struct sg_session_target *t, const struct sg_recording *rec)
{
	const char *space = ts->opts->output ? " " : "", *file = ts->opts->output ? t->where : "";
	_cleanup_(sg_run_freep) struct sg_run *all = NULL;
	_cleanup_free_ char *what = NULL, *prefix = NULL;
	struct sg_error err = { 0 };
	uint64_t calls;
	size_t distinct;

	if (sg_recording_fold(rec, &all, &err) < 0 ||
	    sg_session_target_describe(t, &what, &err) < 0)
		return;
	if (asprintf(&prefix, "%s%s", ts->n > 1 ? what : "", ts->n > 1 ? ": " : "") < 0) {
		prefix = NULL;
		return;
	}
	warn_headlines(rec, all, prefix);
	sg_run_totals(all, &calls, &distinct);
	sg_notice("%s%" PRIu64 " calls, %zu distinct, in %.1f s", prefix, calls, distinct,
		  duration_s(rec));
	if (src->audit && ts->n == 1 && sg_audit_watch_foreign(src->audit))
		sg_notice("%" PRIu64 " audit records of other processes left out",
			  sg_audit_watch_foreign(src->audit));
	report_losses(rec, prefix);
	if (!distinct)
		sg_warn("%sno call of the application was seen: was it running, and in that "
			"cgroup?",
			prefix);
	if (t->where)
		sg_notice("%swritten to %s", prefix, t->where);
	if (distinct && t->where && ts->n == 1)
		sg_notice("next: seccomp-gen show%s%s | less; seccomp-gen emit%s%s > profile.json",
			  space, file, space, file);
}
