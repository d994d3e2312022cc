/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_CLIENT_H
#define SG_ORIGIN_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Commands that ask a manager to make a process, instead of being its parent: what the process
 * calls is in a cgroup of the manager's making.
 */

/*
 * What to record in place of such a command: "podman run has the container made in a cgroup of its
 * own: record it with --container web". Programs that only start another one (sudo, env, sh -c) are
 * looked through. *ret is the caller's; NULL: it is none that is known. -ENOMEM.
 */
int sg_client_hint(char *const *argv, size_t n, char **ret, struct sg_error *err);

#endif
