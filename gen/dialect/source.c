/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/source.h"

#include <assert.h>
#include <stdlib.h>

const char *const sg_source_dialect_names[SG_SOURCE_MAX_] = {
	[SG_SOURCE_OCI] = "OCI",
	[SG_SOURCE_DOCKER] = "Docker",
	[SG_SOURCE_PODMAN] = "podman",
	[SG_SOURCE_CRD] = "SeccompProfile",
};
static_assert(SG_ARRAY_SIZE(sg_source_dialect_names) == 4, "a dialect has no name");

void sg_source_free(struct sg_source *source)
{
	if (!source)
		return;
	for (size_t i = 0; i < source->n_entries; i++) {
		struct sg_source_entry *entry = &source->entries[i];

		free(entry->names.items);
		free(entry->conditions);
		free(entry->includes.caps.items);
		free(entry->includes.arches.items);
		free(entry->excludes.caps.items);
		free(entry->excludes.arches.items);
	}
	for (size_t i = 0; i < source->n_arch_map; i++)
		free(source->arch_map[i].sub.items);
	free(source->entries);
	free(source->arch_map);
	free(source->arches.items);
	free(source->flags.items);
	sg_json_doc_free(source->doc);
	free(source);
}

const char *sg_source_name(const struct sg_source *source)
{
	return sg_json_name(source->doc);
}
