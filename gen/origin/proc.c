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

/* What follows "@field:" on its line; NULL: there is none. */
static const char *status_value(const char *text, const char *field)
{
	size_t n = strlen(field);

	for (const char *line = text, *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (!strncmp(line, field, n) && line[n] == ':')
			return line + n + 1 + strspn(line + n + 1, " \t");
	}
	return NULL;
}

bool sg_proc_status_u32(const char *text, const char *field, uint32_t *ret)
{
	const char *value = status_value(text, field);
	unsigned long n;

	if (!value || !isdigit((unsigned char)*value))
		return false;
	errno = 0;
	n = strtoul(value, NULL, 10);
	if (errno || n > UINT32_MAX)
		return false;
	*ret = (uint32_t)n;
	return true;
}

bool sg_proc_status_uids(const char *text, uint32_t ret[4])
{
	const char *value = status_value(text, "Uid");

	return value && sscanf(value, "%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32, &ret[0],
			       &ret[1], &ret[2], &ret[3]) == 4;
}

unsigned int sg_proc_status_count(const char *text, const char *field)
{
	const char *value = status_value(text, field);
	unsigned int n = 0;

	while (value && isdigit((unsigned char)*value)) {
		n++;
		value += strspn(value, "0123456789");
		value += strspn(value, " \t");
	}
	return n;
}

char sg_proc_status_state(const char *text)
{
	const char *value = status_value(text, "State");

	return value && *value != '\n' ? *value : '\0';
}

/* What follows the name in parentheses, which can hold anything, also ')'; NULL: there is none. */
static const char *after_name(const char *text)
{
	const char *end = strrchr(text, ')');

	return end && end[1] == ' ' ? end + 2 : NULL;
}

bool sg_proc_stat_flags(const char *text, uint32_t *ret)
{
	const char *rest = after_name(text);

	/* state, ppid, pgrp, session, tty, tpgid */
	return rest && sscanf(rest, "%*c %*d %*d %*d %*d %*d %" SCNu32, ret) == 1;
}

char sg_proc_stat_state(const char *text)
{
	const char *rest = after_name(text);

	return rest ? *rest : '\0';
}
