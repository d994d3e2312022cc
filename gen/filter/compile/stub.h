/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_STUB_H
#define SG_FILTER_COMPILE_STUB_H

#include <linux/filter.h>
#include <stddef.h>

#include "filter/compile/rules.h"

/*
 * Private to this folder: what runc puts before libseccomp's program
 * (libcontainer/seccomp/patchbpf): ENOSYS for numbers above the highest that the profile names, so
 * that libc falls back where the default would be EPERM. None where the default lets calls run. The
 * highest number is libseccomp's, under each architecture, of all names whatever their rule's
 * verdict. Up to 1.1.14 the native architecture had a part in it only if the profile lists it
 * (opencontainers/runc#4219, #4391).
 */
#define STUB_MAX_INSNS 256u

/* Returns the number of instructions written to @insns, 0 for no stub. */
size_t sg_runc_enosys_stub(const struct sg_compile_job *job, struct sock_filter *insns);

#endif
