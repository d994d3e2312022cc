/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/evidence.h"

#include <errno.h>
#include <inttypes.h>

#include "syscall/arch.h"
#include "syscall/table.h"

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
	for (size_t i = 0; i < evidence.all->n_entries; i++)
		evidence.is_app[i] = sg_entry_is_application(&evidence.all->entries[i]);
	for (size_t i = 0; i < rec->n_runs; i++)
		add_natives(&evidence, rec->runs[i]);
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

bool sg_evidence_set_losses(const struct sg_recording *rec, struct sg_strbuf *out)
{
	bool any = false;

	for (int loss = 0; loss < SG_LOSS_MAX_; loss++) {
		uint64_t sum = sg_recording_set_loss(rec, (enum sg_loss)loss);

		if (!sum)
			continue;
		sg_strbuf_printf(out, "%s%s %" PRIu64 " (%s)", any ? ", " : "",
				 sg_loss_kinds[loss].name, sum, sg_loss_kinds[loss].meaning);
		any = true;
	}
	return any;
}

bool sg_evidence_was_called(const struct sg_evidence *evidence, uint32_t arch, const char *name)
{
	struct sg_syscall_id id = { .arch = arch };
	const struct sg_entry *entry;

	if (sg_syscall_nr(arch, name, &id.nr) < 0)
		return false;
	entry = sg_run_find(evidence->all, id);
	return entry && evidence->is_app[entry - evidence->all->entries];
}
