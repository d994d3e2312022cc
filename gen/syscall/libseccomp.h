/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_LIBSECCOMP_H
#define SG_SYSCALL_LIBSECCOMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/version.h"

/*
 * Whether libseccomp @version (SG_LIBSECCOMP()) has a name for the call, by the kernel that brought
 * it (syscall/libseccomp.def). For versions before the oldest row: false for all that is newer
 * than Linux 4.15.
 */
bool sg_libseccomp_names(uint32_t version, const char *call);

#endif
