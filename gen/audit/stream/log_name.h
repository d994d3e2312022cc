/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_STREAM_LOG_NAME_H
#define SG_AUDIT_STREAM_LOG_NAME_H

#include <stdbool.h>

/* The names of auditd's log, and of what was rotated away from it by auditd and by logrotate. */
#define SG_AUDIT_LOG_NAME "audit.log"

/*
 * "audit.log", "audit.log.3", "audit.log.3.gz", "audit.log-20261121.gz",
 * "audit.log-20261121-1795292157". What else follows, such as ".xz", is one all the same: it cannot
 * be read, and that has to be said.
 */
bool sg_audit_is_log_name(const char *name);

/* For qsort() of an array of such names (const char *), the oldest first. */
int sg_audit_log_names_compare(const void *a, const void *b);

#endif
