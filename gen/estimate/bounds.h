/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ESTIMATE_BOUNDS_H
#define SG_ESTIMATE_BOUNDS_H

#include <stddef.h>

/*
 * What @d of @n units say of further units that are drawn as those were: exact sums, no
 * approximation by the normal distribution, which is wrong where d is small.
 */

/*
 * The upper end of the one-sided Clopper-Pearson interval: the largest share p under which @d or
 * fewer of @n still come with a probability of @alpha. 1 where @d is @n or @n is 0.
 */
double sg_binomial_upper(size_t d, size_t n, double alpha);

/*
 * The smallest K of which "at most K of the next @m" holds with a probability of 1 - @alpha, where
 * the share has the distribution Beta(d + 1, n - d): beta-binomial. @m where @d is @n or @n is 0.
 */
size_t sg_beta_binomial_upper(size_t d, size_t n, size_t m, double alpha);

/* How likely it is that @k or more of @d marked ones among @n are in a sample of @draws:
 * hypergeometric. */
double sg_hypergeometric_tail(size_t k, size_t n, size_t d, size_t draws);

#endif
