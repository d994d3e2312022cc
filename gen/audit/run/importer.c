/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit/run/importer.h"
#include "audit/run/mix.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/*
 * Numbers up to here are calls that are newer than our table; the kernel half draws the same line.
 */
#define NR_ROOM 576u

int sg_audit_importer_new(const struct sg_audit_filters *filters, struct sg_audit_importer **ret,
			  struct sg_error *err)
{
	struct sg_audit_importer *importer = calloc(1, sizeof(*importer));

	if (!importer)
		return sg_error_oom(err);
	if (filters)
		importer->filters = *filters;
	importer->ledger.since = importer->filters.since;
	importer->ledger.until = importer->filters.until;
	*ret = importer;
	return 0;
}

void sg_audit_importer_free(struct sg_audit_importer *importer)
{
	if (!importer)
		return;
	sg_audit_rows_done(&importer->rows);
	free(importer);
}

const struct sg_audit_import_stats *sg_audit_importer_stats(
	const struct sg_audit_importer *importer)
{
	return &importer->stats;
}

static bool is_in_time(const struct sg_audit_filters *filters, uint64_t time)
{
	if (filters->since && time < filters->since)
		return false;
	return !filters->until || (time != 0 && time <= filters->until);
}

static bool has_text(const char *const *list, size_t n, const struct sg_audit_text *text)
{
	for (size_t i = 0; i < n; i++) {
		if (sg_audit_text_is(text, list[i]))
			return true;
	}
	return n == 0;
}

static bool is_wanted(const struct sg_audit_filters *filters, const struct sg_audit_record *rec)
{
	bool is_pid = filters->n_pids == 0;

	for (size_t i = 0; i < filters->n_pids && !is_pid; i++)
		is_pid = filters->pids[i] == rec->pid;
	return is_pid && is_in_time(filters, rec->time) &&
	       has_text(filters->comms, filters->n_comms, &rec->comm) &&
	       has_text(filters->exes, filters->n_exes, &rec->exe);
}

void sg_audit_importer_lose(struct sg_audit_importer *importer, enum sg_loss loss, uint64_t n)
{
	uint64_t *sum = &importer->loss[loss];

	*sum = *sum > UINT64_MAX - n ? UINT64_MAX : *sum + n;
}

void sg_audit_importer_other(struct sg_audit_importer *importer, uint64_t time, uint64_t serial)
{
	sg_audit_ledger_record(&importer->ledger, time, serial);
}

void sg_audit_importer_notice(struct sg_audit_importer *importer,
			      const struct sg_audit_notice *notice)
{
	sg_audit_ledger_notice(&importer->ledger, notice);
}

void sg_audit_importer_problem(struct sg_audit_importer *importer, enum sg_audit_kind kind)
{
	if (kind == SG_AUDIT_UNREADABLE)
		sg_audit_importer_lose(importer, SG_LOSS_AUDIT_UNREADABLE, 1);
}

/*
 * Never 0. The ids of runs are made of it: another one, and a log imported before is another run.
 */
static uint64_t fingerprint(const struct sg_audit_record *rec)
{
	uint64_t when = (rec->time ^ rec->serial << 40) + rec->serial;
	uint64_t what = (uint64_t)rec->pid << 32 | rec->id.nr;

	return sg_mix(when * SG_MIX_PRIME + what) | 1;
}

/* Whether the record has been here. Without a serial nothing tells. */
static bool is_twin(struct sg_audit_importer *importer, uint64_t serial, uint64_t print)
{
	uint64_t *slot = &importer->twins[serial % SG_AUDIT_TWINS];

	if (serial == 0)
		return false;
	if (*slot == print)
		return true;
	*slot = print;
	return false;
}

/* Whether a number can be a system call at all: syscall(-1) and the like can not. */
static bool is_possible(struct sg_syscall_id id)
{
	if (id.nr < NR_ROOM)
		return true;
	if (!sg_arch_by_token(id.arch))
		return id.nr <= INT32_MAX;
	return id.nr <= sg_syscall_max(id.arch);
}

static struct sg_audit_row *find_row(struct sg_audit_importer *importer,
				     struct sg_audit_pending *pending, int *ret_errno)
{
	struct sg_audit_row *row;

	row = sg_audit_rows_find(&importer->rows, &pending->key, pending->hash, ret_errno);
	if (row || *ret_errno != -ENOSPC)
		return row;
	/* so many programs that their names have no room: the call comes first */
	sg_audit_importer_lose(importer, SG_LOSS_FIRST_SEEN_ROWS, 1);
	pending->key.text = 0;
	memset(pending->key.comm, 0, sizeof(pending->key.comm));
	return sg_audit_rows_find(&importer->rows, &pending->key, sg_audit_row_hash(&pending->key),
				  ret_errno);
}

int sg_audit_importer_count(struct sg_audit_importer *importer, struct sg_error *err)
{
	struct sg_audit_pending *pending = &importer->pending;
	struct sg_audit_row *row;
	int error = 0;

	if (!pending->is_set)
		return 0;
	pending->is_set = false;
	row = find_row(importer, pending, &error);
	if (!row && error == -ENOMEM)
		return sg_error_oom(err);
	if (!row) {
		sg_audit_importer_lose(importer, SG_LOSS_AUDIT_UNREADABLE, 1);
		return 0;
	}
	row->count++;
	if (pending->time && (!row->first_seen || pending->time < row->first_seen))
		row->first_seen = pending->time;
	if (pending->time > row->last_seen)
		row->last_seen = pending->time;
	return 0;
}

int sg_audit_importer_record(struct sg_audit_importer *importer, const struct sg_audit_record *rec,
			     struct sg_error *err)
{
	uint64_t print = fingerprint(rec);
	struct sg_audit_pending *pending = &importer->pending;
	int r;

	sg_audit_ledger_record(&importer->ledger, rec->time, rec->serial);
	if (is_twin(importer, rec->serial, print)) {
		importer->stats.duplicates++;
		return 0;
	}
	if (!is_wanted(&importer->filters, rec)) {
		importer->stats.filtered++;
		return 0;
	}
	importer->stats.taken++;
	importer->sum[0] += print;
	importer->sum[1] += (print ^ rec->code ^ (uint64_t)rec->id.arch << 32) * SG_MIX_PRIME;
	if (!is_possible(rec->id)) {
		sg_audit_importer_lose(importer, SG_LOSS_INVALID_NUMBERS, 1);
		return 0;
	}
	r = sg_audit_importer_count(importer, err);
	if (r < 0)
		return r;
	sg_audit_row_key(rec, &pending->key);
	pending->hash = sg_audit_row_hash(&pending->key);
	pending->time = rec->time;
	pending->is_set = true;
	sg_audit_rows_prefetch(&importer->rows, pending->hash);
	return 0;
}
