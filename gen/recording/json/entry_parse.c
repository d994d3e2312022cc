/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/json/json.h"
#include "recording/json/counters.h"
#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/json/texts.h"

/* Read as they come and sorted once (see recording_parse.c). */
struct read_entry {
	struct sg_entry entry;
	const cJSON *node;
	size_t order;
};

static int read_arch(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	return sg_arch_read(doc, node, &((struct sg_entry *)data)->id.arch, err);
}

static int read_nr(const struct sg_json_doc *doc, const cJSON *node, void *data,
		   struct sg_error *err)
{
	return sg_json_u32(doc, node, &((struct sg_entry *)data)->id.nr, err);
}

static int read_count(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	return sg_counters_read(&sg_stage_counters, ((struct sg_entry *)data)->count, doc, node,
				err);
}

static int read_denied(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	return sg_counters_read(&sg_denial_counters, ((struct sg_entry *)data)->denied, doc, node,
				err);
}

static int read_denied_stages(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err)
{
	return sg_counters_read(&sg_stage_counters, ((struct sg_entry *)data)->denied_stage, doc,
				node, err);
}

static int read_logged(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_entry *)data)->logged, err);
}

static int read_first_seen(const struct sg_json_doc *doc, const cJSON *node, void *data,
			   struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_entry *)data)->first_seen, err);
}

static int read_last_seen(const struct sg_json_doc *doc, const cJSON *node, void *data,
			  struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_entry *)data)->last_seen, err);
}

static int read_first(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	return sg_first_read(doc, node, data, err);
}

static int read_programs(const struct sg_json_doc *doc, const cJSON *node, void *data,
			 struct sg_error *err)
{
	struct sg_entry *entry = data;

	return sg_texts_read_set(doc, node, &entry->programs, &entry->n_programs, err);
}

static int read_entry_sources(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err)
{
	return sg_sources_read(doc, node, &((struct sg_entry *)data)->sources, err);
}

static int read_args(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	return sg_args_read(doc, node, &((struct sg_entry *)data)->args, err);
}

/* "name" is for people: the number decides, and a table that is corrected later must not change the
 * past. */
static const struct sg_json_field entry_fields[] = {
	{ "arch", read_arch, true },
	{ "nr", read_nr, true },
	{ "count", read_count, false },
	{ "denied", read_denied, false },
	{ "denied_stages", read_denied_stages, false },
	{ "logged", read_logged, false },
	{ "first_seen", read_first_seen, false },
	{ "last_seen", read_last_seen, false },
	{ "first", read_first, false },
	{ "programs", read_programs, false },
	{ "sources", read_entry_sources, true },
	{ "args", read_args, false },
	{ 0 },
};

struct entries {
	struct read_entry *list;
	size_t n;
};

static void entries_done(struct entries *entries)
{
	for (size_t i = 0; i < entries->n; i++)
		sg_entry_done(&entries->list[i].entry);
	free(entries->list);
}

static uint64_t denied_by_stage(const struct sg_entry *entry)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < SG_STAGE_MAX_; i++)
		sum = sg_add_capped(sum, entry->denied_stage[i]);
	return sum;
}

static int read_entry(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	struct entries *entries = data;
	struct read_entry *slot = &entries->list[entries->n];
	int r;

	slot->node = node;
	slot->order = entries->n++; /* counted from here on, also when it fails half-way */
	r = sg_json_object(doc, node, entry_fields, SG_JSON_UNKNOWN_SKIP, &slot->entry, err);
	if (r < 0)
		return r;
	if (slot->entry.last_seen && slot->entry.last_seen < slot->entry.first_seen)
		return sg_json_error(doc, node, err, "last_seen is before first_seen");
	if (denied_by_stage(&slot->entry) > sg_entry_denied(&slot->entry))
		return sg_json_error(doc, node, err, "more denied calls by stage than by kind");
	slot->entry.denied_stage[SG_STAGE_APP] = 0; /* it is the rest */
	if (slot->entry.args && !slot->entry.count[SG_STAGE_APP])
		return sg_json_error(doc, node, err,
				     "arguments of a call that the application did not make");
	return 0;
}

static int compare_entries(const void *pa, const void *pb)
{
	const struct read_entry *a = pa, *b = pb;
	int order = sg_syscall_id_compare(a->entry.id, b->entry.id);

	if (order)
		return order;
	return a->order < b->order ? -1 : 1;
}

int sg_entries_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_run *run,
		    struct sg_error *err)
{
	_cleanup_(entries_done) struct entries entries = { 0 };
	int r;

	if (cJSON_IsArray(node) && node->child) {
		entries.list = calloc((size_t)cJSON_GetArraySize(node), sizeof(*entries.list));
		if (!entries.list)
			return sg_error_oom(err);
	}
	r = sg_json_array(doc, node, read_entry, &entries, err);
	if (r < 0)
		return r;
	if (entries.n == 0)
		return 0;
	qsort(entries.list, entries.n, sizeof(*entries.list), compare_entries);
	for (size_t i = 1; i < entries.n; i++) {
		if (sg_syscall_id_equal(entries.list[i - 1].entry.id, entries.list[i].entry.id))
			return sg_json_error(doc, entries.list[i].node, err,
					     "a second entry for call %" PRIu32
					     " of its architecture",
					     entries.list[i].entry.id.nr);
	}
	run->entries = calloc(entries.n, sizeof(*run->entries));
	if (!run->entries)
		return sg_error_oom(err);
	run->n_entries = entries.n;
	for (size_t i = 0; i < entries.n; i++)
		run->entries[i] = entries.list[i].entry;
	entries.n = 0;
	return 0;
}
