/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_ERRNO_NAME_H
#define SG_PROFILE_ERRNO_NAME_H

#include <stdbool.h>
#include <stdint.h>

#define SG_ERRNO_MAX	4095 /* the kernel's MAX_ERRNO (linux/err.h): a filter cannot return more */
#define SG_ERRNO_ENOSYS 38   /* as filters say it, whatever the build host calls it */

/* "ENOSYS" for 38, or NULL. Numbers are those of the machine that this was built for. */
const char *sg_errno_name(unsigned int number);

/* The number of "ENOSYS". Returns 0 or -ENOENT. */
int sg_errno_by_name(const char *name, uint16_t *ret);

/* The same for podman (containers/common pkg/seccomp), which knows fewer and refuses the rest. */
const char *sg_errno_podman_name(unsigned int number);
bool sg_errno_is_podmans(const char *name);

#endif
