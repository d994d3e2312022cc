/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/pinned/pinned_summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json/json.h"
#include "base/strbuf.h"

struct reading {
	struct sg_strbuf targets;
	bool has_lived;
};

static int read_target(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	const cJSON *what = cJSON_GetObjectItemCaseSensitive(node, "what");
	struct reading *reading = data;
	struct sg_strbuf *b = &reading->targets;

	(void)doc;
	(void)err;
	if (b->len)
		sg_strbuf_add(b, ", ");
	reading->has_lived |= cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(node, "has_lived"));
	sg_strbuf_add(b, cJSON_IsString(what) ? what->valuestring : "?");
	return 0;
}

static int read_targets(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	struct reading reading = { .targets = SG_STRBUF_INIT };
	struct sg_pinned_summary *summary = data;
	int r = sg_json_array(doc, node, read_target, &reading, err);

	free(summary->targets);
	summary->targets = NULL;
	if (r == 0 && sg_strbuf_steal(&reading.targets, &summary->targets, NULL) < 0)
		r = sg_error_oom(err);
	sg_strbuf_done(&reading.targets);
	summary->has_lived = reading.has_lived;
	return r;
}

static int read_pid(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_pinned_summary *)data)->pid, err);
}

static int read_pid_namespace(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_pinned_summary *)data)->pid_namespace, err);
}

static int read_start(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_pinned_summary *)data)->start, err);
}

static const struct sg_json_field fields[] = {
	{ "pid", read_pid, true },
	{ "pid_namespace", read_pid_namespace, true },
	{ "start", read_start, true },
	{ "targets", read_targets, false },
	{ "watches", read_targets, false }, /* as version 2 called them */
	{ 0 },
};

int sg_pinned_summary_read(const char *state, struct sg_pinned_summary *ret, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	int r;

	*ret = (struct sg_pinned_summary){ 0 };
	r = sg_json_parse("<state>", state, strlen(state), &doc, err);
	if (r == 0)
		r = sg_json_object(doc, sg_json_root(doc), fields, SG_JSON_UNKNOWN_SKIP, ret, err);
	if (r == 0 && !ret->targets)
		r = sg_json_error(doc, sg_json_root(doc), err, "has no \"targets\"");
	if (r < 0)
		sg_pinned_summary_done(ret);
	return r;
}

void sg_pinned_summary_done(struct sg_pinned_summary *summary)
{
	free(summary->targets);
	*summary = (struct sg_pinned_summary){ 0 };
}
