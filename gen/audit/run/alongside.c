/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/alongside.h"

#include <string.h>

static int put_entry(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err)
{
	int r;

	dst->logged += src->logged;
	if (sg_entry_denied(src) && sg_entry_denied(src) >= sg_entry_denied(dst))
		memcpy(dst->denied, src->denied, sizeof(dst->denied));
	if (src->first_seen && (!dst->first_seen || src->first_seen < dst->first_seen))
		dst->first_seen = src->first_seen;
	if (src->last_seen > dst->last_seen)
		dst->last_seen = src->last_seen;
	dst->sources |= src->sources;
	for (int i = 0; i < SG_FIRST_MAX_; i++) {
		r = sg_entry_saw_first(dst, (enum sg_first_of)i, src->first[i].at, src->first[i].by,
				       err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < src->n_programs; i++) {
		r = sg_entry_add_program(dst, src->programs[i], err);
		if (r < 0)
			return r;
	}
	return 0;
}

int sg_run_put_audit_alongside(struct sg_run *run, const struct sg_run *audit, struct sg_error *err)
{
	int r;

	for (size_t i = 0; i < audit->n_entries; i++) {
		struct sg_entry *entry;

		r = sg_run_entry(run, audit->entries[i].id, &entry, err);
		if (r < 0)
			return r;
		r = put_entry(entry, &audit->entries[i], err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		run->loss[i] += audit->loss[i];
	run->sources |= audit->sources;
	return 0;
}
