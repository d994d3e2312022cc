/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_CHECK_CHECK_H
#define SG_CHECK_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "check/finding.h"
#include "dialect/read/read.h"
#include "filter/compile/compile.h"
#include "infer/floor/floor.h"

/*
 * Judge a profile before it is deployed: structure, names, conditions that do not do what they seem
 * to, what the runtime and libraries need, what the kernel and libseccomp take, and what it opens.
 * What is found is a table, check/findings.def.
 */
struct sg_check_options {
	struct sg_read_options
		read; /* for whom conditional entries are resolved; its notes are not used */
	const struct sg_floor *const *floors; /* the runtimes that are to start it; borrowed */
	size_t n_floors;
	bool any_floor; /* nobody named a runtime: it is enough that one of them can start it */
	/* those whose filter is made of it; none: runc and crun, the newest known */
	const struct sg_compile_options *runtimes; /* borrowed */
	size_t n_runtimes;
	uint32_t min_kernel;	 /* major << 16 | minor; 0: not asked */
	uint32_t min_libseccomp; /* major << 16 | minor << 8 | patch; 0: not asked */
	bool dangerous;		 /* report dangerous calls */
	bool compile;		 /* make the filter, with the libseccomp that is linked in */
};

/*
 * Check @text and add to @findings, which the caller releases also on failure.
 *
 * Returns 0 whatever was found; -EINVAL, -E2BIG as sg_profile_parse() (what cannot be read is no
 * finding), -ENOMEM.
 */
int sg_check(const char *name, const char *text, size_t len, const struct sg_check_options *opts,
	     struct sg_findings *findings, struct sg_error *err);

/* Why a call is dangerous, and the capability that the kernel asks for (may be NULL). */
struct sg_dangerous {
	const char *name, *capability, *why;
};

extern const struct sg_dangerous sg_dangerous_calls[]; /* by name; ends where the name is NULL */

#endif
