/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_LEARN_DOCKER_H
#define SG_TRACER_WORKLOAD_LEARN_DOCKER_H

#include "confine/helper.h"

/* For tracer/workload/ only. The helper that asks Docker on the unix socket @path, borrowed. */
int sg_docker_start(const char *path, struct sg_helper *ret, struct sg_error *err);

/*
 * The row of "docker ps" of the container with the long @id, as JSON text; the caller's. NULL: no
 * Docker here. -EBADMSG: it answers, but not so; else, it does not answer.
 */
int sg_docker_ask(struct sg_helper *helper, const char *id, char **ret, size_t *ret_len,
		  struct sg_error *err);

#endif
