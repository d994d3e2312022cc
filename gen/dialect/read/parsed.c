/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/read/parsed.h"

#include <stdlib.h>

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
