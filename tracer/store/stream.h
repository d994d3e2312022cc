/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_STORE_STREAM_H
#define SG_TRACER_STORE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* Writing where somebody else has to take it: for store/sink.c,
 * which has the limits. 0 or -errno. */

/* The FIFO, terminal or device of the O_PATH descriptor @path, to be written without waiting; of a
 * FIFO a reader is waited for. *ret is the caller's. */
int sg_stream_reopen(int path, bool is_fifo, int *ret);

/* With @limited an end to waiting, whoever we are. */
int sg_stream_write(int fd, bool limited, const char *text, size_t len);

/* To a regular file, which takes what it is given or fails. */
int sg_stream_write_file(int fd, const char *text, size_t len);

#endif
