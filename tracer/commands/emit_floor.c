/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/emit_floor.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/data.h"
#include "cli/log.h"

/* Join @more, which is taken, into *floor. */
static int join(struct sg_floor **floor, struct sg_floor *more, struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *taken = more;

	if (*floor)
		return sg_floor_join(*floor, taken, err);
	*floor = TAKE_PTR(taken);
	return 0;
}

static int join_shipped(struct sg_floor **floor, const char *runtime, const char *version,
			enum sg_tristate no_new_privs, struct sg_error *err)
{
	struct sg_floor *more;
	int r = sg_data_floor(runtime, version, no_new_privs, &more, err);

	return r < 0 ? r : join(floor, more, err);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether an earlier run names the same floor. */
static bool is_repeated(const struct sg_recording *rec, size_t i)
{
	const struct sg_target *target = &rec->runs[i]->target;

	for (size_t j = 0; j < i; j++) {
		const struct sg_target *earlier = &rec->runs[j]->target;

		if (same(earlier->runtime, target->runtime) &&
		    same(earlier->runtime_version, target->runtime_version) &&
		    earlier->no_new_privs == target->no_new_privs)
			return true;
	}
	return false;
}

/* The shipped floors of all runs that name @runtime (NULL: any), as they were configured. */
static int join_named(struct sg_floor **floor, const struct sg_recording *rec, const char *runtime,
		      struct sg_error *err)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;
		int r;

		if (!target->runtime || (runtime && strcmp(runtime, target->runtime) != 0))
			continue;
		if (is_repeated(rec, i))
			continue;
		r = join_shipped(floor, target->runtime, target->runtime_version,
				 target->no_new_privs, err);
		if (r < 0 && !runtime)
			sg_error_prefix(err,
					"the recording names the runtime '%s'; give --runtime: ",
					target->runtime);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What the recorded containers called under a filter of their own, before their first exec. */
static int join_measured(struct sg_floor **floor, const struct sg_recording *rec,
			 struct sg_error *err)
{
	struct sg_floor *measured;
	struct sg_error none;
	int r = sg_floor_from_recording(rec, &measured, &none);

	if (r == -ENODATA)
		return 0;
	if (r < 0) {
		if (err)
			*err = none;
		return r;
	}
	return join(floor, measured, err);
}

static bool names_runtime(const struct sg_recording *rec)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (rec->runs[i]->target.runtime)
			return true;
	}
	return false;
}

/* Whatever runtime and version, with and without no_new_privs. */
static int join_all(struct sg_floor **floor, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < SG_DATA_RUNTIMES; i++)
		r = join_shipped(floor, sg_data_runtimes[i], NULL, SG_UNKNOWN, err);
	return r;
}

int sg_emit_floor(const struct sg_recording *rec, const char *runtime, const char *version,
		  struct sg_floor **ret, struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	bool none = runtime && strcmp(runtime, SG_RUNTIME_NONE) == 0;
	bool any = runtime && strcmp(runtime, SG_RUNTIME_ANY) == 0;
	int r = 0;

	if (any)
		r = join_all(&floor, err);
	else if (!none && !version)
		r = join_named(&floor, rec, runtime, err);
	if (r == 0 && (!runtime || floor))
		r = join_measured(&floor, rec, err);
	if (r == 0 && !none && runtime && !floor)
		r = join_shipped(&floor, runtime, version, SG_UNKNOWN, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(floor);
	return 0;
}

/* Inference says which floor there is; what only we know is that nobody named one. */
void sg_emit_floor_note(const struct sg_recording *rec, const char *runtime,
			const struct sg_floor *floor)
{
	if (runtime || names_runtime(rec))
		return;
	if (floor)
		sg_notice("emit: the recording names no container runtime: the floor is what it "
			  "measured itself, and calls that a runtime makes only sometimes can be "
			  "missing (--runtime adds them)");
	else
		sg_notice("emit: no runtime floor, for the recording names no container runtime "
			  "(to use the profile for a container, give --runtime)");
}
