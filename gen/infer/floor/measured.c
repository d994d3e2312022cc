/* SPDX-License-Identifier: Apache-2.0 */
/* Floors that a recording measured itself, and floors that are joined. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "infer/floor/build.h"
#include "recording/derive/targets.h"
#include "syscall/table.h"

/* The runtime's name as the runs tell it; they may know none, or different ones. */
static int name_measured(struct sg_floor *floor, const struct sg_recording *rec,
			 struct sg_error *err)
{
	const char *version = NULL, *runtime = sg_recording_runtime(rec, &version);
	struct sg_strbuf b = SG_STRBUF_INIT;

	if (!runtime)
		runtime = sg_recording_is_of_units(rec) ? "systemd" : "the runtime";
	sg_escape(&b, runtime);
	if (version) {
		sg_strbuf_add_char(&b, ' ');
		sg_escape(&b, version);
	}
	sg_strbuf_add(&b, " (measured in the recording)");
	return sg_floor_set_runtime(floor, &b, err);
}

int sg_floor_from_recording(const struct sg_recording *rec, struct sg_floor **ret,
			    struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *floor = NULL;
	const char *name;
	int r;

	floor = calloc(1, sizeof(*floor));
	if (!floor)
		return sg_error_oom(err);
	for (size_t i = 0; i < rec->n_runs; i++) {
		for (size_t k = 0; k < rec->runs[i]->n_entries; k++) {
			const struct sg_entry *entry = &rec->runs[i]->entries[k];

			name = sg_syscall_name(entry->id);
			/* what sg_infer() makes of a number without a name holds for these too */
			if (!entry->count[SG_STAGE_FLOOR] || !name)
				continue;
			r = sg_floor_add_name(floor, name, err);
			if (r < 0)
				return r;
		}
	}
	if (!floor->n_names)
		return sg_error_set(
			err, -ENODATA,
			"the recording measured no runtime floor: no container started under a "
			"filter in it");
	r = name_measured(floor, rec, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(floor);
	return 0;
}

int sg_floor_join(struct sg_floor *dst, const struct sg_floor *src, struct sg_error *err)
{
	_cleanup_(sg_floor_freep) struct sg_floor *joined = calloc(1, sizeof(*joined));
	struct sg_strbuf b = SG_STRBUF_INIT;
	struct sg_floor old = *dst;
	int r = 0;

	if (!joined)
		return sg_error_oom(err);
	for (size_t i = 0; r == 0 && i < dst->n_names; i++)
		r = sg_floor_add_name(joined, dst->names[i], err);
	for (size_t i = 0; r == 0 && i < src->n_names; i++)
		r = sg_floor_add_name(joined, src->names[i], err);
	if (r < 0)
		return r;
	sg_strbuf_add(&b, dst->runtime);
	if (strcmp(dst->runtime, src->runtime) != 0)
		sg_strbuf_printf(&b, "; %s", src->runtime);
	r = sg_floor_set_runtime(joined, &b, err);
	if (r < 0)
		return r;
	*dst = *joined;
	*joined = old;
	return 0;
}
