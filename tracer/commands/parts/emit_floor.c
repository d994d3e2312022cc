/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/emit_floor.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "recording/derive/targets.h"
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

/* Whether a container's runtime is not known, and whether all such agree on no_new_privs. */
static bool has_unknown_runtime(const struct sg_recording *rec, enum sg_tristate *ret_privs)
{
	bool found = false;

	for (size_t i = 0; i < rec->n_runs; i++) {
		const enum sg_tristate privs = rec->runs[i]->target.no_new_privs;

		if (!sg_run_lacks_runtime(rec, rec->runs[i]))
			continue;
		*ret_privs = found && *ret_privs != privs ? SG_UNKNOWN : privs;
		found = true;
	}
	return found;
}

/* Whatever runtime and version. */
static int join_all(struct sg_floor **floor, enum sg_tristate no_new_privs, struct sg_error *err)
{
	struct sg_floors all = { 0 };
	int r = sg_data_floors(no_new_privs, false, &all, err);

	for (size_t i = 0; r == 0 && i < all.n; i++) {
		r = join(floor, all.list[i], err);
		all.list[i] = NULL;
	}
	sg_floors_done(&all);
	return r;
}

int sg_emit_floor(const struct sg_recording *rec, const char *runtime, const char *version,
		  struct sg_floor **ret, struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	bool none = runtime && strcmp(runtime, SG_RUNTIME_NONE) == 0;
	bool any = runtime && strcmp(runtime, SG_RUNTIME_ANY) == 0;
	enum sg_tristate privs;
	int r = 0;

	if (any)
		r = join_all(&floor, SG_UNKNOWN, err);
	else if (!none && !version)
		r = join_named(&floor, rec, runtime, err);
	if (r == 0 && !runtime && has_unknown_runtime(rec, &privs))
		r = join_all(&floor, privs, err);
	if (r == 0 && (!runtime || floor))
		r = join_measured(&floor, rec, err);
	if (r == 0 && !none && runtime && !floor)
		r = join_shipped(&floor, runtime, version, SG_UNKNOWN, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(floor);
	return 0;
}

/* Whether the floor is of containers with no_new_privs alone, for such were recorded. */
static bool is_for_no_new_privs(const struct sg_recording *rec)
{
	bool found = false;

	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_target *target = &rec->runs[i]->target;

		if (!sg_target_is_container(target))
			continue;
		if (target->no_new_privs != SG_YES)
			return false;
		found = true;
	}
	return found;
}

void sg_emit_floor_note_privs(const struct sg_recording *rec, const char *runtime,
			      const char *version)
{
	if (version || (runtime && (strcmp(runtime, SG_RUNTIME_ANY) == 0 ||
				    strcmp(runtime, SG_RUNTIME_NONE) == 0)))
		return;
	if (is_for_no_new_privs(rec))
		sg_notice(
			"emit: the profile is for containers with no_new_privs, as the recorded "
			"ones: without it a runtime calls more before it starts one (--runtime any "
			"adds that)");
}

/* Inference says which floor there is; what only we know is that nobody named one. */
void sg_emit_floor_note(const struct sg_recording *rec, const char *runtime,
			const struct sg_floor *floor)
{
	enum sg_tristate privs;

	/* a unit needs no container runtime, and inference says what systemd called itself */
	if (runtime || sg_recording_is_of_units(rec))
		return;
	if (has_unknown_runtime(rec, &privs))
		sg_notice("emit: the recording does not know which runtime starts the container: "
			  "the floor is that of all that are known (--runtime NAME asks for one)");
	else if (names_runtime(rec))
		return;
	else if (floor)
		sg_notice("emit: the recording names no container runtime: the floor is what it "
			  "measured itself, and calls that a runtime makes only sometimes can be "
			  "missing (--runtime adds them)");
	else
		sg_notice("emit: no runtime floor, for the recording names no container runtime "
			  "(to use the profile for a container, give --runtime)");
}
