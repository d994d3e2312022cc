/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_INPUT_H
#define SG_TRACER_STORE_INPUT_H

#include <stddef.h>

#include "base/error.h"

#define SG_INPUT_STDIN_NAME "<stdin>"

/*
 * Open @path to read it: a regular file, a directory, a descriptor of ours, /dev/null, /dev/kmsg
 * (not waiting for the kernel's next word), a terminal, or a FIFO of the caller's or root's. Links
 * of others are followed to regular files and directories only; what else is there is refused
 * (-EPERM), unopened.
 */
int sg_input_open(const char *path, int *ret, struct sg_error *err);

/*
 * Open the regular file @name below @dirfd (AT_FDCWD: the path). Links are followed; whatever else
 * is there is not opened, not even for a moment: a device can do something at that alone. *ret is
 * the caller's. Returns 0, -EINVAL (no regular file), or -errno.
 */
int sg_input_open_regular(int dirfd, const char *name, int *ret);

/*
 * Read the whole of @path; "-" means standard input. The text is NUL-terminated beyond @ret_len and
 * the caller's. Returns 0, -EFBIG (more than @max bytes), -EISDIR, -ENOMEM or what open and read
 * say.
 */
int sg_input_read(const char *path, size_t max, char **ret, size_t *ret_len, struct sg_error *err);

/* The same from a descriptor, borrowed; @shown is what messages call it. */
int sg_input_read_fd(int fd, const char *shown, size_t max, char **ret, size_t *ret_len,
		     struct sg_error *err);

/*
 * Who reads "-" asks first: all that is there goes to the first who does, and whoever comes later
 * would take the nothing that is left for an empty text. Returns 0, or -EINVAL the second time.
 */
int sg_input_take_stdin(struct sg_error *err);

#endif
