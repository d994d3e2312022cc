/* SPDX-License-Identifier: Apache-2.0 */
/* Who made a call first, by what it was. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json/json.h"
#include "recording/entry.h"
#include "recording/json/text.h"

static const char *const names[SG_FIRST_MAX_] = {
	[SG_FIRST_CALLED] = "called",
	[SG_FIRST_DENIED] = "denied",
	[SG_FIRST_LOGGED] = "logged",
};
static_assert(SG_ARRAY_SIZE(names) == 3, "a kind has no name");

/* A time that is known comes before none, and of two at one time some fixed one: so joining is
 * commutative, associative and idempotent. */
static bool is_before(uint64_t at, const char *by, const struct sg_first *than)
{
	if (!than->at && !than->by)
		return true;
	if (at != than->at)
		return at && (!than->at || at < than->at);
	if (!by || !than->by)
		return by != NULL;
	return strcmp(by, than->by) < 0;
}

int sg_entry_saw_first(struct sg_entry *entry, enum sg_first_of of, uint64_t at, const char *by,
		       struct sg_error *err)
{
	struct sg_first *first = &entry->first[of];
	char *copy = NULL;

	if ((!at && !by) || !is_before(at, by, first))
		return 0;
	if (by) {
		copy = strdup(by);
		if (!copy)
			return sg_error_oom(err);
	}
	free(first->by);
	*first = (struct sg_first){ at, copy };
	return 0;
}

bool sg_entry_has(const struct sg_entry *entry, enum sg_first_of of)
{
	switch (of) {
	case SG_FIRST_CALLED:
		return entry->count[SG_STAGE_APP] && !sg_entry_is_in_progress(entry);
	case SG_FIRST_DENIED:
		return sg_entry_denied_in(entry, SG_STAGE_APP) > 0;
	case SG_FIRST_LOGGED:
		return entry->logged > 0;
	case SG_FIRST_MAX_:
		break;
	}
	return false;
}

static int read_at(const struct sg_json_doc *doc, const cJSON *node, void *data,
		   struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_first *)data)->at, err);
}

static int read_by(const struct sg_json_doc *doc, const cJSON *node, void *data,
		   struct sg_error *err)
{
	return sg_text_read(doc, node, &((struct sg_first *)data)->by, err);
}

static int read_one(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err)
{
	static const struct sg_json_field fields[] = {
		{ "at", read_at, false },
		{ "by", read_by, false },
		{ 0 },
	};
	struct sg_entry *entry = data;
	int i = 0;

	while (strcmp(names[i], node->string) != 0)
		i++;
	return sg_json_object(doc, node, fields, SG_JSON_UNKNOWN_SKIP, &entry->first[i], err);
}

int sg_first_read(const struct sg_json_doc *doc, const cJSON *node, struct sg_entry *entry,
		  struct sg_error *err)
{
	static const struct sg_json_field fields[] = {
		{ "called", read_one, false },
		{ "denied", read_one, false },
		{ "logged", read_one, false },
		{ 0 },
	};

	return sg_json_object(doc, node, fields, SG_JSON_UNKNOWN_SKIP, entry, err);
}

/*
 * Where a call was seen in one way only, the entry's time is that one's, and a single program was
 * the first. So it is in recordings from before there was such a field, and with most calls.
 */
static struct sg_first implied(const struct sg_entry *entry, enum sg_first_of of)
{
	for (int i = 0; i < SG_FIRST_MAX_; i++) {
		if ((i == (int)of) != sg_entry_has(entry, (enum sg_first_of)i))
			return (struct sg_first){ 0 };
	}
	return (struct sg_first){ entry->first_seen,
				  entry->n_programs == 1 ? entry->programs[0] : NULL };
}

static bool is_set(const struct sg_entry *entry)
{
	for (int i = 0; i < SG_FIRST_MAX_; i++) {
		if (entry->first[i].at || entry->first[i].by)
			return true;
	}
	return false;
}

struct sg_first sg_entry_first(const struct sg_entry *entry, enum sg_first_of of)
{
	return is_set(entry) ? entry->first[of] : implied(entry, of);
}

/* Whether a reader finds the same without it. */
static bool is_implied(const struct sg_entry *entry)
{
	for (int i = 0; is_set(entry) && i < SG_FIRST_MAX_; i++) {
		const struct sg_first *a = &entry->first[i];
		struct sg_first b = implied(entry, (enum sg_first_of)i);

		if (a->at != b.at || !a->by != !b.by || (a->by && strcmp(a->by, b.by) != 0))
			return false;
	}
	return true;
}

int sg_entry_join_first(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err)
{
	int r = 0;

	for (int i = 0; r == 0 && i < SG_FIRST_MAX_; i++) {
		struct sg_first first = sg_entry_first(src, (enum sg_first_of)i);

		r = sg_entry_saw_first(dst, (enum sg_first_of)i, first.at, first.by, err);
	}
	return r;
}

int sg_entry_copy_first(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err)
{
	int r = 0;

	for (int i = 0; r == 0 && i < SG_FIRST_MAX_; i++)
		r = sg_entry_saw_first(dst, (enum sg_first_of)i, src->first[i].at, src->first[i].by,
				       err);
	return r;
}

void sg_first_print(struct sg_json_writer *w, const struct sg_entry *entry)
{
	if (is_implied(entry))
		return;
	sg_json_open_inline_object(w, "first");
	for (int i = 0; i < SG_FIRST_MAX_; i++) {
		const struct sg_first *first = &entry->first[i];

		if (!first->at && !first->by)
			continue;
		sg_json_open_inline_object(w, names[i]);
		if (first->at)
			sg_json_add_u64(w, "at", first->at);
		if (first->by)
			sg_text_print(w, "by", first->by);
		sg_json_close_object(w);
	}
	sg_json_close_object(w);
}

void sg_first_done(struct sg_entry *entry)
{
	for (int i = 0; i < SG_FIRST_MAX_; i++)
		free(entry->first[i].by);
}
