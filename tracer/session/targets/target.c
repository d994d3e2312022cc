/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "cli/clock.h"
#include "recording/merge/merge.h"

/* A target that is started over and over would outgrow the largest file that is read: from here on
 * its instances are joined. */
#define RUNS_MAX 512

int sg_targets_add(struct sg_targets *ts, struct sg_selector *selector, const char *kind,
		   struct sg_session_target **ret, struct sg_error *err)
{
	struct sg_session_target *t;
	int r;

	if (SG_ARRAY_GROW(ts->list, ts->n) < 0)
		return sg_error_oom(err);
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
	ts->list[ts->n++] = t;
	*ret = t;
	return 0;
}

static void target_free(struct sg_session_target *t)
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

int sg_session_target_describe(const struct sg_session_target *t, char **ret, struct sg_error *err)
{
	if (t->selector)
		return sg_selector_describe(t->selector, ret, err);
	if (t->command)
		*ret = strdup(t->command);
	else if (t->n_instances && t->instances[0]->workload && t->instances[0]->workload->id)
		return sg_workload_describe(t->instances[0]->workload, ret, err);
	else
		*ret = strdup(t->n_instances ? t->instances[0]->cgroup.path : "");
	return *ret ? 0 : sg_error_oom(err);
}

int sg_session_target_take_instance(struct sg_session_target *t, struct sg_instance **instance,
				    struct sg_error *err)
{
	if (SG_ARRAY_GROW(t->instances, t->n_instances) < 0)
		return sg_error_oom(err);
	t->instances[t->n_instances++] = TAKE_PTR(*instance);
	t->has_lived = true;
	return 0;
}

void sg_session_target_write_soon(const struct sg_targets *ts, struct sg_session_target *t)
{
	if (ts->writes_soon)
		t->last_checkpoint = 0;
}

bool sg_session_target_is_over(const struct sg_targets *ts, const struct sg_session_target *t)
{
	return t->failed ||
	       (t->has_lived && t->n_instances == 0 && (!t->follows || ts->opts->once));
}

int sg_session_target_add_run(struct sg_session_target *t, struct sg_run *run, struct sg_error *err)
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

int sg_session_target_add_unwritten(struct sg_session_target *t, struct sg_instance *instance,
				    struct sg_error *err)
{
	if (SG_ARRAY_GROW(t->unwritten, t->n_unwritten) < 0)
		return sg_error_oom(err);
	t->unwritten[t->n_unwritten++] = instance;
	return 0;
}

void sg_session_target_written(struct sg_sources *src, struct sg_session_target *t)
{
	for (size_t i = 0; i < t->n_unwritten; i++) {
		sg_instance_release(src, t->unwritten[i]);
		sg_instance_free(t->unwritten[i]);
	}
	t->n_unwritten = 0;
}

void sg_targets_remove(struct sg_targets *ts, size_t i)
{
	target_free(ts->list[i]);
	ts->list[i] = ts->list[--ts->n];
}

size_t sg_targets_instances(const struct sg_targets *ts)
{
	size_t n = 0;

	for (size_t i = 0; i < ts->n; i++)
		n += ts->list[i]->n_instances;
	return n;
}

void sg_appeared_done(struct sg_appeared *a)
{
	sg_cgroup_done(&a->cgroup);
	sg_workload_free(a->workload);
}

void sg_targets_done(struct sg_targets *ts)
{
	for (size_t i = 0; i < ts->n; i++)
		target_free(ts->list[i]);
	free(ts->list);
	for (size_t i = 0; i < ts->n_appeared; i++)
		sg_appeared_done(&ts->appeared[i]);
	free(ts->appeared);
	sg_inventory_free(ts->inventory);
	sg_managers_free(ts->managers);
}
