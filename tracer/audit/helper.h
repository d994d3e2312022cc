/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_HELPER_H
#define SG_TRACER_AUDIT_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include "confine/helper.h"

/*
 * The helper that has audit's control socket. Whoever has that, and CAP_AUDIT_CONTROL, can switch
 * audit off: so it takes two questions, and sends one message, AUDIT_GET.
 */
int sg_audit_helper_start(struct sg_helper *ret, struct sg_error *err);

/* How many records the kernel says that it lost since boot; false where it cannot be asked, which
 * takes CAP_AUDIT_CONTROL. */
bool sg_audit_helper_lost(struct sg_helper *helper, uint32_t *ret);

#define SG_AUDIT_MARK_LEN 15 /* of a process's name */

/*
 * A process of that name ("sg-" and lower-case hexadecimal digits) makes one call that its filter
 * logs. -ENOTSUP where it cannot.
 */
int sg_audit_helper_mark(struct sg_helper *helper, const char *name, struct sg_error *err);

#endif
