/* SPDX-License-Identifier: Apache-2.0 */
#include "session/end/end.h"

#include <errno.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "recording/merge/merge.h"
#include "session/output/save.h"
#include "session/start/appear.h"
#include "session/targets/run.h"
#include "store/store.h"

/* Under --all a target that comes again finds its recording. */
static int join_indexed(const struct sg_recording_index *index, struct sg_session_target *t,
			const struct sg_instance *instance, struct sg_error *err)
{
	const struct sg_index_row *row = sg_recording_index_lookup(index, instance);
	_cleanup_(sg_recording_freep) struct sg_recording *before = NULL;
	struct sg_error why;
	int r;

	if (!row)
		return 0;
	/* what somebody has put there since is no evidence of ours */
	r = sg_store_load_written(row->where, &row->file, &before, &why);
	if (r < 0) {
		sg_warn("%s: what comes now is a recording of its own", why.message);
		return 0;
	}
	r = sg_recording_merge(before, t->past, err);
	if (r < 0)
		return r;
	sg_recording_free(t->past);
	t->past = TAKE_PTR(before);
	return 0;
}

static bool is_empty(const struct sg_run *run)
{
	return run->n_entries == 0;
}

static void report_end(const struct sg_session_target *t, const struct sg_run *run)
{
	_cleanup_free_ char *what = NULL;
	uint64_t calls;
	size_t distinct;

	if (sg_session_target_describe(t, &what, NULL) < 0)
		return;
	sg_run_totals(run, &calls, &distinct);
	sg_notice("%s has ended: %zu distinct calls, in %.1f s", what, distinct,
		  (double)(run->end - run->start) / 1e9);
}

/* @run, which is taken, is the last state of a instance of @w. */
static int save_run(struct sg_session *s, struct sg_session_target *t,
		    const struct sg_instance *instance, struct sg_run *run, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r = sg_session_target_add_run(t, run, err);

	if (r == 0 && s->opts->all)
		r = join_indexed(&s->output.index, t, instance, err);
	if (r == 0)
		r = sg_session_target_snapshot(&s->targets, &s->sources, t, false, &rec, err);
	if (r < 0)
		return r;
	if (!s->opts->all)
		return sg_session_save(s, t, rec, err);
	s->output.n_finished++;
	r = sg_session_save_last(s, t, rec, err);
	return r < 0 ? r : sg_recording_index_add(&s->output.index, t, instance, err);
}

/* The instance of @t at @i is over: put its run into the recording, write that, give its slots
 * back. */
static int end_instance(struct sg_session *s, struct sg_session_target *t, size_t i,
			struct sg_error *err)
{
	_cleanup_(sg_instance_freep) struct sg_instance *instance = t->instances[i];
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	bool empty;
	int r;

	if (instance->workload) {
		r = sg_workload_learn(instance->workload, s->targets.managers, &instance->cgroup,
				      &instance->creator, true, err);
		if (r < 0) {
			TAKE_PTR(instance);
			return r;
		}
	}
	r = sg_instance_snapshot(&s->targets, &s->sources, t, instance, true, &run, err);
	if (r < 0) {
		TAKE_PTR(instance); /* it stays where it is */
		return r;
	}
	empty = s->opts->all && is_empty(run);
	if (!empty) {
		sg_instance_warn(instance, run);
		report_end(t, run);
	}
	t->instances[i] = t->instances[--t->n_instances];
	if (empty) {
		sg_instance_release(&s->sources, instance);
		return 0;
	}
	if (!s->pinned.live) {
		r = save_run(s, t, instance, TAKE_PTR(run), err);
		sg_instance_release(&s->sources, instance);
		return r;
	}
	r = sg_session_target_add_unwritten(t, instance, err);
	return r < 0 ? r : save_run(s, t, TAKE_PTR(instance), TAKE_PTR(run), err);
}

static bool mark_those_over(struct sg_session *s)
{
	bool some = false;

	for (size_t i = 0; i < s->targets.n && !s->opts->command; i++) {
		for (size_t k = 0; k < s->targets.list[i]->n_instances; k++) {
			struct sg_instance *instance = s->targets.list[i]->instances[k];

			instance->is_over = sg_instance_is_over(&s->sources, instance);
			some |= instance->is_over;
		}
	}
	return some;
}

static int end_marked(struct sg_session *s, struct sg_error *err)
{
	for (size_t i = 0; i < s->targets.n; i++) {
		struct sg_session_target *t = s->targets.list[i];

		for (size_t k = t->n_instances; k-- > 0;) {
			int r;

			if (!t->instances[k]->is_over)
				continue;
			r = end_instance(s, t, k, err);
			if (r < 0 && (!s->opts->all || r == -ENOMEM))
				return r;
			if (r < 0) { /* of many: the others continue */
				sg_warn("%s", err->message);
				*err = (struct sg_error){ 0 };
				s->targets.some_failed = true;
			}
		}
		if (s->opts->all && t->n_instances == 0) {
			sg_targets_remove(&s->targets, i--);
		}
	}
	return 0;
}

/* What the audit trail has to say of those that are over now is read once for all of them. */
static int end_instances(struct sg_session *s, bool some, struct sg_error *err)
{
	int r = 0;

	if (some)
		r = sg_sources_read_audit(&s->sources, err);
	if (r == 0)
		r = end_marked(s, err);
	s->sources.audit_is_read = false;
	return r;
}

/*
 * What appears is taken before what ends is ended: a cgroup can do both between two polls. And what
 * ends meanwhile waits for the next time, for a cgroup below it may have appeared since.
 */
int sg_session_follow(struct sg_session *s, struct sg_error *err)
{
	bool some = mark_those_over(s);
	int r = 0;

	if (s->targets.allocates)
		r = sg_session_take_new(&s->targets, &s->sources, err);
	if (r == 0)
		r = end_instances(s, some, err);
	return r < 0 ? r : 0;
}
