/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ESTIMATE_ORDER_H
#define SG_ESTIMATE_ORDER_H

#include "estimate/sample.h"

/*
 * Whether the units look as if their order did not matter, which every estimate here takes for
 * granted: units of the last third that hold something no earlier one does, against
 * SG_ORDER_SHUFFLES random orders of the same units. The random numbers are the same each time.
 */
#define SG_ORDER_SHUFFLES 99

/* When so many of the shuffles, or fewer, have as many such units as the true order, it is an
 * alarm: what was done changed while it was recorded. 3 in 100 by chance. */
#define SG_ORDER_ALARM 2

/* Fewer units than this are not asked. */
#define SG_ORDER_MIN_UNITS 9

/* *ret: how many of the shuffles have as many such units as @sample, or more. 0 or -ENOMEM. */
int sg_order_test(const struct sg_sample *sample, size_t *ret, struct sg_error *err);

#endif
