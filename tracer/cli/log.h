/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CLI_LOG_H
#define SG_TRACER_CLI_LOG_H

#include <stdbool.h>

#include "base/error.h"

/*
 * What the program says on stderr, next to its product. Every message is one line; control
 * characters in it are escaped, so that names from the kernel or from a file cannot drive a
 * terminal.
 */
enum sg_log_level {
	SG_LOG_WARNING, /* the result is not what the user may take it for; always printed */
	SG_LOG_NOTICE,	/* what happened and what to do next; off with --quiet */
	SG_LOG_DEBUG,	/* on with --verbose */
};

void sg_log_set_level(enum sg_log_level level);
bool sg_log_is_on(enum sg_log_level level);

void sg_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void sg_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void sg_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "seccomp-gen: <message>". */
void sg_print_error(const struct sg_error *err);

/*
 * The live status line: rewritten in place, cut to the terminal's width, only when stderr is a
 * terminal and not with --quiet. sg_status_is_due() is false more often than every 200 ms, so that
 * callers do not gather figures that nobody will see. Any message clears the line first.
 */
bool sg_status_is_due(void);
void sg_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void sg_status_clear(void);

#endif
