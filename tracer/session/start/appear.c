/* SPDX-License-Identifier: Apache-2.0 */
#include "session/start/appear.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cli/clock.h"
#include "base/cleanup.h"
#include "cgroup/view.h"
#include "session/start/begin.h"
#include "session/targets/similar.h"

#define DECIDE_NS 5000000000u /* how long a name may take to be known */

/* Whether its cgroup was there then; it may be gone by now, and another there by its path. */
static bool was_there(const struct sg_sources *src, const struct sg_instance *instance,
		      uint64_t real_ns)
{
	uint64_t gone = sg_recorder_cgroup_gone(src->recorder, instance->slots[0]);

	return gone ? instance->start_real <= real_ns && real_ns <= gone
		    : sg_cgroup_exists(&instance->cgroup);
}

/* A cgroup below one that is recorded, made before it was known that it would be. */
static struct sg_instance *instance_above(const struct sg_targets *ts, const struct sg_sources *src,
					  const char *path, uint64_t made_real)
{
	for (size_t i = 0; i < ts->n; i++) {
		for (size_t k = 0; k < ts->list[i]->n_instances; k++) {
			struct sg_instance *instance = ts->list[i]->instances[k];
			size_t n = strlen(instance->cgroup.path);

			if (instance->inherits && !strncmp(path, instance->cgroup.path, n) &&
			    path[n] == '/' && was_there(src, instance, made_real))
				return instance;
		}
	}
	return NULL;
}

/* Whether what is made below belongs to it: always to a target that was named, under --all to what
 * has a name. */
static bool shall_inherit(const struct sg_session_options *opts, const struct sg_instance *instance)
{
	if (!opts->descendants)
		return false;
	return !opts->all ||
	       (instance->workload &&
		(instance->workload->id || instance->workload->path.role == SG_ROLE_UNIT));
}

static int begin_appeared(const struct sg_targets *ts, struct sg_sources *src,
			  struct sg_session_target *t, struct sg_appeared *a, struct sg_error *err)
{
	_cleanup_(sg_instance_freep) struct sg_instance *instance = NULL;
	int r;

	if (t->selector) {
		r = sg_selector_pin(t->selector, a->workload, a->cgroup.path, err);
		if (r < 0)
			return r;
	}
	r = sg_instance_new(src, &a->cgroup, a->slot, &instance, err);
	if (r < 0)
		return r;
	instance->workload = TAKE_PTR(a->workload);
	instance->creator = a->creator;
	instance->start_real = a->made_real;
	memcpy(instance->losses_before, a->losses_before, sizeof(a->losses_before));
	instance->watching_denials = src->denials_of_new;
	instance->inherits = shall_inherit(ts->opts, instance);
	sg_recorder_inherit(src->recorder, a->slot, instance->inherits);
	sg_recorder_decide(src->recorder, a->slot, a->slot);
	sg_instance_report_begin(ts, t, instance);
	sg_session_target_write_soon(ts, t);
	return sg_session_target_take_instance(t, &instance, err);
}

/* The target that means it; *ret NULL: none does. *ret_later: ask again when more is known. */
static int who_wants(struct sg_targets *ts, const struct sg_sources *src,
		     const struct sg_appeared *a, struct sg_session_target **ret, bool *ret_later,
		     struct sg_error *err)
{
	*ret = NULL;
	*ret_later = false;
	if (ts->opts->all) {
		if (a->workload->path.role == SG_ROLE_HELPER)
			return 0;
		return sg_targets_add(ts, NULL, NULL, ret, err);
	}
	for (size_t i = 0; i < ts->n; i++) {
		struct sg_session_target *t = ts->list[i];

		if (!t->selector || t->failed ||
		    (ts->opts->once && t->has_lived && !t->n_instances))
			continue;
		switch (sg_selector_match(t->selector, a->workload, a->cgroup.path)) {
		case SG_MATCH_YES:
			if (sg_similar_is_second(src, t, a))
				break;
			*ret = t;
			return 0;
		case SG_MATCH_SECOND:
			if (sg_similar_is_unit_again(src, t, a->cgroup.path)) {
				*ret = t;
				return 0;
			}
			sg_similar_found_second(t, a);
			break;
		case SG_MATCH_OTHERS:
			sg_similar_found(t, a);
			break;
		case SG_MATCH_NOT_YET:
			*ret_later = true;
			break;
		case SG_MATCH_NO:
			break;
		}
	}
	return 0;
}

/*
 * A cgroup above it that is not decided: whose that is may be whose this is, so that comes first.
 * Not a pod's or a slice, which are nobody's: what is recorded of a pod are its containers.
 */
static bool waits_for_above(const struct sg_targets *ts, const struct sg_appeared *a)
{
	for (size_t i = 0; i < ts->n_appeared; i++) {
		const enum sg_role role = ts->appeared[i].workload->path.role;
		const char *path = ts->appeared[i].cgroup.path;
		size_t n = path ? strlen(path) : 0;

		if (role == SG_ROLE_POD || role == SG_ROLE_SLICE)
			continue;
		if (&ts->appeared[i] != a && n && !strncmp(a->cgroup.path, path, n) &&
		    a->cgroup.path[n] == '/')
			return true;
	}
	return false;
}

/* It came and went while no recorder was there, and its name is gone with it: it may have been any
 * target that has such a name. */
static void count_nameless(struct sg_targets *ts, const struct sg_appeared *a)
{
	if (a->workload->path.role != SG_ROLE_CONTAINER || sg_workload_has_names(a->workload))
		return;
	for (size_t i = 0; i < ts->n; i++) {
		struct sg_session_target *t = ts->list[i];

		if (t->selector && !t->failed &&
		    (t->selector->kind == SG_SELECT_CONTAINER ||
		     t->selector->kind == SG_SELECT_POD))
			t->nameless++;
	}
}

/* Returns 1 when it has been decided. */
static int decide(struct sg_targets *ts, struct sg_sources *src, struct sg_appeared *a,
		  struct sg_error *err)
{
	bool gone = sg_recorder_cgroup_gone(src->recorder, a->slot) != 0;
	bool last = gone || sg_now_monotonic() - a->since > DECIDE_NS;
	struct sg_instance *above = instance_above(ts, src, a->cgroup.path, a->made_real);
	struct sg_session_target *t;
	bool later = false;
	int r;

	if (above) {
		r = sg_instance_add_slot(above, a->slot, err);
		sg_recorder_inherit(src->recorder, a->slot, true);
		sg_recorder_decide(src->recorder, a->slot, above->slots[0]);
		return r < 0 ? r : 1;
	}
	/* what has its name may be gone when it is its turn */
	r = sg_workload_learn(a->workload, ts->managers, &a->cgroup, &a->creator, last, err);
	if (r == 0 && waits_for_above(ts, a))
		return 0;
	if (r == 0)
		r = who_wants(ts, src, a, &t, &later, err);
	if (r < 0)
		return r;
	if (t) {
		r = begin_appeared(ts, src, t, a, err);
		return r < 0 ? r : 1;
	}
	if (later && !last)
		return 0;
	if (gone && ts->catches_up)
		count_nameless(ts, a);
	sg_recorder_release(src->recorder, a->slot);
	return 1;
}

struct taking {
	struct sg_targets *ts;
	struct sg_sources *src;
};

static int take_one(const struct sg_new_cgroup *reported, void *data, struct sg_error *err)
{
	const struct taking *taking = data;
	struct sg_targets *ts = taking->ts;
	struct sg_sources *src = taking->src;
	struct sg_appeared *a;
	int r;

	if (SG_ARRAY_GROW(ts->appeared, ts->n_appeared) < 0)
		return sg_error_oom(err);
	a = &ts->appeared[ts->n_appeared];
	*a = (struct sg_appeared){
		.slot = reported->slot,
		.made_real = reported->made,
		.since = sg_now_monotonic(),
		/* by the kernel half's number, which may be another's here */
		.creator = { .tgid = sg_view_is_initial(sg_view()) ? reported->creator_tgid : 0 }
	};
	memcpy(a->creator.comm, reported->creator, sizeof(a->creator.comm));
	memcpy(a->losses_before, src->losses_before, sizeof(src->losses_before));
	r = sg_cgroup_reported(reported->path, reported->id, &a->cgroup, err);
	if (r < 0)
		return r;
	ts->n_appeared++;
	r = sg_workload_new(a->cgroup.path, &a->workload, err);
	if (r < 0)
		return r;
	r = decide(ts, src, a, err);
	if (r <= 0)
		return r;
	sg_appeared_done(a);
	ts->n_appeared--;
	return 0;
}

int sg_session_take_new(struct sg_targets *ts, struct sg_sources *src, struct sg_error *err)
{
	struct taking taking = { ts, src };
	size_t left = 0;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ts->n_appeared; i++) {
		r = decide(ts, src, &ts->appeared[i], err);
		if (r == 1)
			sg_appeared_done(&ts->appeared[i]);
		else
			ts->appeared[left++] = ts->appeared[i];
		if (r < 0) /* the rest stays as it is */
			for (i++; i < ts->n_appeared; i++)
				ts->appeared[left++] = ts->appeared[i];
	}
	ts->n_appeared = left;
	return r < 0 ? r : sg_recorder_new_cgroups(src->recorder, take_one, &taking, err);
}
