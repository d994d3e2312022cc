/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/proc.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool sg_proc_syscall_parse(const char *text, uint32_t *ret_nr, uint64_t *ret_pc)
{
	uint64_t nr;

	if (!isdigit((unsigned char)text[0]) ||
	    sscanf(text, "%" SCNu64 " %*x %*x %*x %*x %*x %*x %*x %" SCNx64, &nr, ret_pc) != 2 ||
	    nr > UINT32_MAX)
		return false;
	*ret_nr = (uint32_t)nr;
	return true;
}

bool sg_proc_status_u32(const char *text, const char *field, uint32_t *ret)
{
	size_t n = strlen(field);

	for (const char *line = text, *end; *line; line = *end ? end + 1 : end) {
		unsigned long value;

		end = line + strcspn(line, "\n");
		if (strncmp(line, field, n) || line[n] != ':')
			continue;
		line += n + 1;
		line += strspn(line, " \t");
		errno = 0;
		value = strtoul(line, NULL, 10);
		if (!isdigit((unsigned char)*line) || errno || value > UINT32_MAX)
			return false;
		*ret = (uint32_t)value;
		return true;
	}
	return false;
}

char sg_proc_stat_state(const char *text)
{
	/* the name before it can hold anything, also ')' */
	const char *end = strrchr(text, ')');

	return end && end[1] == ' ' ? end[2] : '\0';
}
