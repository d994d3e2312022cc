/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_OUTPUT_H
#define SG_TRACER_CLI_OUTPUT_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * The product on its way out. Files appear whole or not at all; what cannot be replaced as a whole
 * (stdout, a pipe, a device) is written plainly, and every failed write is an error.
 */

#define SG_MODE_PRIVATE 0600 /* recordings: they say what runs on this host */
#define SG_MODE_PUBLIC	0666 /* profiles, before the umask */

/*
 * At start: descriptors 0 to 2 exist, and a closed pipe or a file size limit is a failed write and
 * not the program's end. A child undoes the latter before it executes something else.
 */
void sg_output_setup(void);
void sg_output_restore_signals(void);
/* At the end: -errno when anything written to stdout did not arrive. */
int sg_output_finish(struct sg_error *err);

/*
 * Write all of @text to @path; NULL, "-" and "/dev/stdout" mean stdout. A regular or new file is
 * replaced by way of a temporary file beside it, fsync and rename, so nothing is ever written
 * through a symbolic link or into a file that somebody else prepared: the new file is ours, with
 * @mode less the umask. Returns 0 or -errno; then nothing is left behind.
 */
int sg_output_write(const char *path, const char *text, size_t len, mode_t mode,
		    struct sg_error *err);

/* The same for a buffer whose growth may have failed (-ENOMEM). @buf is emptied. */
int sg_output_write_buf(const char *path, struct sg_strbuf *buf, mode_t mode, struct sg_error *err);

/*
 * Before anything is written: -EEXIST where writing to @path would replace @input, a file that is
 * read and could not be made again.
 */
int sg_output_check_input(const char *path, const struct stat *input, struct sg_error *err);

/* Replace @name in the open directory @dirfd; @shown is what messages call the file. */
int sg_output_replace_at(int dirfd, const char *name, const char *shown, const char *text,
			 size_t len, mode_t mode, struct sg_error *err);

#endif
