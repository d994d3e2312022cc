/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_ROTATED_H
#define SG_TRACER_AUDIT_ROTATED_H

#include <stddef.h>

#include "base/error.h"

/*
 * The audit.log of a directory and what was rotated away from it, oldest first: by auditd
 * (audit.log.1 is younger than audit.log.2) and by logrotate (audit.log-20261121), compressed or
 * not.
 */
struct sg_audit_rotated {
	char **names;
	size_t n;
};

/* @fd is the directory, borrowed; @path is what messages call it. -ENOENT when it has no audit.log.
 */
int sg_audit_rotated_list(int fd, const char *path, struct sg_audit_rotated *ret,
			  struct sg_error *err);
void sg_audit_rotated_done(struct sg_audit_rotated *logs);

#endif
