/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/json/counters.h"

#include <string.h>

#include "recording/recording.h"

static const char *stage_name(size_t i)
{
	return sg_stage_names[i];
}

static const char *denial_name(size_t i)
{
	return sg_denial_names[i];
}

static const char *loss_name(size_t i)
{
	return sg_loss_kinds[i].name;
}

const struct sg_counters sg_stage_counters = { "stage", SG_STAGE_MAX_, stage_name };
const struct sg_counters sg_denial_counters = { "kind of denial", SG_DENIAL_MAX_, denial_name };
const struct sg_counters sg_loss_counters = { "loss", SG_LOSS_MAX_, loss_name };

void sg_counters_print_all(const struct sg_counters *counters, const uint64_t *values,
			   const char *key, struct sg_json_writer *w)
{
	sg_json_open_object(w, key);
	for (size_t i = 0; i < counters->n; i++)
		sg_json_add_u64(w, counters->name(i), values[i]);
	sg_json_close_object(w);
}

void sg_counters_print(const struct sg_counters *counters, const uint64_t *values, const char *key,
		       struct sg_json_writer *w)
{
	uint64_t any = 0;

	for (size_t i = 0; i < counters->n; i++)
		any |= values[i];
	if (!any && counters != &sg_loss_counters)
		return;
	sg_json_open_object(w, key);
	for (size_t i = 0; i < counters->n; i++) {
		if (values[i])
			sg_json_add_u64(w, counters->name(i), values[i]);
	}
	sg_json_close_object(w);
}

static int read_counter(const struct sg_json_doc *doc, const cJSON *node,
			const struct sg_counters *counters, uint64_t *values, struct sg_error *err)
{
	char fmt[128];
	uint64_t v;
	size_t i = 0;
	int r;

	r = sg_json_u64(doc, node, &v, err);
	if (r < 0)
		return r;
	while (i < counters->n && strcmp(counters->name(i), node->string) != 0)
		i++;
	if (i < counters->n) {
		values[i] = v;
		return 0;
	}
	if (v == 0)
		return 0;
	snprintf(fmt, sizeof(fmt), "this version knows no %s %%s (use a newer seccomp-gen)",
		 counters->what);
	return sg_json_error_quoting(doc, node, err, fmt, node->string);
}

int sg_counters_read(const struct sg_counters *counters, uint64_t *values,
		     const struct sg_json_doc *doc, const cJSON *node, struct sg_error *err)
{
	static const struct sg_json_field none[] = { { 0 } };
	const cJSON *child;
	int r;

	r = sg_json_object(doc, node, none, SG_JSON_UNKNOWN_SKIP, NULL, err);
	if (r < 0)
		return r;
	cJSON_ArrayForEach (child, node) {
		r = read_counter(doc, child, counters, values, err);
		if (r < 0)
			return r;
	}
	return 0;
}

void sg_sources_print(uint32_t sources, const char *key, struct sg_json_writer *w)
{
	sg_json_open_inline_array(w, key);
	for (size_t i = 0; i < SG_SOURCE_COUNT; i++) {
		if (sources & 1u << i)
			sg_json_add_string(w, NULL, sg_source_names[i]);
	}
	sg_json_close_array(w);
}

static int read_source(const struct sg_json_doc *doc, const cJSON *node, void *data,
		       struct sg_error *err)
{
	uint32_t *sources = data;
	const char *name;
	size_t i = 0;
	int r;

	r = sg_json_string(doc, node, &name, err);
	if (r < 0)
		return r;
	while (i < SG_SOURCE_COUNT && strcmp(sg_source_names[i], name) != 0)
		i++;
	if (i == SG_SOURCE_COUNT)
		return sg_json_error_quoting(
			doc, node, err, "this version knows no source %s (use a newer seccomp-gen)",
			name);
	if (*sources & 1u << i)
		return sg_json_error_quoting(doc, node, err, "%s occurs a second time in its list",
					     name);
	*sources |= 1u << i;
	return 0;
}

int sg_sources_read(const struct sg_json_doc *doc, const cJSON *node, uint32_t *ret,
		    struct sg_error *err)
{
	uint32_t sources = 0;
	int r;

	r = sg_json_array(doc, node, read_source, &sources, err);
	if (r == 0)
		*ret = sources;
	return r;
}
