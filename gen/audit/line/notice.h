/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_NOTICE_H
#define SG_AUDIT_LINE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recording/loss.h"

/* What a notice's number means. */
enum sg_audit_count {
	SG_AUDIT_COUNT_NEW,   /* lost since the notice before */
	SG_AUDIT_COUNT_TOTAL, /* lost since boot */
	/* one, of those that a total counts as well: it counts only where no total is given */
	SG_AUDIT_COUNT_REASON,
};

struct sg_audit_notice {
	enum sg_loss loss; /* SG_LOSS_AUDIT_SUPPRESSED or SG_LOSS_AUDIT_LOST */
	enum sg_audit_count meaning;
	uint64_t count;
	bool sender_is_kernel; /* it is the kernel's word; else that of a daemon, whose name is
				  there */
	size_t head_len;       /* of what stands before the kernel's word */
};

/*
 * Whether a line says that audit records, or lines of the log they are in, were lost or held back.
 * Where it gives no number the count is one. What a daemon says stands after its own name, or is
 * no notice; whose head the kernel's words stand after is the caller's to look at.
 */
bool sg_audit_notice_read(const char *line, size_t len, struct sg_audit_notice *ret);

#endif
