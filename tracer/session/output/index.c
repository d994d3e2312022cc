/* SPDX-License-Identifier: Apache-2.0 */
#include "session/output/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"

#define ROWS_MAX 4096

/*
 * A container by its name where it has one, for it can come again under a new id; anything else by
 * its cgroup. Each owner's apart: a user can call his containers what he likes. What several can
 * have made is not found again.
 */
static int make_key(const struct sg_instance *instance, char **ret)
{
	const struct sg_workload *w = instance->workload;
	struct sg_strbuf b = SG_STRBUF_INIT;
	uint32_t uid;

	if (w && sg_workload_speaker(w, &uid))
		sg_strbuf_printf(&b, "uid %u ", uid);
	else if (w && w->owner.kind != SG_OWNER_ROOT)
		sg_strbuf_printf(&b, "id %llu ", (unsigned long long)instance->cgroup.id);
	if (!w || !w->id || w->path.in_container)
		sg_strbuf_printf(&b, "cgroup %s", instance->cgroup.path);
	else if (w->pod && w->pod_container)
		sg_strbuf_printf(&b, "pod %s/%s/%s", w->pod_namespace ? w->pod_namespace : "",
				 w->pod, w->pod_container);
	else
		sg_strbuf_printf(&b, "%s %s", w->manager ? w->manager : "container",
				 w->name ? w->name : w->id);
	if (sg_strbuf_steal(&b, ret, NULL) == 0)
		return 0;
	sg_strbuf_done(&b);
	return -1;
}

static struct sg_index_row *find(const struct sg_recording_index *index, const char *key)
{
	for (size_t i = 0; i < index->n; i++) {
		if (!strcmp(index->rows[i].key, key))
			return &index->rows[i];
	}
	return NULL;
}

const struct sg_index_row *sg_recording_index_lookup(const struct sg_recording_index *index,
						     const struct sg_instance *instance)
{
	_cleanup_free_ char *key = NULL;

	if (make_key(instance, &key) < 0)
		return NULL;
	return find(index, key);
}

int sg_recording_index_add(struct sg_recording_index *index, const struct sg_session_target *t,
			   const struct sg_instance *instance, struct sg_error *err)
{
	_cleanup_free_ char *key = NULL, *where = t->where ? strdup(t->where) : NULL;
	struct sg_index_row *row;

	if (!where)
		return 0;
	if (!index->rows) {
		index->rows = calloc(ROWS_MAX, sizeof(*index->rows));
		if (!index->rows)
			return sg_error_oom(err);
	}
	if (make_key(instance, &key) < 0)
		return sg_error_oom(err);
	row = find(index, key);
	if (!row) {
		row = &index->rows[index->next];
		index->next = (index->next + 1) % ROWS_MAX;
		index->n += index->n < ROWS_MAX;
		free(row->key);
		row->key = TAKE_PTR(key);
	}
	free(row->where);
	row->where = TAKE_PTR(where);
	row->file = t->file;
	return 0;
}

void sg_recording_index_done(struct sg_recording_index *index)
{
	for (size_t i = 0; i < index->n; i++) {
		free(index->rows[i].key);
		free(index->rows[i].where);
	}
	free(index->rows);
}
