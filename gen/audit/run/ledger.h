/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_LEDGER_H
#define SG_AUDIT_RUN_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/line/notice.h"
#include "audit/run/serials.h"
#include "recording/loss.h"

/*
 * What an audit trail lost, by what it says itself and by the serials that never arrived. A notice
 * is written after the loss, and has no time that could be trusted: what it tells of happened
 * between the records before and after it. It counts, as a gap does, when that stretch reaches
 * into the time that is asked for.
 *
 * Embedded; zeroes, with the bounds set, are an empty ledger.
 */
struct sg_audit_ledger {
	uint64_t since, until; /* the time that is asked for, both included; 0: no bound */
	struct sg_audit_serials serials;
	uint64_t first, last; /* records within the bounds; 0: none */

	/* the last record with a serial, and whether .serials has it */
	uint64_t before_time, before_serial;
	bool is_before_added;

	/* reported since that record */
	uint64_t open_suppressed, open_lost, open_total, open_reason;
	uint64_t total; /* lost since boot, as reported last */

	/* within the bounds: suppressed between two records, or at an end where nothing bounds it;
	 * lost */
	uint64_t between, suppressed, lost, lost_by_total, lost_by_reason;
};

/* An audit record of whatever type; time and serial are 0 where they are not known. */
void sg_audit_ledger_record(struct sg_audit_ledger *ledger, uint64_t time, uint64_t serial);

void sg_audit_ledger_notice(struct sg_audit_ledger *ledger, const struct sg_audit_notice *notice);

/* Add what was lost to the counters. There may be no other call after it. */
void sg_audit_ledger_finish(struct sg_audit_ledger *ledger, uint64_t loss[SG_LOSS_MAX_]);

#endif
