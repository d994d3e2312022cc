/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_DIR_H
#define SG_TRACER_STORE_DIR_H

#include "base/error.h"

#define SG_STORE_ROOT_DIR "/var/lib/seccomp-gen"

/* Where the store is, by the environment and the user. *ret is the
 * caller's. -ENOENT: nothing says. */
int sg_store_dir_path(char **ret, struct sg_error *err);

#endif
