/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_ARCH_H
#define SG_TRACER_CLI_ARCH_H

#include <stdint.h>

#include "base/error.h"

/* The AUDIT_ARCH_* of this machine's kernel. */
int sg_native_arch(uint32_t *ret, struct sg_error *err);

#endif
