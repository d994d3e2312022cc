/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json/json.h"
#include "recording/json/counters.h"
#include "recording/entry.h"
#include "recording/facts.h"
#include "recording/json/recording_json.h"

/*
 * Runs and entries may stand in any order in a file. They are read as they come and sorted once, so
 * that a file made to be in the worst order costs no more than another; @node is where a duplicate
 * is reported.
 */
struct read_run {
	struct sg_run *run;
	const cJSON *node;
	size_t order;
};

static int read_complete(const struct sg_json_doc *doc, const cJSON *node, void *data,
			 struct sg_error *err)
{
	return sg_json_bool(doc, node, &((struct sg_run *)data)->complete, err);
}

static int read_start(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_run *)data)->start, err);
}

static int read_end(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_run *)data)->end, err);
}

static int read_run_sources(const struct sg_json_doc *doc, const cJSON *node, void *data,
			    struct sg_error *err)
{
	return sg_sources_read(doc, node, &((struct sg_run *)data)->sources, err);
}

static int read_entries(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	return sg_entries_read(doc, node, data, err);
}

static int read_loss(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	return sg_counters_read(&sg_loss_counters, ((struct sg_run *)data)->loss, doc, node, err);
}

static int read_facts(const struct sg_json_doc *doc, const cJSON *node, struct sg_run *run,
		      const struct sg_fact_group *group, struct sg_error *err)
{
	const cJSON *child;
	int r;

	cJSON_ArrayForEach (child, node) {
		r = sg_fact_read(group->facts, (char *)run + group->offset, doc, child, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_group(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	static const struct sg_json_field none[] = { { 0 } };
	const struct sg_fact_group *const *group = sg_fact_groups;
	int r;

	r = sg_json_object(doc, node, none, SG_JSON_UNKNOWN_SKIP, NULL, err);
	if (r < 0)
		return r;
	while (!(*group)->name || strcmp((*group)->name, node->string) != 0)
		group++;
	return read_facts(doc, node, data, *group, err);
}

static int read_nothing(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	(void)doc, (void)node, (void)data, (void)err;
	return 0;
}

static const struct sg_json_field run_fields[] = {
	{ "id", read_nothing, true }, /* read before the others */
	{ "complete", read_complete, true },
	{ "start", read_start, false },
	{ "end", read_end, false },
	{ "sources", read_run_sources, true },
	{ "host", read_group, false },
	{ "target", read_group, false },
	{ "loss", read_loss, true },
	{ "entries", read_entries, true },
	{ 0 },
};

struct runs {
	struct read_run *list;
	size_t n;
};

static void runs_done(struct runs *runs)
{
	for (size_t i = 0; i < runs->n; i++)
		sg_run_free(runs->list[i].run);
	free(runs->list);
}

static int read_id(const struct sg_json_doc *doc, const cJSON *node, struct sg_run **ret,
		   struct sg_error *err)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(node, "id");
	struct sg_error reason;
	const char *s;
	int r;

	if (!id)
		return sg_json_error(doc, node, err, "the field \"id\" is missing");
	r = sg_json_string(doc, id, &s, err);
	if (r < 0)
		return r;
	r = sg_run_new(s, ret, &reason);
	if (r == -EINVAL)
		return sg_json_error(doc, id, err, "%s", reason.message);
	return r < 0 ? sg_error_oom(err) : 0;
}

static int read_run(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	struct runs *runs = data;
	int r;

	if (!cJSON_IsObject(node))
		return sg_json_error(doc, node, err, "expected an object, which is a run");
	r = read_id(doc, node, &run, err);
	if (r < 0)
		return r;
	r = sg_json_object(doc, node, run_fields, SG_JSON_UNKNOWN_SKIP, run, err);
	if (r < 0)
		return r;
	r = read_facts(doc, node, run, &sg_fact_group_run, err);
	if (r < 0)
		return r;
	if (run->end && run->end < run->start)
		return sg_json_error(doc, node, err, "the end of the run is before its start");
	runs->list[runs->n] = (struct read_run){ TAKE_PTR(run), node, runs->n };
	runs->n++;
	return 0;
}

static int compare_runs(const void *pa, const void *pb)
{
	const struct read_run *a = pa, *b = pb;
	int order = strcmp(a->run->id, b->run->id);

	if (order)
		return order;
	return a->order < b->order ? -1 : 1;
}

static int read_runs(const struct sg_json_doc *doc, const cJSON *node, void *data,
		     struct sg_error *err)
{
	_cleanup_(runs_done) struct runs runs = { 0 };
	struct sg_recording *rec = data;
	int r;

	if (cJSON_IsArray(node) && node->child) {
		runs.list = calloc((size_t)cJSON_GetArraySize(node), sizeof(*runs.list));
		if (!runs.list)
			return sg_error_oom(err);
	}
	r = sg_json_array(doc, node, read_run, &runs, err);
	if (r < 0)
		return r;
	if (runs.n == 0)
		return 0;
	qsort(runs.list, runs.n, sizeof(*runs.list), compare_runs);
	for (size_t i = 1; i < runs.n; i++) {
		if (strcmp(runs.list[i - 1].run->id, runs.list[i].run->id) == 0)
			return sg_json_error_quoting(doc, runs.list[i].node, err,
						     "a second run with the id %s",
						     runs.list[i].run->id);
	}
	rec->runs = calloc(runs.n, sizeof(struct sg_run *));
	if (!rec->runs)
		return sg_error_oom(err);
	rec->n_runs = runs.n;
	for (size_t i = 0; i < runs.n; i++)
		rec->runs[i] = runs.list[i].run;
	runs.n = 0;
	return 0;
}

static const struct sg_json_field recording_fields[] = {
	{ "format", read_nothing, true }, /* both are read before the others */
	{ "version", read_nothing, true },
	{ "runs", read_runs, true },
	{ 0 },
};

static int check_version(const struct sg_json_doc *doc, const cJSON *root, struct sg_error *err)
{
	const cJSON *format = cJSON_GetObjectItemCaseSensitive(root, "format");
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version");
	uint64_t v;
	int r;

	if (!cJSON_IsString(format) || strcmp(format->valuestring, SG_RECORDING_FORMAT) != 0)
		return sg_json_error(doc, root, err,
				     "not a recording: the field \"format\" does not say \"%s\"",
				     SG_RECORDING_FORMAT);
	if (!version)
		return sg_json_error(doc, root, err, "the field \"version\" is missing");
	r = sg_json_u64(doc, version, &v, err);
	if (r < 0 || v == SG_RECORDING_VERSION)
		return r;
	sg_json_error(doc, version, err,
		      "a recording of version %" PRIu64 ", and this seccomp-gen reads version %d "
		      "(use the seccomp-gen that wrote it%s)",
		      v, SG_RECORDING_VERSION, v > SG_RECORDING_VERSION ? ", or a newer one" : "");
	if (err)
		err->code = -EPROTONOSUPPORT;
	return -EPROTONOSUPPORT;
}

int sg_recording_parse(const char *name, const char *text, size_t len, struct sg_recording **ret,
		       struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r;

	r = sg_json_parse_limit(name, text, len, SG_RECORDING_MAX_BYTES, &doc, err);
	if (r < 0)
		return r;
	r = check_version(doc, sg_json_root(doc), err);
	if (r < 0)
		return r;
	r = sg_recording_new(&rec, err);
	if (r < 0)
		return r;
	r = sg_json_object(doc, sg_json_root(doc), recording_fields, SG_JSON_UNKNOWN_SKIP, rec,
			   err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(rec);
	return 0;
}
