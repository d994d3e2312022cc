/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/import.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "audit/digest.h"
#include "audit/mix.h"
#include "audit/rows.h"
#include "audit/serials.h"
#include "syscall/arch.h"
#include "syscall/table.h"

/* Numbers up to here are calls that are newer than our table; the kernel half draws the same line.
 */
#define NR_ROOM 576u

struct sg_audit_importer {
	struct sg_audit_filters filters;
	struct sg_audit_import_stats stats;
	struct sg_audit_rows rows;
	struct sg_audit_serials serials;
	uint64_t first, last; /* of all records, of any type */
	uint64_t now;	      /* of the record before: when a notice was written */
	uint64_t sum[2];      /* of the records that were taken, in any order */
	uint64_t loss[SG_LOSS_MAX_];
	uint64_t lost_total, lost_by_total, lost_by_reason;
	bool has_serial;		/* of any record so far */
	uint64_t open_notices;		/* lines suppressed since the last record with a serial */
	uint64_t closed_notices;	/* … between two of them */
	uint64_t twins[SG_AUDIT_TWINS]; /* what arrived last of each serial, by its hash */
};

int sg_audit_importer_new(const struct sg_audit_filters *filters, struct sg_audit_importer **ret,
			  struct sg_error *err)
{
	struct sg_audit_importer *importer = calloc(1, sizeof(*importer));

	if (!importer)
		return sg_error_oom(err);
	if (filters)
		importer->filters = *filters;
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

/* An audit record of whatever type. */
static void note(struct sg_audit_importer *importer, uint64_t time, uint64_t serial)
{
	if (time)
		importer->now = time;
	if (!is_in_time(&importer->filters, importer->now))
		return;
	if (serial != 0) {
		sg_audit_serials_add(&importer->serials, time, serial);
		if (importer->has_serial)
			importer->closed_notices += importer->open_notices;
		else
			sg_audit_importer_lose(importer, SG_LOSS_AUDIT_SUPPRESSED,
					       importer->open_notices);
		importer->open_notices = 0;
		importer->has_serial = true;
	}
	if (time && (!importer->first || time < importer->first))
		importer->first = time;
	if (time > importer->last)
		importer->last = time;
}

void sg_audit_importer_other(struct sg_audit_importer *importer, uint64_t time, uint64_t serial)
{
	note(importer, time, serial);
}

void sg_audit_importer_notice(struct sg_audit_importer *importer,
			      const struct sg_audit_notice *notice)
{
	uint64_t n = notice->count;

	switch (notice->meaning) {
	case SG_AUDIT_COUNT_TOTAL:
		/* a total that falls is of another boot */
		n -= n >= importer->lost_total ? importer->lost_total : 0;
		importer->lost_total = notice->count;
		if (is_in_time(&importer->filters, importer->now))
			importer->lost_by_total += n;
		break;
	case SG_AUDIT_COUNT_REASON:
		if (is_in_time(&importer->filters, importer->now))
			importer->lost_by_reason += n;
		break;
	case SG_AUDIT_COUNT_NEW:
		if (!is_in_time(&importer->filters, importer->now))
			break;
		if (notice->loss == SG_LOSS_AUDIT_SUPPRESSED)
			importer->open_notices += n;
		else
			sg_audit_importer_lose(importer, notice->loss, n);
		break;
	}
}

void sg_audit_importer_problem(struct sg_audit_importer *importer, enum sg_audit_kind kind)
{
	if (kind == SG_AUDIT_UNREADABLE)
		sg_audit_importer_lose(importer, SG_LOSS_AUDIT_UNREADABLE, 1);
}

/* Never 0. */
static uint64_t fingerprint(const struct sg_audit_record *rec)
{
	uint64_t h = sg_mix(rec->time + rec->serial * SG_MIX_PRIME);

	return sg_mix(h ^ ((uint64_t)rec->pid << 32 | rec->id.nr)) | 1;
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
				     const struct sg_audit_record *rec, int *ret_errno)
{
	struct sg_audit_row_key key;
	struct sg_audit_row *row;

	sg_audit_row_key(rec, &key);
	row = sg_audit_rows_find(&importer->rows, &key, ret_errno);
	if (row || *ret_errno != -ENOSPC)
		return row;
	/* so many programs that their names have no room: the call comes first */
	sg_audit_importer_lose(importer, SG_LOSS_FIRST_SEEN_ROWS, 1);
	key.form = SG_AUDIT_TEXT_NONE;
	key.comm_len = 0;
	memset(key.comm, 0, sizeof(key.comm));
	return sg_audit_rows_find(&importer->rows, &key, ret_errno);
}

int sg_audit_importer_record(struct sg_audit_importer *importer, const struct sg_audit_record *rec,
			     struct sg_error *err)
{
	uint64_t print = fingerprint(rec);
	struct sg_audit_row *row;
	int error = 0;

	note(importer, rec->time, rec->serial);
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
	importer->sum[1] += sg_mix(print ^ rec->code ^ (uint64_t)rec->id.arch << 32);
	if (!is_possible(rec->id)) {
		sg_audit_importer_lose(importer, SG_LOSS_INVALID_NUMBERS, 1);
		return 0;
	}
	row = find_row(importer, rec, &error);
	if (!row && error == -ENOMEM)
		return sg_error_oom(err);
	if (!row) {
		sg_audit_importer_lose(importer, SG_LOSS_AUDIT_UNREADABLE, 1);
		return 0;
	}
	row->count++;
	if (rec->time && (!row->first_seen || rec->time < row->first_seen))
		row->first_seen = rec->time;
	if (rec->time > row->last_seen)
		row->last_seen = rec->time;
	return 0;
}

static enum sg_denial denial_of(uint32_t code)
{
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
	default: /* either kind of killing */
		return SG_DENIAL_UNKNOWN;
	}
}

static int add_row(struct sg_run *run, const struct sg_audit_row *row, struct sg_error *err)
{
	const struct sg_audit_text comm = { row->key.comm, row->key.comm_len, row->key.form };
	char name[SG_AUDIT_COMM_MAX + 1];
	struct sg_entry *entry;
	int r;

	r = sg_run_entry(run, row->key.id, &entry, err);
	if (r < 0)
		return r;
	if (row->key.code == SECCOMP_RET_LOG || row->key.code == SECCOMP_RET_ALLOW)
		entry->logged += row->count;
	else
		entry->denied[denial_of(row->key.code)] += row->count;
	if (row->first_seen && (!entry->first_seen || row->first_seen < entry->first_seen))
		entry->first_seen = row->first_seen;
	if (row->last_seen > entry->last_seen)
		entry->last_seen = row->last_seen;
	entry->sources = SG_SOURCE_AUDIT;
	if (sg_audit_text_copy(&comm, name, sizeof(name)) == 0)
		return 0;
	return sg_entry_add_program(entry, name, err);
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

/*
 * A rate limit is shared by many, and the journal has records from elsewhere too. Of what was
 * suppressed between two records, not more can have been audit's than serials are missing; and
 * these are not counted once more as gaps. Nothing bounds what was suppressed before the first
 * record and behind the last.
 */
static void set_losses(const struct sg_audit_importer *importer, struct sg_run *run)
{
	uint64_t gaps = sg_audit_serials_missing(&importer->serials);
	uint64_t suppressed = importer->closed_notices < gaps ? importer->closed_notices : gaps;
	uint64_t lost = importer->lost_by_total > importer->lost_by_reason
				? importer->lost_by_total
				: importer->lost_by_reason;

	memcpy(run->loss, importer->loss, sizeof(run->loss));
	run->loss[SG_LOSS_AUDIT_LOST] += lost;
	run->loss[SG_LOSS_AUDIT_SUPPRESSED] += suppressed + importer->open_notices;
	run->loss[SG_LOSS_AUDIT_SERIAL_GAPS] += gaps - suppressed;
}

int sg_audit_importer_finish(struct sg_audit_importer *importer, struct sg_run **ret,
			     struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	_cleanup_free_ const struct sg_audit_row **rows = NULL;
	int r;

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
	run->start = importer->first;
	run->end = importer->last;
	run->complete = true;
	run->sources = SG_SOURCE_AUDIT;
	set_losses(importer, run);
	r = set_id(importer, run, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(run);
	return 0;
}
