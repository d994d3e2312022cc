/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_COMPILE_REFUSE_H
#define SG_FILTER_COMPILE_REFUSE_H

#include "filter/compile/rules.h"

/*
 * Private to this folder: what the runtime refuses before libseccomp has a say. Returns 0, or
 * -EINVAL naming what.
 */
int sg_compile_refuse(const struct sg_compile_job *job, struct sg_error *err);

#endif
