/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/read/parsed.h"

#include <assert.h>
#include <stdlib.h>

const char *const sg_parsed_dialect_names[SG_PARSED_MAX_] = {
	[SG_PARSED_OCI] = "OCI",
	[SG_PARSED_DOCKER] = "Docker",
	[SG_PARSED_PODMAN] = "podman",
	[SG_PARSED_CRD] = "SeccompProfile",
};
static_assert(SG_ARRAY_SIZE(sg_parsed_dialect_names) == 4, "a dialect has no name");

void sg_parsed_profile_free(struct sg_parsed_profile *parsed)
{
	if (!parsed)
		return;
	for (size_t i = 0; i < parsed->n_entries; i++) {
		struct sg_parsed_entry *entry = &parsed->entries[i];

		free(entry->names.items);
		free(entry->conditions);
		free(entry->includes.caps.items);
		free(entry->includes.arches.items);
		free(entry->excludes.caps.items);
		free(entry->excludes.arches.items);
	}
	for (size_t i = 0; i < parsed->n_arch_map; i++)
		free(parsed->arch_map[i].sub.items);
	free(parsed->entries);
	free(parsed->arch_map);
	free(parsed->arches.items);
	free(parsed->flags.items);
	free(parsed->unknown);
	sg_json_doc_free(parsed->doc);
	free(parsed);
}
