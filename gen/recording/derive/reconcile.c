/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/derive/reconcile.h"

#include <stdlib.h>

const char *const sg_seen_by_names[SG_SEEN_BY_MAX_] = {
	[SG_SEEN_BY_BOTH] = "both",
	[SG_SEEN_BY_BPF] = "bpf only",
	[SG_SEEN_BY_AUDIT] = "audit only",
};

/* What bears on the explanations, over all runs. */
struct trails {
	bool bpf, audit;	     /* whether there is such a source at all */
	uint64_t bpf_start, bpf_end; /* of the runs that BPF watched; 0: none */
	bool audit_lossy;
};

struct facts {
	const struct sg_entry *entry;
	const struct trails *trails;
};

static bool is_denied(const struct facts *f)
{
	return sg_entry_denied(f->entry) != 0;
}

static bool is_called(const struct facts *f)
{
	return sg_entry_called(f->entry) != 0;
}

static bool has_no_audit(const struct facts *f)
{
	return !f->trails->audit;
}

static bool has_no_bpf(const struct facts *f)
{
	return !f->trails->bpf;
}

static bool is_in_progress(const struct facts *f)
{
	return sg_entry_is_in_progress(f->entry);
}

static bool is_setup_only(const struct facts *f)
{
	return is_called(f) && !f->entry->count[SG_STAGE_FLOOR] && !f->entry->count[SG_STAGE_APP];
}

static bool is_audit_lossy(const struct facts *f)
{
	return f->trails->audit_lossy;
}

static bool is_before_recording(const struct facts *f)
{
	return f->entry->last_seen && f->entry->last_seen < f->trails->bpf_start;
}

static bool is_after_recording(const struct facts *f)
{
	return f->entry->first_seen > f->trails->bpf_end;
}

static bool is_partly_logged(const struct facts *f)
{
	return f->entry->logged < f->entry->count[SG_STAGE_APP] + f->entry->count[SG_STAGE_FLOOR];
}

static bool is_always(const struct facts *f)
{
	(void)f;
	return true;
}

/* The first row of a class whose question is answered with yes explains the call. */
static const struct {
	enum sg_seen_by seen_by;
	bool (*fits)(const struct facts *f);
	const char *why;
} explanations[] = {
	{ SG_SEEN_BY_BOTH, is_denied, "denied, and the filter has the kernel report it" },
	{ SG_SEEN_BY_BOTH, is_partly_logged,
	  "logged, but less often than called: by one filter of several, or records are missing" },
	{ SG_SEEN_BY_BOTH, is_always, "called and logged" },
	{ SG_SEEN_BY_BPF, has_no_audit, "the audit trail was not read" },
	{ SG_SEEN_BY_BPF, is_in_progress,
	  "in progress when the recording began, and not made again" },
	{ SG_SEEN_BY_BPF, is_setup_only, "made before a filter was loaded that could log it" },
	{ SG_SEEN_BY_BPF, is_audit_lossy,
	  "its records can be among those that were lost (rate limit, overrun): see the losses" },
	{ SG_SEEN_BY_BPF, is_denied, "denied by a filter that does not have the kernel report it" },
	{ SG_SEEN_BY_BPF, is_always, "not logged by this profile, or no filter was loaded" },
	{ SG_SEEN_BY_AUDIT, has_no_bpf, "no recording by BPF is at hand" },
	{ SG_SEEN_BY_AUDIT, is_denied,
	  "denied: it never entered the kernel, and denied calls were not watched" },
	{ SG_SEEN_BY_AUDIT, is_before_recording, "logged before the recording began" },
	{ SG_SEEN_BY_AUDIT, is_after_recording, "logged after the recording ended" },
	{ SG_SEEN_BY_AUDIT, is_always,
	  "logged by another process than those recorded, or missed by BPF: see the losses" },
};

static void look_at(const struct sg_run *run, struct trails *t)
{
	t->bpf |= run->sources & SG_SOURCE_BPF;
	t->audit |= run->sources & SG_SOURCE_AUDIT;
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		t->audit_lossy |= sg_loss_kinds[i].class == SG_LOSS_CLASS_AUDIT && run->loss[i];
	if (!(run->sources & SG_SOURCE_BPF))
		return;
	if (!t->bpf_start || run->start < t->bpf_start)
		t->bpf_start = run->start;
	if (run->end > t->bpf_end)
		t->bpf_end = run->end;
}

static struct sg_reconciled reconcile(const struct facts *f)
{
	bool bpf = f->entry->sources & (SG_SOURCE_BPF | SG_SOURCE_PROC);
	bool audit = f->entry->sources & SG_SOURCE_AUDIT;
	struct sg_reconciled row = { .entry = f->entry };

	row.seen_by = bpf && audit ? SG_SEEN_BY_BOTH : bpf ? SG_SEEN_BY_BPF : SG_SEEN_BY_AUDIT;
	for (size_t i = 0; !row.why && i < SG_ARRAY_SIZE(explanations); i++) {
		if (explanations[i].seen_by == row.seen_by && explanations[i].fits(f))
			row.why = explanations[i].why;
	}
	return row;
}

int sg_recording_reconcile(const struct sg_recording *rec, const struct sg_run *folded,
			   struct sg_reconciled **ret, struct sg_error *err)
{
	struct trails trails = { 0 };
	struct sg_reconciled *rows;

	rows = calloc(folded->n_entries + 1, sizeof(*rows));
	if (!rows)
		return sg_error_oom(err);
	for (size_t i = 0; i < rec->n_runs; i++)
		look_at(rec->runs[i], &trails);
	for (size_t i = 0; i < folded->n_entries; i++)
		rows[i] = reconcile(&(struct facts){ &folded->entries[i], &trails });
	*ret = rows;
	return 0;
}
