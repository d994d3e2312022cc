/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/derive/numbers.h"

#include <inttypes.h>

#include "base/escape.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* Whether the table has all calls that the run's kernel can have under @arch. */
static bool is_covered(const struct sg_run *run, uint32_t arch)
{
	return run->host.kernel && sg_arch_by_token(arch) &&
	       sg_syscall_table_covers(run->host.kernel);
}

/* The first run that has @id and whose kernel may have the call; NULL: there is none. */
static const struct sg_run *find_uncovered(const struct sg_recording *rec, struct sg_syscall_id id)
{
	for (size_t i = 0; i < rec->n_runs; i++) {
		if (!is_covered(rec->runs[i], id.arch) && sg_run_find(rec->runs[i], id))
			return rec->runs[i];
	}
	return NULL;
}

enum sg_number sg_recording_number(const struct sg_recording *rec, struct sg_syscall_id id)
{
	if (sg_syscall_name(id))
		return SG_NUMBER_NAMED;
	return find_uncovered(rec, id) ? SG_NUMBER_UNKNOWN : SG_NUMBER_ABSENT;
}

size_t sg_run_drop_absent(struct sg_run *folded, const struct sg_recording *rec)
{
	size_t left = 0, n = folded->n_entries;

	for (size_t i = 0; i < n; i++) {
		if (sg_recording_number(rec, folded->entries[i].id) == SG_NUMBER_ABSENT)
			sg_entry_done(&folded->entries[i]);
		else
			folded->entries[left++] = folded->entries[i];
	}
	folded->n_entries = left;
	return n - left;
}

void sg_number_text(struct sg_syscall_id id, struct sg_strbuf *out)
{
	char arch[SG_ARCH_TEXT_SIZE];

	sg_strbuf_printf(out, "%" PRIu32 " of %s", id.nr, sg_arch_text(id.arch, arch));
}

void sg_number_why_unknown(const struct sg_recording *rec, struct sg_syscall_id id,
			   struct sg_strbuf *out)
{
	const struct sg_run *run = find_uncovered(rec, id);

	if (!sg_arch_by_token(id.arch)) {
		sg_strbuf_add(out, "there is no table of that architecture");
		return;
	}
	sg_strbuf_printf(out, "the table ends with Linux %s, and the recording ",
			 sg_syscall_newest());
	if (!run || !run->host.kernel) {
		sg_strbuf_add(out, "does not say of which Linux it is");
		return;
	}
	sg_strbuf_add(out, "is of Linux ");
	sg_escape(out, run->host.kernel);
}
