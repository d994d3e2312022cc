/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_LEARN_VERSION_H
#define SG_TRACER_WORKLOAD_LEARN_VERSION_H

#include "confine/helper.h"

/* For tracer/workload/ only. The version helper, which runs programs to ask them. */
int sg_versions_start(struct sg_helper *ret, struct sg_error *err);

/* The version that the program at @path says it is; NULL when it does not, or is not one that root
 * could run. The caller's. */
void sg_versions_ask(struct sg_helper *helper, const char *path, char **ret);

/* The program of that name in the usual directories, or NULL; the caller's. */
int sg_program_find(const char *name, char **ret_path, struct sg_error *err);

#endif
