/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_PROC_H
#define SG_TRACER_WORKLOAD_PROC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

/* For tracer/workload/ only: processes as /proc shows them at one moment. All of it is written by
 * the process itself. */

struct sg_args {
	char *text;  /* owns the words */
	char **argv; /* ends with NULL */
	size_t n;
};

/* The command line, of which the first 32 KiB are read. -ESRCH when the process is gone or has
 * none. */
int sg_proc_args(uint32_t tgid, struct sg_args *ret);
void sg_args_done(struct sg_args *args);

/* argv[0] without directories; "" when there is none. */
const char *sg_args_program(const struct sg_args *args);

/* The value of the option ("--bundle X", "--bundle=X", "-b X"); NULL when it is not there. @names
 * ends with NULL. */
const char *sg_args_value(const struct sg_args *args, const char *const *names);

/* 0 when it has none or is gone. */
uint32_t sg_proc_parent(uint32_t tgid);

/* Where /proc/TGID/@what ("exe", "cwd") leads; the caller's; NULL when it cannot be read. */
char *sg_proc_link(uint32_t tgid, const char *what);

/*
 * Read a regular file that others may have put there: at most @max bytes, never waiting for a FIFO.
 * *ret is the caller's and NUL-terminated.
 */
int sg_file_read(const char *path, size_t max, char **ret, size_t *ret_len);

#endif
