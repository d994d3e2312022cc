/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_ROTATED_H
#define SG_TRACER_AUDIT_ROTATED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * The audit.log of a directory and what was rotated away from it, oldest first: by auditd
 * (audit.log.1 is younger than audit.log.2) and by logrotate (audit.log-20261121), compressed or
 * not.
 */
struct sg_audit_rotated {
	char **names;
	int *fds;
	size_t n;
};

/*
 * Open all of them. @fd is the directory, borrowed; @path is what messages call it. A log that is
 * rotated between its listing and its opening would be read twice and another one not at all: so
 * the directory must be the same after the last opening, or all is done again; *@ret_whole is false
 * when that never came about. -ENOENT when there is no audit.log.
 */
int sg_audit_rotated_open(int fd, const char *path, struct sg_audit_rotated *ret, bool *ret_whole,
			  struct sg_error *err);
void sg_audit_rotated_done(struct sg_audit_rotated *logs);

#endif
