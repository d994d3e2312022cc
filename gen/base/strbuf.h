/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_BASE_STRBUF_H
#define SG_BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A growing text buffer. Failure to grow is sticky: the verbs return nothing, and the one place
 * that hands the text on asks sg_strbuf_steal(), so printers stay free of error paths.
 */
struct sg_strbuf {
	char *data; /* NUL-terminated once anything was added; may hold NULs of its own */
	size_t len, cap;
	bool failed;
};

/* clang-format off */ /* takes the braces for a block */
#define SG_STRBUF_INIT { 0 }
/* clang-format on */

void sg_strbuf_done(struct sg_strbuf *b);
void sg_strbuf_add(struct sg_strbuf *b, const char *s);
void sg_strbuf_add_mem(struct sg_strbuf *b, const void *p, size_t n);
void sg_strbuf_add_char(struct sg_strbuf *b, char c);
void sg_strbuf_printf(struct sg_strbuf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Hand the text to the caller, who frees it, and leave @b empty. An empty buffer gives "".
 * Returns 0, or -ENOMEM when any earlier growth failed (then *ret is untouched).
 */
int sg_strbuf_steal(struct sg_strbuf *b, char **ret, size_t *ret_len);

#endif
