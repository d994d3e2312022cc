/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_VERSION_H
#define SG_BASE_VERSION_H

#include <stdint.h>

/* Versions as numbers that compare as they do; 0 is free to say "not given". All return 0, or
 * -EINVAL and leave *ret. */

/* A kernel: "6.1", "6.1.0-18-amd64", as uname says it, to major << 16 | minor. */
#define SG_KERNEL_VERSION(major, minor) ((uint32_t)((major) << 16 | (minor)))
int sg_kernel_parse(const char *s, uint32_t *ret);

/* libseccomp: "2.5.4" and nothing else. */
#define SG_LIBSECCOMP(major, minor, patch) ((uint32_t)((major) << 16 | (minor) << 8 | (patch)))
int sg_libseccomp_parse(const char *s, uint32_t *ret);

/*
 * A container runtime, as it prints it: "1.1.5", "1.1.5+ds1", "1.2.0-rc.3" (which counts as 1.2.0),
 * "1.28". Never 0.
 */
#define SG_RUNTIME_VERSION(major, minor, patch) \
	((uint32_t)((major) << 20 | (minor) << 10 | (patch)))
int sg_runtime_version_parse(const char *s, uint32_t *ret);

#endif
