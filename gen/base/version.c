/* SPDX-License-Identifier: Apache-2.0 */
#include "base/version.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

/*
 * Up to @n numbers with dots between them, each at most @max. Returns how many there are, and where
 * they end; 0 when there is none, when one is too large, or when no number comes after a dot that
 * another one could follow.
 */
static size_t numbers_of(const char *s, size_t n, unsigned long max, unsigned long *ret,
			 const char **ret_end)
{
	size_t i = 0;
	char *end;

	for (;;) {
		if (*s < '0' || *s > '9')
			return 0;
		ret[i] = strtoul(s, &end, 10);
		if (ret[i++] > max)
			return 0;
		if (i == n || *end != '.')
			break;
		s = end + 1;
	}
	*ret_end = end;
	return i;
}

int sg_kernel_parse(const char *s, uint32_t *ret)
{
	unsigned long parts[2];
	const char *end;

	if (numbers_of(s, 2, UINT16_MAX, parts, &end) != 2)
		return -EINVAL;
	*ret = SG_KERNEL_VERSION(parts[0], parts[1]);
	return 0;
}

int sg_libseccomp_parse(const char *s, uint32_t *ret)
{
	unsigned long parts[3];
	const char *end;

	if (numbers_of(s, 3, UINT8_MAX, parts, &end) != 3 || *end != '\0')
		return -EINVAL;
	*ret = SG_LIBSECCOMP(parts[0], parts[1], parts[2]);
	return 0;
}

int sg_runtime_version_parse(const char *s, uint32_t *ret)
{
	unsigned long parts[3] = { 0 };
	const char *end;
	uint32_t version;

	if (!numbers_of(s, 3, 1023, parts, &end))
		return -EINVAL;
	version = SG_RUNTIME_VERSION(parts[0], parts[1], parts[2]);
	if (!version)
		return -EINVAL;
	*ret = version;
	return 0;
}
