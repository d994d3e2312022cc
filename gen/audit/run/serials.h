/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_RUN_SERIALS_H
#define SG_AUDIT_RUN_SERIALS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which audit serials never arrived. The kernel numbers all audit events of a boot in one sequence
 * (audit_serial() in kernel/audit.c); two CPUs can send theirs in the other order, so a serial
 * counts as missing only when SG_AUDIT_SERIALS_WINDOW later ones have been seen or the sequence
 * ends.
 *
 * A serial far above the ones before it waits for the next: if the sequence does not continue
 * there it was an outlier (a forged line, one of another host), and counts for nothing. A jump that
 * no kernel can make in the time between is never a gap.
 *
 * Embedded; zeroes are an empty tracker.
 */
#define SG_AUDIT_SERIALS_WINDOW 4096u

struct sg_audit_serials {
	uint64_t seen[SG_AUDIT_SERIALS_WINDOW / 64]; /* bit per serial in [first, first + WINDOW) */
	uint64_t first;				     /* the lowest serial that can still arrive */
	uint64_t last;				     /* the highest that was seen; 0: none */
	uint64_t last_time;			     /* of .last */
	uint64_t missing;			     /* what is known to be missing so far */
	uint64_t far, far_time;			     /* the one that waits; 0: none */
};

/* A serial arrived with its event's @time (0: not known). Serial 0 is no serial. */
void sg_audit_serials_add(struct sg_audit_serials *serials, uint64_t time, uint64_t serial);

/* How many are missing between those that arrived; counts what is still open as missing. */
uint64_t sg_audit_serials_missing(const struct sg_audit_serials *serials);

#endif
