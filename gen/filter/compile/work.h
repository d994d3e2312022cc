/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_WORK_H
#define SG_FILTER_COMPILE_WORK_H

/* Private to this folder: what a profile costs libseccomp, before it is given to it. */
#include "filter/compile/compile.h"

/*
 * An estimate of libseccomp 2.5.4's work, in units of SG_COMPILE_WORK: the square of all rules; and
 * with several architectures, of each call the fourth power of the comparisons that rules do not
 * share on all of them, for then the program is searched for parts that are alike. Measured: 500
 * rules with one 64-bit value on three architectures 0.47 s and on one 0.008 s, 240 with three
 * conditions 1.67 s, 4,000 rules with one small value on one architecture 0.29 s, 24,000 rules for
 * 300 calls 5.8 s. Saturates. Returns 0, or -ENOMEM.
 */
int sg_compile_cost(const struct sg_profile *profile, uint64_t *ret, struct sg_error *err);

#endif
