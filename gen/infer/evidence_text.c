/* SPDX-License-Identifier: Apache-2.0 */
/* What the recording says for a call, by source: each sentence is of the runs that bear it out. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/escape.h"
#include "base/utc.h"
#include "infer/evidence.h"

#define PROGRAMS_SHOWN 4 /* in a reason; `show` has them all */

const struct sg_evidence_kind sg_evidence_kinds[SG_EVIDENCE_KINDS] = {
	{ SG_REASON_BPF, 0 },
	{ SG_REASON_PROC, 0 },
	{ SG_REASON_AUDIT, 0 },
	{ SG_REASON_DENIED, SG_SOURCE_BPF },
	{ SG_REASON_DENIED, SG_SOURCE_AUDIT },
	{ SG_REASON_DENIED, SG_SOURCE_BPF | SG_SOURCE_AUDIT },
	{ SG_REASON_DENIED, 0 }, /* a file that names no source */
};

/* One kind of evidence for one call, over the runs that have it. */
struct sum {
	uint64_t count;
	uint64_t denied[SG_DENIAL_MAX_], early; /* early: of these, the runtime's */
	size_t n_runs;
	bool only_denied;      /* nothing else was seen of it in these runs */
	uint64_t first_at;     /* 0: not known */
	struct sg_entry first; /* its programs are who can have been first */
};

static enum sg_first_of first_of(enum sg_reason_kind kind)
{
	return kind == SG_REASON_AUDIT	  ? SG_FIRST_LOGGED
	       : kind == SG_REASON_DENIED ? SG_FIRST_DENIED
					  : SG_FIRST_CALLED;
}

static uint32_t denial_sources(const struct sg_entry *entry)
{
	return entry->sources & (SG_SOURCE_BPF | SG_SOURCE_AUDIT);
}

/* The run's entry where it is evidence of @kind; of denials, where just @sources saw it. */
static const struct sg_entry *evidence_of(const struct sg_run *run, struct sg_syscall_id id,
					  enum sg_reason_kind kind, uint32_t sources)
{
	const struct sg_entry *entry = sg_run_find(run, id);

	if (!entry)
		return NULL;
	if (kind == SG_REASON_PROC)
		return entry->count[SG_STAGE_APP] && sg_entry_is_in_progress(entry) ? entry : NULL;
	if (!sg_entry_has(entry, first_of(kind)))
		return NULL;
	return kind != SG_REASON_DENIED || denial_sources(entry) == sources ? entry : NULL;
}

static void add_counts(struct sum *sum, const struct sg_entry *entry, enum sg_reason_kind kind)
{
	uint64_t app = sg_entry_denied_in(entry, SG_STAGE_APP);
	uint64_t at = sg_entry_first(entry, first_of(kind)).at;

	sum->n_runs++;
	if (at && (!sum->first_at || at < sum->first_at))
		sum->first_at = at;
	if (kind == SG_REASON_DENIED) {
		sum->count = sg_add_capped(sum->count, app);
		sum->early = sg_add_capped(sum->early, sg_entry_denied(entry) - app);
		sum->only_denied = sum->only_denied && !entry->logged && !sg_entry_called(entry);
		for (int i = 0; i < SG_DENIAL_MAX_; i++)
			sum->denied[i] = sg_add_capped(sum->denied[i], entry->denied[i]);
	} else {
		sum->count = sg_add_capped(sum->count, kind == SG_REASON_AUDIT
							       ? entry->logged
							       : entry->count[SG_STAGE_APP]);
	}
}

/* Who can have been the first of all: whoever was it in a run that may be the earliest. */
static int add_candidates(struct sum *sum, const struct sg_entry *entry, enum sg_reason_kind kind)
{
	struct sg_first first = sg_entry_first(entry, first_of(kind));
	int r = 0;

	if (kind != SG_REASON_PROC && first.at && first.at != sum->first_at)
		return 0;
	if (kind != SG_REASON_PROC && first.by)
		return sg_entry_add_program(&sum->first, first.by, NULL);
	for (size_t i = 0; r == 0 && i < entry->n_programs; i++)
		r = sg_entry_add_program(&sum->first, entry->programs[i], NULL);
	return r;
}

static int sum_up(const struct sg_recording *rec, struct sg_syscall_id id, enum sg_reason_kind kind,
		  uint32_t sources, struct sum *sum)
{
	const struct sg_entry *entry;
	int r = 0;

	*sum = (struct sum){ .only_denied = true };
	for (size_t i = 0; i < rec->n_runs; i++) {
		entry = evidence_of(rec->runs[i], id, kind, sources);
		if (entry)
			add_counts(sum, entry, kind);
	}
	for (size_t i = 0; r == 0 && i < rec->n_runs; i++) {
		entry = evidence_of(rec->runs[i], id, kind, sources);
		if (entry)
			r = add_candidates(sum, entry, kind);
	}
	return r;
}

static void add_times(struct sg_strbuf *out, uint64_t n)
{
	if (n == 1)
		sg_strbuf_add(out, "once");
	else
		sg_strbuf_printf(out, "%" PRIu64 " times", n);
}

/* "nginx", "nginx or sh", "a, b, c, d or 2 more"; @last stands before the last. */
static void add_programs(struct sg_strbuf *out, const struct sum *sum, const char *last)
{
	size_t n = sum->first.n_programs, shown = n > PROGRAMS_SHOWN ? PROGRAMS_SHOWN : n;

	for (size_t i = 0; i < shown; i++) {
		if (i)
			sg_strbuf_add(out, i + 1 == n ? last : ", ");
		sg_escape(out, sum->first.programs[i]);
	}
	if (n > shown)
		sg_strbuf_printf(out, "%s%zu more", last, n - shown);
}

/* " by nginx at …" of a single time; of several, ", first by nginx at …". */
static void add_first(struct sg_strbuf *out, const struct sum *sum)
{
	if (!sum->first.n_programs && !sum->first_at)
		return;
	if (sum->count != 1)
		sg_strbuf_add(out, ", first");
	if (sum->first.n_programs)
		sg_strbuf_add(out, " by ");
	add_programs(out, sum, " or ");
	if (!sum->first_at)
		return;
	sg_strbuf_add(out, " at ");
	sg_utc_second(out, sum->first_at);
}

static void add_denials(struct sg_strbuf *out, const struct sum *sum)
{
	const char *separator = " (";

	for (int i = 0; i < SG_DENIAL_MAX_; i++) {
		if (!sum->denied[i])
			continue;
		sg_strbuf_printf(out, "%s%s %" PRIu64, separator, sg_denial_names[i],
				 sum->denied[i]);
		separator = ", ";
	}
	if (sum->early)
		sg_strbuf_printf(out, ", %" PRIu64 " of them the runtime's", sum->early);
	sg_strbuf_add_char(out, ')');
}

/* Of a call that was denied and nothing else: then all that saw it saw that. */
static void add_denials_sources(struct sg_strbuf *out, uint32_t sources)
{
	const char *separator = ", seen by ";

	for (int i = 0; i < SG_SOURCE_COUNT; i++) {
		if (!(sources & 1u << i))
			continue;
		sg_strbuf_printf(out, "%s%s", separator, sg_source_names[i]);
		separator = " and ";
	}
}

static void print(const struct sum *sum, enum sg_reason_kind kind, uint32_t sources, size_t n_runs,
		  struct sg_strbuf *out)
{
	switch (kind) {
	case SG_REASON_DENIED:
		sg_strbuf_add(out, "denied ");
		add_times(out, sum->count);
		add_denials(out, sum);
		break;
	case SG_REASON_AUDIT:
		sg_strbuf_add(out, "logged ");
		add_times(out, sum->count);
		break;
	case SG_REASON_PROC:
		sg_strbuf_printf(out,
				 "in progress when the recording began, in %" PRIu64 " thread%s",
				 sum->count, sum->count == 1 ? "" : "s");
		if (sum->first.n_programs)
			sg_strbuf_add(out, " of ");
		add_programs(out, sum, " and ");
		break;
	default:
		sg_strbuf_add(out, "called ");
		add_times(out, sum->count);
		break;
	}
	if (kind != SG_REASON_PROC)
		add_first(out, sum);
	if (kind == SG_REASON_DENIED && sum->only_denied)
		add_denials_sources(out, sources);
	if (n_runs > 1)
		sg_strbuf_printf(out, ", in %zu of %zu runs", sum->n_runs, n_runs);
}

bool sg_evidence_text(const struct sg_recording *rec, struct sg_syscall_id id,
		      enum sg_reason_kind kind, uint32_t sources, struct sg_strbuf *out)
{
	struct sum sum;

	if (sum_up(rec, id, kind, sources, &sum) < 0)
		out->failed = true;
	else if (sum.n_runs)
		print(&sum, kind, sources, rec->n_runs, out);
	sg_entry_done(&sum.first);
	return sum.n_runs > 0;
}
