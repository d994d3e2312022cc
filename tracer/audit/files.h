/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_FILES_H
#define SG_TRACER_AUDIT_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/run/import.h"
#include "audit/stream/stream.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"

/*
 * Audit logs on their way from files into a run: plain or gzip files, standard input, directories
 * with rotated logs, and what the system has when nothing is named. What cannot be read, or is
 * quoted by somebody else, is warned of with file and line.
 */
struct sg_audit_files;

/*
 * @filters and @output, which may be NULL, are borrowed. @output is where the product is to go: a
 * log that it would replace is refused (sg_sink_check_input()).
 */
int sg_audit_files_new(const struct sg_audit_filters *filters, const char *output,
		       struct sg_audit_files **ret, struct sg_error *err);
void sg_audit_files_free(struct sg_audit_files *files);

/*
 * Read @path: a file, "-" (standard input), or a directory, of which audit.log and its rotated logs
 * are read, oldest first. A regular file is read as far as it reaches now.
 *
 * A damaged file (cut off gzip, say) is warned of, what could be read of it counts, and the ledger
 * has it as a loss; see sg_audit_files_is_damaged().
 * Returns 0, -ENOENT (no such file, or a directory without audit.log), what open and read say.
 */
int sg_audit_files_read(struct sg_audit_files *files, const char *path, struct sg_error *err);

/*
 * Read what the system has: its audit.log, else the journal, else /dev/kmsg, and say which.
 */
int sg_audit_files_read_default(struct sg_audit_files *files, struct sg_error *err);

/* Read from @fd, borrowed, to its end; @shown is what messages call it. For pipes. */
int sg_audit_files_read_fd(struct sg_audit_files *files, int fd, const char *shown,
			   struct sg_error *err);

/* Count what is missing of an input: it is damaged. */
void sg_audit_files_lose(struct sg_audit_files *files, enum sg_loss loss, uint64_t n);

bool sg_audit_files_is_damaged(const struct sg_audit_files *files);
const struct sg_audit_stats *sg_audit_files_stats(const struct sg_audit_files *files);
const struct sg_audit_import_stats *sg_audit_files_import_stats(const struct sg_audit_files *files);

/* Warn, if so, that what was read holds no seccomp record, and why that can be. */
void sg_audit_files_warn_empty(const struct sg_audit_files *files, const char *who);

/* Warn once, if so, of records whose sender nobody can tell. */
void sg_audit_files_warn_unverified(const struct sg_audit_files *files, const char *who);

/* The run of all that was read. */
int sg_audit_files_finish(struct sg_audit_files *files, struct sg_run **ret, struct sg_error *err);

/* All of the above for one path, without filters: what `emit --audit` needs. */
int sg_audit_import_path(const char *path, const char *output, struct sg_run **ret,
			 struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_audit_files, sg_audit_files_free)

#endif
