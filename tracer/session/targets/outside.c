/* SPDX-License-Identifier: Apache-2.0 */
#include "session/targets/outside.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/texts.h"
#include "cli/log.h"

struct places {
	char **texts; /* "3 processes in /…" */
	size_t n;
	uint64_t unfollowed;
};

static void places_done(struct places *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->texts[i]);
	free(p->texts);
}

/* A child that was started in another cgroup is reported without a path. */
static int name_place(const struct sg_went_to *place, char **ret, struct sg_error *err)
{
	_cleanup_(sg_cgroup_done) struct sg_cgroup cg = { 0 };
	struct sg_error gone = { 0 };
	char id[24];

	snprintf(id, sizeof(id), "%" PRIu64, place->cgroup_id);
	if (place->path[0])
		*ret = strdup(place->path);
	else if (place->cgroup_id == 1)
		*ret = strdup("/");
	else if (sg_cgroup_resolve(id, &cg, &gone) == 0)
		*ret = strdup(cg.path);
	else if (asprintf(ret, "a cgroup that is gone (id %s)", id) < 0)
		*ret = NULL;
	return *ret ? 0 : sg_error_oom(err);
}

static int add_place(const struct sg_went_to *place, void *data, struct sg_error *err)
{
	_cleanup_free_ char *name = NULL;
	struct places *p = data;
	int r;

	if (SG_ARRAY_GROW(p->texts, p->n) < 0)
		return sg_error_oom(err);
	r = name_place(place, &name, err);
	if (r < 0)
		return r;
	if (asprintf(&p->texts[p->n], "%" PRIu64 " process%s in %s%s", place->processes,
		     place->processes == 1 ? "" : "es", name,
		     place->unfollowed ? ", not all followed" : "") < 0)
		return sg_error_oom(err);
	p->n++;
	p->unfollowed += place->unfollowed;
	return 0;
}

int sg_outside_collect(struct sg_recorder *recorder, const struct sg_instance *instance,
		       struct sg_run *run, struct sg_error *err)
{
	_cleanup_(places_done) struct places places = { 0 };
	int r;

	r = sg_recorder_went_on(recorder, instance->slots, instance->n_slots, add_place, &places,
				err);
	if (r < 0)
		return r;
	if (places.n)
		qsort(places.texts, places.n, sizeof(*places.texts), sg_text_compare);
	run->loss[SG_LOSS_TASKS_UNFOLLOWED] += places.unfollowed;
	run->target.went_on = TAKE_PTR(places.texts);
	run->target.n_went_on = places.n;
	places.n = 0;
	return 0;
}

static int count_place(const struct sg_went_to *place, void *data, struct sg_error *err)
{
	(void)place;
	(void)err;
	++*(size_t *)data;
	return 0;
}

/* One line a poll, however many places: a login is one, a manager of services has hundreds. */
int sg_outside_report(struct sg_recorder *recorder, struct sg_instance *instance,
		      struct sg_error *err)
{
	_cleanup_(places_done) struct places places = { 0 };
	size_t n = 0;
	int r;

	r = sg_recorder_went_on(recorder, instance->slots, instance->n_slots, count_place, &n, err);
	if (r < 0 || n <= instance->n_went_on)
		return r;
	instance->n_went_on = n;
	r = sg_recorder_went_on(recorder, instance->slots, instance->n_slots, add_place, &places,
				err);
	if (r < 0 || !places.n)
		return r;
	sg_notice("%s: %s%s; what they call there counts too: a seccomp filter goes along",
		  instance->cgroup.path, places.texts[places.n - 1],
		  places.n > 1 ? " and other cgroups" : "");
	return 0;
}
