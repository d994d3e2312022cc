/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_ERROR_H
#define SG_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

/*
 * One failure: a negative errno and the one line a person reads. Owned by the caller, never on the
 * heap, so reporting "out of memory" cannot itself fail. A message longer than the buffer is cut.
 *
 * Every function that takes a struct sg_error * accepts NULL and returns 0 or a negative errno.
 */
#define SG_ERROR_MAX 1024

struct sg_error {
	int code; /* 0, or the negative errno that the failing function returned */
	char message[SG_ERROR_MAX];
};

/* Fill @err (when not NULL) and return @code, so that a failing path is one statement. */
int sg_error_set(struct sg_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

int sg_error_vset(struct sg_error *err, int code, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* Put "<text>" before the message that is already in @err, and return err->code (0 when NULL). */
int sg_error_prefix(struct sg_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* -ENOMEM with its fixed message. */
int sg_error_oom(struct sg_error *err);

#endif
