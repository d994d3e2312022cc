/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/floor/floor.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/strbuf.h"
#include "base/texts.h"
#include "infer/floor/names.h"
#include "recording/derive/targets.h"
#include "syscall/table.h"

void sg_floor_free(struct sg_floor *floor)
{
	if (!floor)
		return;
	sg_texts_free(floor->names, floor->n_names);
	sg_texts_free(floor->tolerated, floor->n_tolerated);
	for (size_t i = 0; i < floor->n_ways; i++) {
		free(floor->ways[i].call);
		sg_texts_free(floor->ways[i].instead, floor->ways[i].n_instead);
	}
	free(floor->ways);
	for (size_t i = 0; i < floor->n_uses; i++)
		free(floor->uses[i].call);
	free(floor->uses);
	free(floor->runtime);
	free(floor);
}

const struct sg_floor_use *sg_floor_find_use(const struct sg_floor *floor, const char *call)
{
	for (size_t i = 0; i < floor->n_uses; i++) {
		if (strcmp(floor->uses[i].call, call) == 0)
			return &floor->uses[i];
	}
	return NULL;
}

int sg_floor_add_use(struct sg_floor *floor, const char *call, unsigned int when,
		     enum sg_tristate no_new_privs, struct sg_error *err)
{
	struct sg_floor_use *use = (struct sg_floor_use *)sg_floor_find_use(floor, call);

	if (!use) {
		if (SG_ARRAY_GROW(floor->uses, floor->n_uses) < 0)
			return sg_error_oom(err);
		use = &floor->uses[floor->n_uses];
		*use = (struct sg_floor_use){ .call = strdup(call) };
		if (!use->call)
			return sg_error_oom(err);
		floor->n_uses++;
	}
	use->when |= when;
	use->with_privs |= no_new_privs != SG_YES;
	use->with_no_privs |= no_new_privs != SG_NO;
	return 0;
}

int sg_floor_add_name(struct sg_floor *floor, const char *name, struct sg_error *err)
{
	return sg_texts_add(&floor->names, &floor->n_names, name, err);
}

int sg_floor_set_runtime(struct sg_floor *floor, struct sg_strbuf *b, struct sg_error *err)
{
	char *text;

	if (sg_strbuf_steal(b, &text, NULL) < 0) {
		sg_strbuf_done(b);
		return sg_error_oom(err);
	}
	free(floor->runtime);
	floor->runtime = text;
	return 0;
}

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
