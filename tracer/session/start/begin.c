/* SPDX-License-Identifier: Apache-2.0 */
#include "session/start/begin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/view.h"
#include "cli/clock.h"
#include "cli/log.h"
#include "session/targets/denials.h"
#include "session/targets/similar.h"
#include "session/targets/threads.h"
#include "workload/in_progress.h"

void sg_instance_report_begin(const struct sg_targets *ts, const struct sg_session_target *t,
			      const struct sg_instance *instance)
{
	_cleanup_free_ char *what = NULL;

	if (ts->opts->command || ts->opts->all)
		return;
	if (instance->workload && instance->workload->id &&
	    sg_workload_describe(instance->workload, &what, NULL) == 0)
		sg_notice("recording container %s, cgroup %s; Ctrl-C ends it", what,
			  instance->cgroup.path);
	else if (t->selector && t->selector->kind == SG_SELECT_UNIT)
		sg_notice("recording unit %s, cgroup %s; Ctrl-C ends it",
			  instance->workload->path.unit, instance->cgroup.path);
	else
		sg_notice("recording cgroup %s (id %llu); Ctrl-C ends it", instance->cgroup.path,
			  (unsigned long long)instance->cgroup.id);
	if (instance->processes_before)
		sg_notice("it runs already (%" PRIu64 " processes): what its start called is not "
			  "in the recording",
			  instance->processes_before);
	if (instance->processes_unseen)
		sg_warn("%" PRIu64 " of them cannot be seen from here, for they are in another PID "
			"namespace: which calls they are in the middle of is not known, and one "
			"that "
			"they do not make again is missing (run the recorder with the host's: "
			"docker run --pid=host, hostPID: true)",
			instance->processes_unseen);
}

struct adoption {
	struct sg_recorder *recorder;
	struct sg_instance *instance;
	uint32_t slot;
	bool allocates;	 /* the kernel half, for cgroups that appear */
	bool is_initial; /* processes have the numbers here that the kernel half has */
};

static int track_child(const struct sg_cgroup *cg, void *data, struct sg_error *err)
{
	const struct adoption *a = data;

	return sg_recorder_track(a->recorder, cg->id, a->slot, err);
}

static int add_process(uint32_t tgid, void *data, struct sg_error *err)
{
	const struct adoption *a = data;
	int r = 0;

	/* its first thread stays where it exited: sg_instance_adopt_threads() knows the others */
	if (tgid && a->is_initial && !a->instance->cgroup.v1_hierarchy &&
	    sg_process_is_leaderless(tgid))
		return 0;
	a->instance->processes_before++;
	a->instance->processes_unseen += !tgid;
	if (tgid && a->is_initial)
		r = sg_recorder_add_process(a->recorder, tgid, a->slot, err);
	return r < 0 ? r : sg_in_progress_add(tgid, a->instance->in_progress, err);
}

/*
 * Where the kernel half gives each cgroup that appears a slot, one that is removed while it is
 * read has been counted to its end, and its processes are known from there.
 */
static int unless_gone(const struct adoption *a, const struct sg_cgroup *cg, int r,
		       struct sg_error *err)
{
	if (r != -ENOENT || !a->allocates || sg_cgroup_exists(cg))
		return r;
	*err = (struct sg_error){ 0 };
	return 0;
}

/* No call of it is missed from the moment this returns. Takes what @cgroup holds, and @workload. */
int sg_session_begin(struct sg_targets *ts, struct sg_sources *src, struct sg_session_target *t,
		     struct sg_cgroup *cgroup, struct sg_workload *workload, struct sg_error *err)
{
	_cleanup_(sg_workload_freep) struct sg_workload *taken = workload;
	_cleanup_(sg_instance_freep) struct sg_instance *instance = NULL;
	struct adoption adoption = { .recorder = src->recorder,
				     .allocates = ts->allocates,
				     .is_initial = sg_view_is_initial(sg_view()) };
	int r;

	r = sg_recorder_take(src->recorder, cgroup->id, sg_cgroup_owner(cgroup), &adoption.slot,
			     err);
	if (r == 0)
		r = sg_instance_new(src, cgroup, adoption.slot, &instance, err);
	if (r < 0)
		return r;
	instance->inherits = ts->opts->descendants;
	instance->workload = TAKE_PTR(taken);
	sg_recorder_inherit(src->recorder, adoption.slot, instance->inherits);
	if (instance->inherits)
		r = sg_cgroup_walk(&instance->cgroup, track_child, &adoption, err);
	r = unless_gone(&adoption, &instance->cgroup, r, err);
	if (r < 0)
		return r;
	sg_recorder_flush(src->recorder);
	/* from here on every call is counted: what began before is looked for now */
	adoption.instance = instance;
	r = sg_run_new(instance->id, &instance->in_progress, err);
	if (r == 0)
		r = sg_cgroup_processes(&instance->cgroup, instance->inherits, add_process,
					&adoption, err);
	if (r == 0)
		r = sg_threads_adopt(src->recorder, instance, err);
	r = unless_gone(&adoption, &instance->cgroup, r, err);
	if (r == 0)
		r = sg_denials_start(src->recorder, ts->opts->denials, ts->opts->command != NULL,
				     instance, err);
	if (r < 0)
		return r;
	if (adoption.is_initial)
		sg_recorder_members_complete(src->recorder, adoption.slot);
	instance->start_real = sg_now_real();
	instance->start = instance->last_new = sg_now_monotonic();
	sg_instance_report_begin(ts, t, instance);
	sg_session_target_write_soon(ts, t);
	return sg_session_target_take_instance(t, &instance, err);
}

static int begin_found(struct sg_targets *ts, struct sg_sources *src, struct sg_session_target *t,
		       struct sg_found_list *list, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->n; i++) {
		r = sg_selector_pin(t->selector, list->found[i].workload,
				    list->found[i].cgroup.path, err);
		if (r == 0)
			r = sg_session_begin(ts, src, t, &list->found[i].cgroup,
					     TAKE_PTR(list->found[i].workload), err);
		/* it appeared meanwhile, and the kernel half has reported it */
		if (r == -EEXIST)
			r = t->selector->kind == SG_SELECT_CGROUP ? r : 0;
		/* gone since it was found: as if it had not been there */
		if (r == -ENOENT)
			r = 0;
	}
	return r;
}

static int wait_for_target(const struct sg_targets *ts, const struct sg_session_target *t,
			   struct sg_error *err)
{
	_cleanup_free_ char *what = NULL;
	int r;

	if (ts->opts->wait == SG_WHEN_NEVER)
		return sg_selector_not_found(t->selector, ts->inventory, ts->managers, err);
	r = sg_session_target_describe(t, &what, err);
	if (r < 0)
		return r;
	if (sg_managers_last_error(ts->managers))
		sg_warn("could not ask %s: names of its containers are not known",
			sg_managers_last_error(ts->managers));
	sg_notice("waiting for %s; Ctrl-C ends it", what);
	return 0;
}

static int find_target(struct sg_targets *ts, struct sg_sources *src, struct sg_session_target *t,
		       struct sg_error *err)
{
	_cleanup_(sg_found_list_done) struct sg_found_list list = { 0 };
	int r = 0;

	if (t->selector->kind == SG_SELECT_CGROUP) /* only what is not there is left */
		return wait_for_target(ts, t, err);
	if (!ts->inventory)
		r = sg_inventory_new(&ts->inventory, err);
	if (r == 0)
		r = sg_selector_find(t->selector, ts->inventory, ts->managers, &list, err);
	for (size_t i = 0; i < list.n_others; i++)
		sg_similar_report(t, list.others[i]);
	if (r < 0)
		return r;
	return list.n ? begin_found(ts, src, t, &list, err) : wait_for_target(ts, t, err);
}

/* Targets that have names: those that are there begin, the others are waited for. One of which it
 * is not clear who is meant is an error, and no reason to leave the others unrecorded. */
int sg_session_find_targets(struct sg_targets *ts, struct sg_sources *src, struct sg_error *err)
{
	size_t failed = 0;

	for (size_t i = 0; i < ts->n; i++) {
		struct sg_session_target *t = ts->list[i];
		int r;

		if (!t->selector || t->has_lived)
			continue;
		r = find_target(ts, src, t, err);
		if (r == -EINVAL && ++failed < ts->n) {
			sg_warn("%s; it is not recorded, the other targets are", err->message);
			*err = (struct sg_error){ 0 };
			t->failed = true;
			ts->some_failed = true;
		} else if (r < 0) {
			return r;
		}
	}
	sg_inventory_free(ts->inventory);
	ts->inventory = NULL;
	return 0;
}
