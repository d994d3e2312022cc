/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_WORKLOAD_PROC_H
#define SG_TRACER_WORKLOAD_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "origin/command.h"

/* Processes as /proc shows them at one moment. All of it is written by
 * the process itself. */

/* The command line, of which the first 32 KiB are read; *ret is freed with sg_args_done(). -ESRCH
 * when the process is gone or has none. */
int sg_proc_args(uint32_t tgid, struct sg_args *ret);

/* The text of /proc/ID/status, of a process or a thread (origin/proc.h reads it); the caller's;
 * NULL when it is gone or there is no memory. */
char *sg_proc_status(uint32_t id);

/* The parent; 0 when it has none or is gone. */
uint32_t sg_proc_parent(uint32_t tgid);

/* Whether it runs as this user, real, effective, saved and for files: no set-user-ID program of
 * another's. */
bool sg_proc_is_of(uint32_t tgid, uint32_t uid);

/* Its cgroup's path in the v2 hierarchy; the caller's; NULL when it has none or is gone. */
char *sg_proc_cgroup(uint32_t tgid);

/* Where /proc/TGID/@what ("exe", "cwd") leads; the caller's; NULL when it cannot be read. */
char *sg_proc_link(uint32_t tgid, const char *what);

/*
 * Read a regular file that others may have put there: at most @max bytes, never waiting for a FIFO.
 * *ret is the caller's and NUL-terminated.
 */
int sg_file_read(const char *path, size_t max, char **ret, size_t *ret_len);

#endif
