/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_PROFILE_PRINT_H
#define SG_TRACER_PROFILE_PRINT_H

#include <stdbool.h>

#include "base/error.h"
#include "profile/profile.h"

/* A profile on its way out, in any dialect, for `emit` and `convert`. */
struct sg_profile_print {
	const char *command; /* for messages */
	const char *format;  /* a name of sg_dialects[]; NULL: oci */
	const char *name;    /* of the resource; NULL: the default */
	const char *output;  /* see sg_output_write() */
	bool unasked; /* the format is the default, not a choice: losses are told, --quiet is quiet
		       */
	bool strict;  /* what the dialect cannot express is an error */
};

/*
 * Print, and say on stderr what the dialect cannot express, item by item. Returns 0; -EOPNOTSUPP
 * when
 * @strict refuses (nothing is written), -ENOTTY for a binary dialect on a terminal, or what
 * printing says.
 */
int sg_profile_print(const struct sg_profile *profile, const struct sg_profile_print *how,
		     struct sg_error *err);

#endif
