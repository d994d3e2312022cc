/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_PRODUCE_H
#define SG_FILTER_COMPILE_PRODUCE_H

/* Private to this folder: all that runs libseccomp's filter code. */
#include "base/error.h"
#include "filter/compile/rules.h"

/* What libseccomp makes of a profile, its errors included; in memory that a child process can
 * share. */
struct sg_compile_product {
	int code; /* 0, or a negative errno with @err */
	struct sg_error err;
	unsigned int optimize;
	size_t n; /* instructions; only the first SG_FILTER_MAX_INSNS are there */
	struct sock_filter insns[SG_FILTER_MAX_INSNS];
};

/*
 * Make the program of @job, in a process of its own where the profile has what libseccomp may not
 * finish. @optimize: 0, or what was asked for. @p must be shared memory. Returns 0, or a negative
 * errno with p->err: -ELOOP when libseccomp did not finish, or crashed.
 */
int sg_compile_produce(struct sg_compile_job *job, unsigned int optimize,
		       struct sg_compile_product *p);

#endif
