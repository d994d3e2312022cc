/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_STUB_H
#define SG_FILTER_COMPILE_STUB_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/profile.h"

/*
 * Private to compile*.c: what runc puts before libseccomp's program
 * (libcontainer/seccomp/patchbpf): ENOSYS for numbers above the highest that the profile names, so
 * that libc falls back where the default would be EPERM. None where the default lets calls run. The
 * highest number is libseccomp's, under each architecture, of all names whatever their rule's
 * verdict.
 */
#define STUB_MAX_INSNS 256u

/* @arches: those of the filter. Returns the number of instructions written to @insns, 0 for no
 * stub. */
size_t runc_enosys_stub(const struct sg_profile *profile, const uint32_t *arches, size_t n_arches,
			struct sock_filter *insns);

#endif
