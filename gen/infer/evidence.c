/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/evidence.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "base/escape.h"
#include "syscall/arch.h"

#define PROGRAMS_SHOWN 4 /* in a reason; `show` has them all */

bool sg_entry_is_application(const struct sg_entry *entry)
{
	return entry->count[SG_STAGE_APP] > 0 || entry->logged > entry->count[SG_STAGE_FLOOR];
}

static void add_native(struct sg_evidence *evidence, uint32_t arch)
{
	const struct sg_arch *known = sg_arch_by_token(arch);

	if (!known)
		return;
	for (size_t i = 0; i < evidence->n_natives; i++) {
		if (evidence->natives[i] == known->native)
			return;
	}
	if (evidence->n_natives < SG_NATIVES_MAX)
		evidence->natives[evidence->n_natives++] = known->native;
}

/* The host says what is native; a run read from a log may know no host, its calls then tell. */
static void add_natives(struct sg_evidence *evidence, const struct sg_run *run)
{
	if (run->host.arch) {
		add_native(evidence, run->host.arch);
		return;
	}
	for (size_t i = 0; i < run->n_entries; i++)
		add_native(evidence, run->entries[i].id.arch);
}

int sg_evidence_gather(const struct sg_recording *rec, struct sg_evidence *ret,
		       struct sg_error *err)
{
	_cleanup_(sg_evidence_done) struct sg_evidence evidence = { 0 };
	int r;

	r = sg_recording_fold(rec, &evidence.all, err);
	if (r < 0)
		return r;
	evidence.is_app = calloc(evidence.all->n_entries + 1, sizeof(*evidence.is_app));
	if (!evidence.is_app)
		return sg_error_oom(err);

	/* run by run: what one run's floor explains says nothing about another's log */
	for (size_t i = 0; i < rec->n_runs; i++) {
		const struct sg_run *run = rec->runs[i];

		add_natives(&evidence, run);
		for (size_t k = 0; k < run->n_entries; k++) {
			const struct sg_entry *all = sg_run_find(evidence.all, run->entries[k].id);

			if (all && sg_entry_is_application(&run->entries[k]))
				evidence.is_app[all - evidence.all->entries] = true;
		}
	}
	if (!evidence.n_natives)
		return sg_error_set(
			err, -ENODATA,
			"the recording holds no call and names no architecture that is known");
	*ret = evidence;
	evidence = (struct sg_evidence){ 0 };
	return 0;
}

void sg_evidence_done(struct sg_evidence *evidence)
{
	sg_run_free(evidence->all);
	free(evidence->is_app);
	*evidence = (struct sg_evidence){ 0 };
}

static bool is_set_relevant(const struct sg_run *run, enum sg_loss loss)
{
	switch (sg_loss_kinds[loss].class) {
	case SG_LOSS_CLASS_SET:
		return true;
	case SG_LOSS_CLASS_AUDIT:
		return !(run->sources & SG_SOURCE_BPF); /* BPF has seen what audit lost */
	case SG_LOSS_CLASS_DETAIL:
		break;
	}
	return false;
}

static uint64_t sum_loss(const struct sg_recording *rec, enum sg_loss loss, bool set_relevant)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		if (!set_relevant || is_set_relevant(rec->runs[i], loss))
			sum = sg_add_capped(sum, rec->runs[i]->loss[loss]);
	}
	return sum;
}

uint64_t sg_evidence_loss(const struct sg_recording *rec, enum sg_loss loss)
{
	return sum_loss(rec, loss, false);
}

bool sg_evidence_set_losses(const struct sg_recording *rec, struct sg_strbuf *out)
{
	bool any = false;

	for (int loss = 0; loss < SG_LOSS_MAX_; loss++) {
		uint64_t sum = sum_loss(rec, (enum sg_loss)loss, true);

		if (!sum)
			continue;
		sg_strbuf_printf(out, "%s%s %" PRIu64 " (%s)", any ? ", " : "",
				 sg_loss_kinds[loss].name, sum, sg_loss_kinds[loss].meaning);
		any = true;
	}
	return any;
}

static void add_times(struct sg_strbuf *out, uint64_t n)
{
	if (n == 1)
		sg_strbuf_add(out, "once");
	else
		sg_strbuf_printf(out, "%" PRIu64 " times", n);
}

static void add_programs(struct sg_strbuf *out, const struct sg_entry *entry)
{
	size_t shown = entry->n_programs;

	if (shown > PROGRAMS_SHOWN)
		shown = PROGRAMS_SHOWN;
	for (size_t i = 0; i < shown; i++) {
		sg_strbuf_add(out, i ? ", " : " by ");
		sg_escape(out, entry->programs[i]);
	}
	if (entry->n_programs > shown)
		sg_strbuf_printf(out, " and %zu more", entry->n_programs - shown);
}

/* UTC, to the second, as RFC 3339 has it. */
static void add_first_seen(struct sg_strbuf *out, uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000u);
	char text[64];
	struct tm tm;

	if (!ns || !gmtime_r(&seconds, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return;
	sg_strbuf_printf(out, ", first at %s", text);
}

static void add_denials(struct sg_strbuf *out, const struct sg_entry *entry)
{
	uint64_t early = sg_entry_denied(entry) - sg_entry_denied_in(entry, SG_STAGE_APP);
	const char *separator = " (";

	for (int i = 0; i < SG_DENIAL_MAX_; i++) {
		if (!entry->denied[i])
			continue;
		sg_strbuf_printf(out, "%s%s %" PRIu64, separator, sg_denial_names[i],
				 entry->denied[i]);
		separator = ", ";
	}
	if (early)
		sg_strbuf_printf(out, ", %" PRIu64 " of them the runtime's", early);
	sg_strbuf_add_char(out, ')');
}

/* Of a call that was denied and nothing else: then all that saw it saw that. */
static void add_denials_sources(struct sg_strbuf *out, const struct sg_entry *entry)
{
	const char *separator = ", seen by ";

	if (entry->logged)
		return;
	for (int i = 0; i < SG_STAGE_MAX_; i++) {
		if (entry->count[i])
			return;
	}
	for (int i = 0; i < SG_SOURCE_COUNT; i++) {
		if (!(entry->sources & 1u << i))
			continue;
		sg_strbuf_printf(out, "%s%s", separator, sg_source_names[i]);
		separator = " and ";
	}
}

void sg_evidence_text(const struct sg_entry *entry, enum sg_reason_kind kind, struct sg_strbuf *out)
{
	switch (kind) {
	case SG_REASON_DENIED:
		sg_strbuf_add(out, "denied ");
		add_times(out, sg_entry_denied_in(entry, SG_STAGE_APP));
		add_denials(out, entry);
		add_denials_sources(out, entry);
		break;
	case SG_REASON_AUDIT:
		sg_strbuf_add(out, "logged ");
		add_times(out, entry->logged);
		break;
	case SG_REASON_PROC:
		sg_strbuf_printf(
			out, "in progress when the recording began, in %" PRIu64 " thread%s",
			entry->count[SG_STAGE_APP], entry->count[SG_STAGE_APP] == 1 ? "" : "s");
		break;
	default:
		sg_strbuf_add(out, "called ");
		add_times(out, entry->count[SG_STAGE_APP]);
		break;
	}
	add_programs(out, entry);
	add_first_seen(out, entry->first_seen);
}
