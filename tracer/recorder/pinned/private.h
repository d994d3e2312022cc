/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_PINNED_PRIVATE_H
#define SG_TRACER_RECORDER_PINNED_PRIVATE_H

#include <stdbool.h>

#include "base/error.h"

/* places.c, for tracer/recorder/pinned/ only: the directory of all pinned recordings. *ret_path and
 * *ret_fd are the caller's. -ENOENT when there is none and it is not to be made. */
int sg_live_open_base(bool make, char **ret_path, int *ret_fd, struct sg_error *err);

/* Who can write to a directory could give us programs of his own. In one with the sticky bit, as
 * bpffs makes its root, others can add names and not change ours. -EPERM. */
int sg_live_check_owner(int fd, const char *path, bool sticky_will_do, struct sg_error *err);

#endif
