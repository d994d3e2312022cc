/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_DIALECT_CONVERSION_LOSS_H
#define SG_DIALECT_CONVERSION_LOSS_H

#include "dialect/dialect.h"
#include "diff/diff.h"

/*
 * For dialect.c: the differences between a profile (A) and its reduction (B); calls that fare alike
 * whatever their arguments are one item.
 */
int sg_conversion_loss_by_diff(struct sg_conversion_loss *loss, const struct sg_diff *diff,
			       struct sg_error *err);

#endif
