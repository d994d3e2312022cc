/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_OUTPUT_H
#define SG_TRACER_CLI_OUTPUT_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"

/* The product on its way to stdout; store/sink.h has files. Every failed write is an error. */

/*
 * At start: descriptors 0 to 2 exist, and a closed pipe or a file size limit is a failed write and
 * not the program's end. A child undoes the latter before it executes something else.
 */
void sg_output_setup(void);
void sg_output_restore_signals(void);
/* At the end: -errno when anything written to stdout did not arrive. */
int sg_output_finish(struct sg_error *err);

/* All of @buf to stdout; it is emptied. -ENOMEM: its growth had failed. */
int sg_output_print(struct sg_strbuf *buf, struct sg_error *err);

/* 0 … 255 as a shell says it: the exit status of a child, or 128 + the signal that ended it. */
int sg_exit_code_of(int wait_status);

#endif
