/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <errno.h>

int sg_number_parse(const char *s, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;

	if (!*s)
		return -EINVAL;
	for (const char *p = s; *p; p++) {
		if (*p < '0' || *p > '9')
			return -EINVAL;
	}
	for (; *s; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (n > (max - digit) / 10 || digit > max)
			return -ERANGE;
		n = n * 10 + digit;
	}
	*ret = n;
	return 0;
}

int sg_pid_parse(const char *s, pid_t *ret, struct sg_error *err)
{
	uint64_t n;

	if (sg_number_parse(s, INT32_MAX, &n) < 0 || n == 0)
		return sg_error_set(err, -EINVAL,
				    "'%s' is not a process id (a number from 1 to %d)", s,
				    INT32_MAX);
	*ret = (pid_t)n;
	return 0;
}
