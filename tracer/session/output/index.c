/* SPDX-License-Identifier: Apache-2.0 */
#include "session/output/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define ROWS_MAX 4096

static int key_of(const struct sg_instance *instance, char **ret, struct sg_error *err)
{
	return sg_workload_key(instance->workload, instance->cgroup.path, instance->cgroup.id, ret,
			       err);
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
	struct sg_error ignored;

	if (key_of(instance, &key, &ignored) < 0)
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
	if (key_of(instance, &key, err) < 0)
		return err->code;
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
