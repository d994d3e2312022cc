/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static bool reserve(struct sg_strbuf *b, size_t more)
{
	size_t need, cap;
	char *p;

	if (b->failed)
		return false;
	if (__builtin_add_overflow(b->len, more, &need) || need == SIZE_MAX)
		goto fail;
	need++; /* the NUL */
	if (need <= b->cap)
		return true;
	cap = b->cap ? b->cap : 256;
	while (cap < need) {
		if (__builtin_mul_overflow(cap, (size_t)2, &cap))
			goto fail;
	}
	p = realloc(b->data, cap);
	if (!p)
		goto fail;
	b->data = p;
	b->cap = cap;
	return true;
fail:
	b->failed = true;
	return false;
}

void sg_strbuf_done(struct sg_strbuf *b)
{
	free(b->data);
	*b = (struct sg_strbuf)SG_STRBUF_INIT;
}

void sg_strbuf_add_mem(struct sg_strbuf *b, const void *p, size_t n)
{
	if (!reserve(b, n))
		return;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void sg_strbuf_add(struct sg_strbuf *b, const char *s)
{
	sg_strbuf_add_mem(b, s, strlen(s));
}

void sg_strbuf_add_char(struct sg_strbuf *b, char c)
{
	sg_strbuf_add_mem(b, &c, 1);
}

void sg_strbuf_printf(struct sg_strbuf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		b->failed = true;
	else if (reserve(b, (size_t)n)) {
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

int sg_strbuf_steal(struct sg_strbuf *b, char **ret, size_t *ret_len)
{
	if (!reserve(b, 0))
		return -ENOMEM;
	b->data[b->len] = '\0';
	if (ret_len)
		*ret_len = b->len;
	*ret = TAKE_PTR(b->data);
	*b = (struct sg_strbuf)SG_STRBUF_INIT;
	return 0;
}
