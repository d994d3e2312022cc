/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/simulate_floor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log.h"
#include "commands/parts/emit_floor.h"
#include "recording/derive/targets.h"

/* The first run of a container; NULL: there is none. */
static const struct sg_run *find_container(const struct sg_recording *rec)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (sg_target_is_container(&rec->runs[i]->target))
			return rec->runs[i];
	}
	return NULL;
}

static bool lacks_runtime(const struct sg_recording *rec)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (sg_run_lacks_runtime(rec, rec->runs[i]))
			return true;
	}
	return false;
}

/* What starts containers of a runtime that is known, as `emit` would add it. */
static int load_known(const struct sg_recording *rec, const char *runtime, const char *version,
		      struct sg_floors *ret, struct sg_error *err)
{
	struct sg_error why = { 0 };
	const char *recorded;
	int r;

	if (version && !runtime)
		runtime = sg_recording_runtime(rec, &recorded);
	ret->list = calloc(1, sizeof(struct sg_floor *));
	if (!ret->list)
		return sg_error_oom(err);
	r = sg_emit_floor(rec, runtime, version, &ret->list[0], &why);
	if (r == -ENOENT) { /* a runtime that nobody measured */
		sg_notice("simulate: whether the container starts is not judged: %s", why.message);
		return 0;
	}
	if (r < 0)
		return sg_error_set(err, r, "%s", why.message);
	ret->n = ret->list[0] != NULL;
	return 0;
}

/* Whether versions of @runtime differ, and nobody knows which one it is. */
static bool lacks_version(const struct sg_recording *rec, const char *runtime, const char *version)
{
	if (version || !runtime)
		return false;
	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		if (target->runtime && target->runtime_version &&
		    strcmp(target->runtime, runtime) == 0)
			return false;
	}
	return true;
}

/* Of what @floor lacks, whether every version of @runtime needs it. */
static int judge_any_version(const char *runtime, const struct sg_run *container,
			     const struct sg_filter *const *filters, size_t n_filters,
			     struct sg_simulate_floor *floor, struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *least = NULL;
	_cleanup_free_ struct sg_syscall_id *missing = NULL;
	size_t n;
	int r = sg_data_floor_least(runtime, container->target.no_new_privs, &least, err);

	if (r == 0)
		r = sg_floor_missing(least, filters, n_filters, container->host.arch, &missing, &n,
				     err);
	if (r < 0)
		return r;
	floor->depends = floor->n_missing > 0 && n == 0;
	return 0;
}

int sg_simulate_judge_floors(const struct sg_recording *rec, const char *runtime,
			     const char *version, const struct sg_filter *const *filters,
			     size_t n_filters, struct sg_simulate_floors *ret, struct sg_error *err)
{
	const struct sg_run *container = find_container(rec);
	const char *known = runtime, *recorded;
	int r;

	if (!container || (runtime && strcmp(runtime, "plain") == 0))
		return 0;
	ret->alternatives = !runtime && lacks_runtime(rec);
	if (ret->alternatives) /* engines start containers without no_new_privs by default */
		r = sg_data_floors(container->target.no_new_privs == SG_YES ? SG_YES : SG_NO, true,
				   &ret->floors, err);
	else
		r = load_known(rec, runtime, version, &ret->floors, err);
	if (r < 0)
		return r;
	ret->list = calloc(ret->floors.n + 1, sizeof(*ret->list));
	if (!ret->list)
		return sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < ret->floors.n; i++) {
		struct sg_simulate_floor *floor = &ret->list[i];

		floor->runtime = ret->floors.list[i]->runtime;
		r = sg_floor_missing(ret->floors.list[i], filters, n_filters, container->host.arch,
				     &floor->missing, &floor->n_missing, err);
	}
	if (!known)
		known = sg_recording_runtime(rec, &recorded);
	if (r == 0 && ret->floors.n && !ret->alternatives && lacks_version(rec, known, version))
		r = judge_any_version(known, container, filters, n_filters, &ret->list[0], err);
	return r;
}

void sg_simulate_floors_done(struct sg_simulate_floors *floors)
{
	for (size_t i = 0; floors->list && i < floors->floors.n; i++)
		free(floors->list[i].missing);
	free(floors->list);
	sg_floors_done(&floors->floors);
}

bool sg_simulate_floors_deny(const struct sg_simulate_floors *floors)
{
	size_t n_failing = 0;

	for (size_t i = 0; i < floors->floors.n; i++)
		n_failing += floors->list[i].n_missing > 0 && !floors->list[i].depends;
	return n_failing > 0 && (!floors->alternatives || n_failing == floors->floors.n);
}
