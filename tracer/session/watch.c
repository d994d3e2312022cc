/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "cli/log.h"
#include "recording/merge/merge.h"
#include "session/private.h"
#include "store/store.h"

/* A target that is started over and over would outgrow the largest file that is read: from here on
 * its instances are joined. */
#define RUNS_MAX 512

int sg_session_target_add(struct sg_session *s, struct sg_selector *selector, const char *kind,
			  struct sg_session_target **ret, struct sg_error *err)
{
	struct sg_session_target **grown =
		reallocarray(s->targets, s->n_targets + 1, sizeof(struct sg_session_target *));
	struct sg_session_target *t;
	int r;

	if (!grown)
		return sg_error_oom(err);
	s->targets = grown;
	t = calloc(1, sizeof(*t));
	if (!t)
		return sg_error_oom(err);
	r = sg_recording_new(&t->past, err);
	if (r < 0) {
		free(t);
		return r;
	}
	t->selector = selector;
	t->kind = kind;
	t->last_checkpoint = sg_now_monotonic();
	s->targets[s->n_targets++] = t;
	*ret = t;
	return 0;
}

void sg_session_target_free(struct sg_session_target *t)
{
	for (size_t i = 0; i < t->n_instances; i++)
		sg_instance_free(t->instances[i]);
	free(t->instances);
	for (size_t i = 0; i < t->n_unwritten; i++)
		sg_instance_free(t->unwritten[i]);
	free(t->unwritten);
	sg_recording_free(t->past);
	free(t->where);
	free(t);
}

int sg_session_target_describe(const struct sg_session *s, const struct sg_session_target *t,
			       char **ret, struct sg_error *err)
{
	if (t->selector)
		return sg_selector_describe(t->selector, ret, err);
	if (s->opts->command)
		*ret = strdup(s->opts->command[0]);
	else if (t->n_instances && t->instances[0]->workload && t->instances[0]->workload->id)
		return sg_workload_describe(t->instances[0]->workload, ret, err);
	else
		*ret = strdup(t->n_instances ? t->instances[0]->cgroup.path : "");
	return *ret ? 0 : sg_error_oom(err);
}

int sg_session_target_take_instance(struct sg_session *s, struct sg_session_target *t,
				    struct sg_instance **instance, struct sg_error *err)
{
	struct sg_instance **grown =
		reallocarray(t->instances, t->n_instances + 1, sizeof(struct sg_instance *));

	(void)s;
	if (!grown)
		return sg_error_oom(err);
	t->instances = grown;
	t->instances[t->n_instances++] = TAKE_PTR(*instance);
	t->has_lived = true;
	return 0;
}

void sg_session_target_write_soon(const struct sg_session *s, struct sg_session_target *t)
{
	if (s->live)
		t->last_checkpoint = 0;
}

bool sg_session_target_is_over(const struct sg_session *s, const struct sg_session_target *t)
{
	return t->failed || (t->has_lived && t->n_instances == 0 && (!t->follows || s->opts->once));
}

/* Put the run beside those of before; @run is taken. */
static int add_run(struct sg_session_target *t, struct sg_run *run, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *taken = run, *folded = NULL;
	struct sg_run *both[2], **last;
	int r;

	if (t->past->n_runs < RUNS_MAX) {
		r = sg_recording_add(t->past, taken, err);
		if (r == 0)
			TAKE_PTR(taken);
		return r;
	}
	last = &t->past->runs[RUNS_MAX - 1];
	both[0] = *last;
	both[1] = taken;
	r = sg_recording_fold(&(struct sg_recording){ both, 2 }, &folded, err);
	if (r < 0)
		return r;
	free(folded->id);
	folded->id = TAKE_PTR((*last)->id);
	sg_run_free(*last);
	*last = TAKE_PTR(folded);
	return 0;
}

int sg_session_target_snapshot(struct sg_session *s, const struct sg_session_target *t,
			       bool complete, struct sg_recording **ret, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r;

	r = sg_recording_new(&rec, err);
	if (r == 0)
		r = sg_recording_merge(rec, t->past, err);
	for (size_t i = 0; r == 0 && i < t->n_instances; i++) {
		_cleanup_(sg_run_freep) struct sg_run *run = NULL;

		r = sg_instance_snapshot(s, t, t->instances[i], complete, &run, err);
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

/* Under --all a target that comes again finds its recording. */
static int join_known(struct sg_session *s, struct sg_session_target *t,
		      const struct sg_instance *instance, struct sg_error *err)
{
	const struct sg_index_row *known = sg_session_index_lookup(s, instance);
	_cleanup_(sg_recording_freep) struct sg_recording *before = NULL;
	struct sg_error why;
	int r;

	if (!known)
		return 0;
	/* what somebody has put there since is no evidence of ours */
	r = sg_store_load_written(known->where, &known->file, &before, &why);
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

static void report_end(const struct sg_session *s, const struct sg_session_target *t,
		       const struct sg_run *run)
{
	_cleanup_free_ char *what = NULL;
	uint64_t calls;
	size_t distinct;

	if (sg_session_target_describe(s, t, &what, NULL) < 0)
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
	int r = add_run(t, run, err);

	if (r == 0 && s->opts->all)
		r = join_known(s, t, instance, err);
	if (r == 0)
		r = sg_session_target_snapshot(s, t, false, &rec, err);
	if (r < 0)
		return r;
	if (!s->opts->all)
		return sg_session_save(s, t, rec, err);
	s->n_finished++;
	r = sg_session_save_last(s, t, rec, err);
	return r < 0 ? r : sg_session_index_add(s, t, instance, err);
}

static int add_unwritten(struct sg_session_target *t, struct sg_instance *instance,
			 struct sg_error *err)
{
	struct sg_instance **grown =
		reallocarray(t->unwritten, t->n_unwritten + 1, sizeof(struct sg_instance *));

	if (!grown)
		return sg_error_oom(err);
	t->unwritten = grown;
	grown[t->n_unwritten++] = instance;
	return 0;
}

void sg_session_target_written(struct sg_session *s, struct sg_session_target *t)
{
	for (size_t i = 0; i < t->n_unwritten; i++) {
		sg_instance_release(s, t->unwritten[i]);
		sg_instance_free(t->unwritten[i]);
	}
	t->n_unwritten = 0;
}

int sg_session_end_instance(struct sg_session *s, struct sg_session_target *t, size_t i,
			    struct sg_error *err)
{
	_cleanup_(sg_instance_freep) struct sg_instance *instance = t->instances[i];
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	bool empty;
	int r;

	if (instance->workload) {
		r = sg_workload_learn(instance->workload, s->managers, &instance->cgroup,
				      &instance->creator, true, err);
		if (r < 0) {
			TAKE_PTR(instance);
			return r;
		}
	}
	r = sg_instance_snapshot(s, t, instance, true, &run, err);
	if (r < 0) {
		TAKE_PTR(instance); /* it stays where it is */
		return r;
	}
	empty = s->opts->all && is_empty(run);
	if (!empty) {
		sg_instance_warn(instance, run);
		report_end(s, t, run);
	}
	t->instances[i] = t->instances[--t->n_instances];
	if (empty) {
		sg_instance_release(s, instance);
		return 0;
	}
	if (!s->live) {
		r = save_run(s, t, instance, TAKE_PTR(run), err);
		sg_instance_release(s, instance);
		return r;
	}
	r = add_unwritten(t, instance, err);
	return r < 0 ? r : save_run(s, t, TAKE_PTR(instance), TAKE_PTR(run), err);
}
