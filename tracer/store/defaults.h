/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_DEFAULTS_H
#define SG_TRACER_STORE_DEFAULTS_H

#include <stddef.h>

#include "base/error.h"

/*
 * The default profiles of container engines, by version: those of profiles/default/, which are part
 * of the program.
 */
struct sg_default {
	const char *product; /* "docker", "podman", "containerd", "cri-o" */
	unsigned int major, minor;
	const char *version; /* the whole of it, of which the profile is */
	const char *made_of; /* a package of Debian, and its suite */
	size_t at, len;	     /* in the text of all */
};

/*
 * @what is "PRODUCT", which is the newest version known, or "PRODUCT@VERSION", of which the first
 * two numbers count. "runtime-default" is containerd's.
 *
 * *ret is static; NULL when @what begins with no such product. Returns 0, or -ENOENT: the version
 * is not known (the message says which are), -EINVAL: it is no version.
 */
int sg_default_find(const char *what, const struct sg_default **ret, struct sg_error *err);

/* The profile, JSON; *ret is the caller's and ends with a NUL that *ret_len does not count. */
int sg_default_text(const struct sg_default *d, char **ret, size_t *ret_len, struct sg_error *err);

#endif
