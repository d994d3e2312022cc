/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_LEARN_MANAGERS_H
#define SG_TRACER_WORKLOAD_LEARN_MANAGERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json/json.h"

/* Where managers keep what they know, and what has been read of it: one for the whole session. */
struct sg_managers;

int sg_managers_new(struct sg_managers **ret, struct sg_error *err);
void sg_managers_free(struct sg_managers *managers);

/* Why a manager that seems to be here could not be asked ("Docker: /run/docker.sock: Permission
 * denied"), or NULL. Borrowed. */
const char *sg_managers_last_error(const struct sg_managers *managers);

/* What Docker lists of the container with that long id; *ret is
 * NULL when it gave no good answer. */
int sg_managers_docker(struct sg_managers *m, const char *id, struct sg_json_doc **ret,
		       struct sg_error *err);

/* Whether Docker's socket is this user's: of somebody else's containers it knows nothing. */
bool sg_managers_docker_is_of(const struct sg_managers *m, uint32_t uid);

/* The version of the program at @path, asked once a program. Borrowed; NULL: not known. */
int sg_managers_version(struct sg_managers *m, const char *path, const char **ret,
			struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_managers, sg_managers_free)

#endif
