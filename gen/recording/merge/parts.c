/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/merge/parts.h"

int sg_run_add_part(struct sg_run *run, const struct sg_run *part, struct sg_error *err)
{
	for (size_t i = 0; i < part->n_entries; i++) {
		struct sg_entry *entry;
		int r = sg_run_entry(run, part->entries[i].id, &entry, err);

		if (r == 0)
			r = sg_entry_join(entry, &part->entries[i], err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		run->loss[i] += part->loss[i];
	run->sources |= part->sources;
	if (part->target.filtered == SG_YES)
		run->target.filtered = SG_YES;
	if (part->new_namespaces == SG_YES)
		run->new_namespaces = SG_YES;
	return 0;
}

int sg_run_add_in_progress(struct sg_run *run, const struct sg_run *found, struct sg_error *err)
{
	int r = 0;

	run->loss[SG_LOSS_IN_PROGRESS] += found->loss[SG_LOSS_IN_PROGRESS];
	for (size_t i = 0; r == 0 && i < found->n_entries; i++) {
		const struct sg_entry *from = &found->entries[i];
		struct sg_entry *to;

		if (!(from->sources & SG_SOURCE_PROC))
			continue;
		r = sg_run_entry(run, from->id, &to, err);
		if (r < 0 || to->count[SG_STAGE_APP])
			continue;
		to->count[SG_STAGE_APP] = from->count[SG_STAGE_APP];
		to->sources |= SG_SOURCE_PROC;
		run->sources |= SG_SOURCE_PROC;
		for (size_t k = 0; r == 0 && k < from->n_programs; k++)
			r = sg_entry_add_program(to, from->programs[k], err);
	}
	return r;
}
