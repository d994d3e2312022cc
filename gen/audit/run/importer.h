/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_IMPORTER_H
#define SG_AUDIT_RUN_IMPORTER_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/run/import.h"
#include "audit/run/ledger.h"
#include "audit/run/rows.h"

/* For gen/audit/ only: what import.c gathers and import_run.c makes a run of. */

/*
 * A record that is taken and not yet counted. Its row is mostly not in the cache: it is asked for
 * at once and needed only after the next record has been read.
 */
struct sg_audit_pending {
	struct sg_audit_row_key key;
	uint64_t hash, time;
	bool is_set;
};

struct sg_audit_importer {
	struct sg_audit_filters filters;
	struct sg_audit_import_stats stats;
	struct sg_audit_rows rows;
	struct sg_audit_pending pending;
	struct sg_audit_ledger ledger;
	uint64_t sum[2]; /* of the records that were taken, in any order */
	uint64_t loss[SG_LOSS_MAX_];
	uint64_t twins[SG_AUDIT_TWINS]; /* what arrived last of each serial, by its hash */
};

/* Count the record that waits, if there is one. */
int sg_audit_importer_count(struct sg_audit_importer *importer, struct sg_error *err);

#endif
