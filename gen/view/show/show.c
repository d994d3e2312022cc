/* SPDX-License-Identifier: Apache-2.0 */
#include "view/show/show.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "base/escape.h"
#include "base/utc.h"
#include "recording/derive/headlines.h"
#include "syscall/arch.h"
#include "view/columns.h"
#include "view/completeness.h"
#include "view/runs.h"
#include "view/show/args.h"
#include "view/show/calls.h"

/* @version: NULL where it is not known. */
static void print_versioned(struct sg_strbuf *out, const char *what, const char *name,
			    const char *version)
{
	sg_strbuf_printf(out, "%-10s ", what);
	sg_escape(out, name);
	if (version) {
		sg_strbuf_add_char(out, ' ');
		sg_escape(out, version);
	}
	sg_strbuf_add_char(out, '\n');
}

static void print_line(struct sg_strbuf *out, const char *what, const char *value)
{
	print_versioned(out, what, value, NULL);
}

/* Of runs of several targets, what all have in common. */
static void print_target(struct sg_strbuf *out, const struct sg_recording *rec,
			 const struct sg_target *target)
{
	sg_strbuf_printf(out, "%-10s ", "Target");
	sg_view_targets(rec, out);
	sg_strbuf_add_char(out, '\n');
	if (target->cgroup)
		print_line(out, "Cgroup", target->cgroup);
	if (target->owner)
		print_line(out, "Owner", target->owner);
	if (target->image)
		print_line(out, "Image", target->image);
	if (target->image_digest)
		print_line(out, "Digest", target->image_digest);
	if (target->engine)
		print_versioned(out, "Engine", target->engine, target->engine_version);
	if (target->runtime)
		print_versioned(out, "Runtime", target->runtime, target->runtime_version);
}

static void print_interval(struct sg_strbuf *out, const struct sg_recording *rec,
			   const struct sg_run *run)
{
	const struct sg_arch *arch = sg_arch_by_token(run->host.arch);

	sg_strbuf_printf(out, "%-10s ", "Recorded");
	sg_utc_text(out, run->start);
	if (run->end >= run->start) {
		sg_strbuf_add(out, rec->n_runs > 1 ? ", within " : ", for ");
		sg_duration_text(out, run->end - run->start);
	}
	if (run->host.kernel) {
		sg_strbuf_add(out, ", Linux ");
		sg_escape(out, run->host.kernel);
	}
	if (arch)
		sg_strbuf_printf(out, "%s %s", run->host.kernel ? "" : ",", arch->name);
	if (!run->complete)
		sg_strbuf_add(out, ", unfinished");
	sg_strbuf_add_char(out, '\n');
	if (rec->n_runs > 1)
		sg_strbuf_printf(out, "%-10s %zu\n", "Runs", rec->n_runs);
	if (!sg_recording_saw_start(rec))
		sg_strbuf_printf(out,
				 "%-10s not seen: the target ran already, and what it called until "
				 "then is missing\n",
				 "Start");
}

/* By run: those of one target, started again, have other places. Some are enough. */
#define WENT_ON_MAX 8

static void print_went_on(struct sg_strbuf *out, const struct sg_recording *rec)
{
	size_t n = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		for (size_t k = 0; k < target->n_went_on; k++) {
			if (n++ < WENT_ON_MAX)
				print_line(out, n == 1 ? "Continued" : "", target->went_on[k]);
		}
	}
	if (n > WENT_ON_MAX)
		sg_strbuf_printf(out, "%-10s and %zu more (the recording has them)\n", "",
				 n - WENT_ON_MAX);
}

static void print_totals(struct sg_strbuf *out, const struct sg_recording *rec,
			 const struct sg_run *run)
{
	struct sg_totals totals = sg_recording_totals(rec, run);
	bool any = false;

	sg_strbuf_printf(out, "%-10s ", "Calls");
	if (run->sources & ~(uint32_t)SG_SOURCE_AUDIT || !totals.logged)
		sg_strbuf_printf(out, "%" PRIu64 " by the application, ", totals.calls);
	if (totals.logged)
		sg_strbuf_printf(out, "%" PRIu64 " logged, ", totals.logged);
	sg_strbuf_printf(out, "%zu distinct\n", totals.distinct);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (!run->loss[i])
			continue;
		sg_strbuf_printf(out, "%-10s %s %" PRIu64 ": %s\n", any ? "" : "Losses",
				 sg_loss_kinds[i].name, run->loss[i], sg_loss_kinds[i].meaning);
		any = true;
	}
	if (!any)
		sg_strbuf_printf(out, "%-10s none\n", "Losses");
	if (sg_recording_is_lossy(rec))
		sg_strbuf_printf(out,
				 "%-10s lossy: calls can be missing, and emit refuses it without "
				 "--allow-lossy\n",
				 "State");
}

static void print_headlines(struct sg_strbuf *out, const struct sg_recording *rec,
			    const struct sg_run *run)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf ended = SG_STRBUF_INIT;

	sg_headline_denied(rec, run, &denied);
	sg_headline_ended(rec, &ended);
	out->failed |= denied.failed || ended.failed;
	if (denied.len && !denied.failed)
		sg_strbuf_printf(out, "%-10s %s\n", "Denials", denied.data);
	if (ended.len && !ended.failed)
		sg_strbuf_printf(out, "%-10s %s\n", "End", ended.data);
}

static int print_completeness(struct sg_strbuf *out, const struct sg_recording *rec,
			      struct sg_error *err)
{
	int r;

	sg_strbuf_printf(out, "%-10s ", "Complete");
	r = sg_view_completeness_line(rec, out, err);
	sg_strbuf_add_char(out, '\n');
	return r;
}

int sg_view_show(const struct sg_recording *rec, const char *name, bool args, struct sg_strbuf *out,
		 struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r = sg_recording_fold(rec, &run, err);

	if (r < 0)
		return r;
	print_line(out, "Recording", name);
	print_headlines(out, rec, run);
	print_target(out, rec, &run->target);
	print_interval(out, rec, run);
	print_went_on(out, rec);
	print_totals(out, rec, run);
	r = print_completeness(out, rec, err);
	if (r < 0)
		return r;
	if (rec->n_runs > 1)
		sg_view_runs(rec, out);
	return args ? sg_show_args(run, out, err) : sg_view_calls(run, rec->n_runs == 1, out, err);
}
