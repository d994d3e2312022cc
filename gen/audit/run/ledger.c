/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/run/ledger.h"

static void add(uint64_t *sum, uint64_t n)
{
	*sum = *sum > UINT64_MAX - n ? UINT64_MAX : *sum + n;
}

/*
 * What was reported since the record before: it counts when @counts. @is_between: a record with a
 * serial stands on either side, so that the serials say how much of it can have been audit's.
 */
static void close_notices(struct sg_audit_ledger *ledger, bool counts, bool is_between)
{
	if (counts) {
		add(is_between ? &ledger->between : &ledger->suppressed, ledger->open_suppressed);
		add(&ledger->lost, ledger->open_lost);
		add(&ledger->lost_by_total, ledger->open_total);
		add(&ledger->lost_by_reason, ledger->open_reason);
	}
	ledger->open_suppressed = ledger->open_lost = 0;
	ledger->open_total = ledger->open_reason = 0;
}

/* Whether the stretch from the record before to @time reaches into what is asked for. */
static bool is_reached(const struct sg_audit_ledger *ledger, uint64_t time)
{
	if (ledger->until && ledger->before_serial && ledger->before_time > ledger->until)
		return false;
	return !ledger->since || time >= ledger->since;
}

static bool is_within(const struct sg_audit_ledger *ledger, uint64_t time)
{
	return time != 0 && (!ledger->since || time >= ledger->since) &&
	       (!ledger->until || time <= ledger->until);
}

void sg_audit_ledger_record(struct sg_audit_ledger *ledger, uint64_t time, uint64_t serial)
{
	bool reached = is_reached(ledger, time);

	if (is_within(ledger, time)) {
		if (!ledger->first || time < ledger->first)
			ledger->first = time;
		if (time > ledger->last)
			ledger->last = time;
	}
	if (serial == 0)
		return;
	if (ledger->open_suppressed | ledger->open_lost | ledger->open_total | ledger->open_reason)
		close_notices(ledger, reached, ledger->before_serial != 0);
	if (reached) {
		/* the one before the bound, from which on serials are missed */
		if (ledger->before_serial && !ledger->is_before_added)
			sg_audit_serials_add(&ledger->serials, ledger->before_time,
					     ledger->before_serial);
		sg_audit_serials_add(&ledger->serials, time, serial);
	}
	ledger->before_time = time;
	ledger->before_serial = serial;
	ledger->is_before_added = reached;
}

void sg_audit_ledger_notice(struct sg_audit_ledger *ledger, const struct sg_audit_notice *notice)
{
	uint64_t n = notice->count;

	switch (notice->meaning) {
	case SG_AUDIT_COUNT_TOTAL:
		/* a total that falls is of another boot */
		add(&ledger->open_total, n >= ledger->total ? n - ledger->total : n);
		ledger->total = n;
		return;
	case SG_AUDIT_COUNT_REASON:
		add(&ledger->open_reason, n);
		return;
	case SG_AUDIT_COUNT_NEW:
		add(notice->loss == SG_LOSS_AUDIT_SUPPRESSED ? &ledger->open_suppressed
							     : &ledger->open_lost,
		    n);
		return;
	}
}

/*
 * A rate limit is shared by many, and the journal has records from elsewhere too. Of what was
 * suppressed between two records, not more can have been audit's than serials are missing; and
 * these are not counted once more as gaps. Nothing bounds what was suppressed before the first
 * record and after the last.
 */
void sg_audit_ledger_finish(struct sg_audit_ledger *ledger, uint64_t loss[SG_LOSS_MAX_])
{
	uint64_t gaps = sg_audit_serials_missing(&ledger->serials), between;

	/* after the last record there is no later one that could be out of bounds */
	close_notices(ledger, is_reached(ledger, UINT64_MAX), false);
	between = ledger->between < gaps ? ledger->between : gaps;
	add(&loss[SG_LOSS_AUDIT_SUPPRESSED], ledger->suppressed);
	add(&loss[SG_LOSS_AUDIT_SUPPRESSED], between);
	add(&loss[SG_LOSS_AUDIT_SERIAL_GAPS], gaps - between);
	add(&loss[SG_LOSS_AUDIT_LOST], ledger->lost);
	add(&loss[SG_LOSS_AUDIT_LOST], ledger->lost_by_total > ledger->lost_by_reason
					       ? ledger->lost_by_total
					       : ledger->lost_by_reason);
}
