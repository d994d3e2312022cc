/* SPDX-License-Identifier: Apache-2.0 */
/* Of the notes of a pinned recording, what a list shows. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "session/session.h"

struct reading {
	struct sg_strbuf targets;
	bool has_lived;
};

static int read_watch(const struct sg_json_doc *doc, const cJSON *node, void *data,
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

static int read_watches(const struct sg_json_doc *doc, const cJSON *node, void *data,
			struct sg_error *err)
{
	struct reading reading = { .targets = SG_STRBUF_INIT };
	struct sg_session_summary *summary = data;
	int r = sg_json_array(doc, node, read_watch, &reading, err);

	if (r == 0)
		r = sg_strbuf_steal(&reading.targets, &summary->targets, NULL);
	sg_strbuf_done(&reading.targets);
	summary->has_lived = reading.has_lived;
	return r;
}

static int read_pid(const struct sg_json_doc *doc, const cJSON *node, void *data,
		    struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_session_summary *)data)->pid, err);
}

static int read_pid_namespace(const struct sg_json_doc *doc, const cJSON *node, void *data,
			      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_session_summary *)data)->pid_namespace, err);
}

static int read_start(const struct sg_json_doc *doc, const cJSON *node, void *data,
		      struct sg_error *err)
{
	return sg_json_u64(doc, node, &((struct sg_session_summary *)data)->start, err);
}

static const struct sg_json_field fields[] = {
	{ "pid", read_pid, true },
	{ "pid_namespace", read_pid_namespace, true },
	{ "start", read_start, true },
	{ "targets", read_watches, true },
	{ 0 },
};

int sg_session_summary_read(const char *notes, struct sg_session_summary *ret, struct sg_error *err)
{
	_cleanup_(sg_json_doc_freep) struct sg_json_doc *doc = NULL;
	int r;

	*ret = (struct sg_session_summary){ 0 };
	r = sg_json_parse("<notes>", notes, strlen(notes), &doc, err);
	if (r == 0)
		r = sg_json_object(doc, sg_json_root(doc), fields, SG_JSON_UNKNOWN_SKIP, ret, err);
	if (r < 0)
		sg_session_summary_done(ret);
	return r;
}

void sg_session_summary_done(struct sg_session_summary *summary)
{
	free(summary->targets);
	*summary = (struct sg_session_summary){ 0 };
}
