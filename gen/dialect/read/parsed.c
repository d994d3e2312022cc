/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/read/parsed.h"

#include <assert.h>
#include <stdlib.h>

const char *const sg_draft_dialect_names[SG_DRAFT_MAX_] = {
	[SG_DRAFT_OCI] = "OCI",
	[SG_DRAFT_DOCKER] = "Docker",
	[SG_DRAFT_PODMAN] = "podman",
	[SG_DRAFT_CRD] = "SeccompProfile",
};
static_assert(SG_ARRAY_SIZE(sg_draft_dialect_names) == 4, "a dialect has no name");

void sg_draft_free(struct sg_draft *draft)
{
	if (!draft)
		return;
	for (size_t i = 0; i < draft->n_entries; i++) {
		struct sg_draft_entry *entry = &draft->entries[i];

		free(entry->names.items);
		free(entry->conditions);
		free(entry->includes.caps.items);
		free(entry->includes.arches.items);
		free(entry->excludes.caps.items);
		free(entry->excludes.arches.items);
	}
	for (size_t i = 0; i < draft->n_arch_map; i++)
		free(draft->arch_map[i].sub.items);
	free(draft->entries);
	free(draft->arch_map);
	free(draft->arches.items);
	free(draft->flags.items);
	free(draft->unknown);
	sg_json_doc_free(draft->doc);
	free(draft);
}

const char *sg_draft_name(const struct sg_draft *draft)
{
	return sg_json_name(draft->doc);
}
