/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/derive/headlines.h"

#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "recording/derive/numbers.h"
#include "syscall/table.h"

#define STORM	      1000u /* denied calls that are many, however many were made */
#define STORM_PERCENT 10u   /* of the calls made */
#define AT_ONCE_NS    UINT64_C(3000000000)

static uint64_t kills(const struct sg_entry *entry)
{
	return sg_add_capped(entry->denied[SG_DENIAL_KILL_THREAD],
			     entry->denied[SG_DENIAL_KILL_PROCESS]);
}

static void add_call(struct sg_syscall_id id, struct sg_strbuf *out)
{
	const char *name = sg_syscall_name(id);

	if (name)
		sg_strbuf_add(out, name);
	else
		sg_number_text(id, out);
}

void sg_headline_denied(const struct sg_recording *rec, const struct sg_run *folded,
			struct sg_strbuf *out)
{
	struct sg_totals totals = sg_recording_totals(rec, folded);
	const struct sg_entry *most = NULL, *killer = NULL;
	uint64_t killed = 0;

	for (size_t i = 0; i < folded->n_entries; i++) {
		const struct sg_entry *entry = &folded->entries[i];

		if (!most || sg_entry_denied_in(entry, SG_STAGE_APP) >
				     sg_entry_denied_in(most, SG_STAGE_APP))
			most = entry;
		if (kills(entry) && (!killer || kills(entry) > kills(killer)))
			killer = entry;
		killed = sg_add_capped(killed, kills(entry));
	}
	if (killed) {
		sg_strbuf_printf(out,
				 "the filter in force killed %" PRIu64 " time%s, most often at ",
				 killed, killed == 1 ? "" : "s");
		add_call(killer->id, out);
	}
	if (!most || (totals.denied < STORM &&
		      !(totals.denied && totals.calls < UINT64_MAX / 100 &&
			totals.denied * 100 >= (totals.calls + totals.logged) * STORM_PERCENT)))
		return;
	sg_strbuf_printf(out, "%s%" PRIu64 " call%s denied, mostly ", killed ? "; " : "",
			 totals.denied, totals.denied == 1 ? " was" : "s were");
	add_call(most->id, out);
	sg_strbuf_printf(out,
			 " (%" PRIu64 "): what the workload does without that filter may be "
			 "missing",
			 sg_entry_denied_in(most, SG_STAGE_APP));
}

/* A command that succeeds may be quick. */
static bool died_at_once(const struct sg_run *run)
{
	return run->ended && run->complete && !run->target.processes_before &&
	       run->end >= run->start && run->end - run->start < AT_ONCE_NS &&
	       strcmp(run->ended, SG_ENDED_OK) != 0;
}

void sg_headline_ended(const struct sg_recording *rec, struct sg_strbuf *out)
{
	const struct sg_run *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < rec->n_runs; i++) {
		if (!died_at_once(rec->runs[i]))
			continue;
		n++;
		if (!first)
			first = rec->runs[i];
	}
	if (!n)
		return;
	if (rec->n_runs > 1)
		sg_strbuf_printf(out, "ended at once in %zu of %zu runs, in one of them ", n,
				 rec->n_runs);
	else
		sg_strbuf_add(out, "ended ");
	sg_strbuf_printf(out, "%.3f s after its start (",
			 (double)(first->end - first->start) / 1e9);
	sg_escape(out, first->ended);
	sg_strbuf_add(out, "): if it was to stay, it did not come up, and most of its calls are "
			   "missing");
}
