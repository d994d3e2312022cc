/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/import.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "audit/run/digest.h"
#include "audit/run/importer.h"
#include "syscall/arch.h"

static enum sg_denial denial_of(uint32_t code, bool any_kill)
{
	if (any_kill)
		return SG_DENIAL_UNKNOWN;
	switch (code) {
	case SECCOMP_RET_ERRNO:
		return SG_DENIAL_ERRNO;
	case SECCOMP_RET_TRAP:
		return SG_DENIAL_TRAP;
	case SECCOMP_RET_TRACE:
		return SG_DENIAL_TRACE;
	case SECCOMP_RET_USER_NOTIF:
		return SG_DENIAL_USER_NOTIF;
	case SECCOMP_RET_KILL_THREAD:
		return SG_DENIAL_KILL_THREAD;
	case SECCOMP_RET_KILL_PROCESS:
		return SG_DENIAL_KILL_PROCESS;
	default:
		return SG_DENIAL_UNKNOWN;
	}
}

static int add_row(struct sg_run *run, const struct sg_audit_row *row, struct sg_error *err)
{
	const struct sg_audit_text comm = sg_audit_row_comm(&row->key);
	char name[SG_AUDIT_COMM_MAX + 1];
	struct sg_entry *entry;
	bool any_kill, is_log, is_named;
	uint32_t code = sg_audit_row_code(&row->key, &any_kill);
	int r;

	r = sg_run_entry(run, row->key.id, &entry, err);
	if (r < 0)
		return r;
	is_log = code == SECCOMP_RET_LOG || code == SECCOMP_RET_ALLOW;
	if (is_log)
		entry->logged += row->count;
	else
		entry->denied[denial_of(code, any_kill)] += row->count;
	if (row->first_seen && (!entry->first_seen || row->first_seen < entry->first_seen))
		entry->first_seen = row->first_seen;
	if (row->last_seen > entry->last_seen)
		entry->last_seen = row->last_seen;
	entry->sources = SG_SOURCE_AUDIT;
	is_named = sg_audit_text_copy(&comm, name, sizeof(name)) > 0;
	r = sg_entry_saw_first(entry, is_log ? SG_FIRST_LOGGED : SG_FIRST_DENIED, row->first_seen,
			       is_named ? name : NULL, err);
	return r < 0 || !is_named ? r : sg_entry_add_program(entry, name, err);
}

/*
 * The architecture of the kernel that all calls were made to: one whose own calls are among them. 0
 * when there is none, or more than one.
 */
static uint32_t native_arch(const struct sg_run *run)
{
	uint32_t native = 0;
	bool has_own = false;

	for (size_t i = 0; i < run->n_entries; i++) {
		const struct sg_arch *arch = sg_arch_by_token(run->entries[i].id.arch);

		if (!arch || (native && native != arch->native))
			return 0;
		native = arch->native;
		has_own |= arch->token == native;
	}
	return has_own ? native : 0;
}

static int set_id(const struct sg_audit_importer *importer, struct sg_run *run,
		  struct sg_error *err)
{
	char uuid[SG_DIGEST_UUID_MAX], *id;
	struct sg_digest digest;

	sg_digest_init(&digest);
	sg_digest_add_string(&digest, "seccomp-gen: a run from audit records, 1");
	sg_digest_add_u64(&digest, importer->sum[0]);
	sg_digest_add_u64(&digest, importer->sum[1]);
	sg_digest_add_u64(&digest, run->start);
	sg_digest_add_u64(&digest, run->end);
	for (size_t i = 0; i < run->n_entries; i++) {
		const struct sg_entry *entry = &run->entries[i];

		sg_digest_add_u64(&digest, (uint64_t)entry->id.arch << 32 | entry->id.nr);
		sg_digest_add_u64(&digest, entry->logged);
		for (size_t j = 0; j < SG_DENIAL_MAX_; j++)
			sg_digest_add_u64(&digest, entry->denied[j]);
		sg_digest_add_u64(&digest, entry->first_seen);
		sg_digest_add_u64(&digest, entry->last_seen);
		sg_digest_add_u64(&digest, entry->n_programs);
		for (size_t j = 0; j < entry->n_programs; j++)
			sg_digest_add_string(&digest, entry->programs[j]);
	}
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (run->loss[i] == 0) /* a counter that later versions add changes no id */
			continue;
		sg_digest_add_string(&digest, sg_loss_kinds[i].name);
		sg_digest_add_u64(&digest, run->loss[i]);
	}
	sg_digest_uuid(&digest, uuid);
	id = strdup(uuid);
	if (!id)
		return sg_error_oom(err);
	free(run->id);
	run->id = id;
	return 0;
}

int sg_audit_importer_finish(struct sg_audit_importer *importer, struct sg_run **ret,
			     struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_free_ const struct sg_audit_row **rows = NULL;
	int r;

	r = sg_audit_importer_count(importer, err);
	if (r < 0)
		return r;
	rows = sg_audit_rows_sort(&importer->rows);
	if (!rows)
		return sg_error_oom(err);
	r = sg_run_new("00000000-0000-8000-8000-000000000000", &run, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < importer->rows.n; i++) {
		r = add_row(run, rows[i], err);
		if (r < 0)
			return r;
	}
	run->target.kind = strdup("log");
	run->mechanism = strdup("audit records 1326");
	if (!run->target.kind || !run->mechanism)
		return sg_error_oom(err);
	run->host.arch = native_arch(run);
	run->start = importer->ledger.first;
	run->end = importer->ledger.last;
	run->complete = true;
	run->sources = SG_SOURCE_AUDIT;
	memcpy(run->loss, importer->loss, sizeof(run->loss));
	sg_audit_ledger_finish(&importer->ledger, run->loss);
	r = set_id(importer, run, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(run);
	return 0;
}
