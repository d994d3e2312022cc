/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int sg_error_vset(struct sg_error *err, int code, const char *fmt, va_list ap)
{
	if (err) {
		err->code = code;
		if (vsnprintf(err->message, sizeof(err->message), fmt, ap) < 0)
			err->message[0] = '\0';
	}
	return code;
}

int sg_error_set(struct sg_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sg_error_vset(err, code, fmt, ap);
	va_end(ap);
	return code;
}

int sg_error_prefix(struct sg_error *err, const char *fmt, ...)
{
	char prefix[SG_ERROR_MAX];
	size_t n, len;
	va_list ap;

	if (!err)
		return 0;
	va_start(ap, fmt);
	if (vsnprintf(prefix, sizeof(prefix), fmt, ap) < 0)
		prefix[0] = '\0';
	va_end(ap);

	n = strlen(prefix);
	len = strnlen(err->message, sizeof(err->message) - 1);
	if (n + len > sizeof(err->message) - 1)
		len = sizeof(err->message) - 1 - n;
	memmove(err->message + n, err->message, len);
	memcpy(err->message, prefix, n);
	err->message[n + len] = '\0';
	return err->code;
}

int sg_error_oom(struct sg_error *err)
{
	return sg_error_set(err, -ENOMEM, "out of memory");
}
