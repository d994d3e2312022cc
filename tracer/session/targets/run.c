/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/run/alongside.h"
#include "base/cleanup.h"
#include "cli/clock.h"
#include "origin/command.h"
#include "recording/merge/merge.h"
#include "recording/merge/parts.h"
#include "session/targets/facts.h"
#include "session/targets/outside.h"

static char *dup_or_null(const char *s)
{
	return s ? strdup(s) : NULL;
}

static int fill_command(const struct sg_session_options *opts, struct sg_target *target,
			struct sg_error *err)
{
	target->command = calloc(opts->n_command, sizeof(*target->command));
	if (!target->command)
		return sg_error_oom(err);
	for (size_t i = 0; i < opts->n_command; i++) {
		target->command[i] = strdup(opts->command[i]);
		if (!target->command[i])
			return sg_error_oom(err);
		target->n_command++;
	}
	return 0;
}

/* Under --all nobody said what they are. */
static const char *kind_of(const struct sg_session_target *t, const struct sg_instance *instance)
{
	if (t->kind)
		return t->kind;
	if (instance->workload->id)
		return "container";
	return instance->workload->path.unit[0] ? "unit" : "cgroup";
}

static int fill_target(const struct sg_session_options *opts, const struct sg_session_target *t,
		       const struct sg_instance *instance, struct sg_target *target,
		       struct sg_error *err)
{
	target->kind = strdup(kind_of(t, instance));
	target->cgroup = strdup(instance->cgroup.path);
	target->cgroup_id = instance->cgroup.id;
	target->processes_before = instance->processes_before;
	target->descendants = instance->inherits;
	target->user = dup_or_null(instance->seen.user);
	target->no_new_privs = instance->seen.no_new_privs;
	target->privileged = instance->seen.privileged;
	target->filtered = instance->seen.filtered;
	if (!target->kind || !target->cgroup)
		return sg_error_oom(err);
	if (opts->command)
		return fill_command(opts, target, err);
	return instance->workload ? sg_workload_fill(instance->workload, target, err) : 0;
}

/* What was counted in one of the slots; the first fills the run, the others are joined to it. */
static int collect_slot(struct sg_sources *src, uint32_t slot, struct sg_run *run,
			struct sg_error *err)
{
	int r = sg_recorder_collect(src->recorder, slot, run, err);

	if (r == 0 && src->audit)
		r = sg_audit_watch_put(src->audit, slot, run, err);
	if (r == 0 && sg_recorder_saw_filter(src->recorder, slot))
		run->target.filtered = SG_YES;
	run->new_namespaces = sg_recorder_saw_namespaces(src->recorder, slot) ? SG_YES : SG_NO;
	return r;
}

static int collect(const struct sg_targets *ts, struct sg_sources *src,
		   const struct sg_instance *instance, struct sg_run *run, struct sg_error *err)
{
	uint64_t losses[SG_LOSS_MAX_] = { 0 };
	int r;

	r = collect_slot(src, instance->slots[0], run, err);
	for (size_t i = 1; r == 0 && i < instance->n_slots; i++) {
		_cleanup_(sg_run_freep) struct sg_run *part = NULL;

		r = sg_run_new(instance->id, &part, err);
		if (r == 0)
			r = collect_slot(src, instance->slots[i], part, err);
		if (r == 0)
			r = sg_run_add_part(run, part, err);
	}
	if (r == 0)
		r = sg_recorder_collect_moved(src->recorder, instance->slots, instance->n_slots,
					      run, err);
	if (r == 0)
		r = sg_outside_collect(src->recorder, instance, run, err);
	if (r < 0)
		return r;
	if (ts->allocates && !ts->opts->all) /* it may have been the target, come again */
		run->loss[SG_LOSS_CGROUPS_UNTRACKED] +=
			sg_recorder_cgroups_missed_since(src->recorder, instance->slots[0]);
	run->loss[SG_LOSS_CGROUPS_UNTRACKED] += instance->seconds;
	sg_sources_losses(src, losses);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		run->loss[i] += losses[i] > instance->losses_before[i]
					? losses[i] - instance->losses_before[i]
					: 0;
	run->loss[SG_LOSS_DENIALS_UNWATCHED] += instance->filters_unwatched;
	return 0;
}

/* How the target ended, if it has. */
static int fill_end(const struct sg_sources *src, const struct sg_instance *instance,
		    struct sg_run *run)
{
	const char *ended = instance->ended;

	if (instance->workload)
		ended = sg_instance_is_over(src, instance) ? SG_ENDED_GONE : NULL;
	run->ended = dup_or_null(ended);
	return ended && !run->ended ? -ENOMEM : 0;
}

int sg_instance_snapshot(const struct sg_targets *ts, struct sg_sources *src,
			 const struct sg_session_target *t, const struct sg_instance *instance,
			 bool complete, struct sg_run **ret, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r;

	/* the trail comes late: what it has of an instance that is over must be in before it
	 * is written */
	if (complete && src->audit && !src->audit_is_read) {
		r = sg_audit_watch_sync(src->audit, err);
		if (r < 0)
			return r;
	}
	r = sg_run_new(instance->id, &run, err);
	if (r < 0)
		return r;
	run->start = instance->start_real;
	run->end = sg_now_real();
	if (run->end < run->start) /* the clock was set back under way */
		run->end = run->start + (sg_now_monotonic() - instance->start);
	run->complete = complete;
	r = fill_end(src, instance, run);
	if (r < 0)
		return sg_error_oom(err);
	run->mechanism = strdup(sg_recorder_mechanism(src->recorder));
	run->tool = strdup("seccomp-gen " SG_VERSION);
	if (!run->mechanism || !run->tool)
		return sg_error_oom(err);
	r = sg_facts_host(&run->host, err);
	if (r == 0)
		r = fill_target(ts->opts, t, instance, &run->target, err);
	if (r == 0)
		r = collect(ts, src, instance, run, err);
	run->loss[SG_LOSS_CGROUPS_UNTRACKED] += t->nameless;
	if (r == 0 && instance->in_progress)
		r = sg_run_add_in_progress(run, instance->in_progress, err);
	if (r == 0 && instance->before)
		r = sg_run_put_audit_alongside(run, instance->before, err);
	if (r == 0 && instance->before)
		r = sg_target_complete(&run->target, &instance->before->target, err);
	if (r == 0)
		r = sg_run_learn_runtime(run, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(run);
	return 0;
}

int sg_instance_has_news(const struct sg_targets *ts, const struct sg_session_target *t,
			 struct sg_instance *instance, bool *ret, struct sg_error *err)
{
	struct sg_target target = { 0 };
	int r = fill_target(ts->opts, t, instance, &target, err);
	size_t n = sg_target_known_facts(&target);

	sg_target_done(&target);
	*ret = n > instance->n_facts;
	instance->n_facts = n;
	return r;
}

int sg_session_target_snapshot(const struct sg_targets *ts, struct sg_sources *src,
			       const struct sg_session_target *t, bool complete,
			       struct sg_recording **ret, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r;

	r = sg_recording_new(&rec, err);
	if (r == 0)
		r = sg_recording_merge(rec, t->past, err);
	for (size_t i = 0; r == 0 && i < t->n_instances; i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = NULL;

		r = sg_instance_snapshot(ts, src, t, t->instances[i], complete, &run, err);
		if (r == 0)
			r = sg_recording_add(rec, run, err);
		if (r == 0)
			TAKE_PTR(run);
	}
	if (r < 0)
		return r;
	*ret = TAKE_PTR(rec);
	return 0;
}
