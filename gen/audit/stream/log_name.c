/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/stream/log_name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where a name stands: by @kind first, then by @age, each falling. */
struct place {
	enum { KIND_CURRENT, KIND_NUMBERED, KIND_DATED } kind;
	unsigned long age; /* grows towards the past */
};

static bool place_of(const char *name, struct place *ret)
{
	const char *p = name + strlen(SG_AUDIT_LOG_NAME);
	char *end;

	if (strncmp(name, SG_AUDIT_LOG_NAME, strlen(SG_AUDIT_LOG_NAME)) != 0)
		return false;
	*ret = (struct place){ KIND_CURRENT, 0 };
	if (*p == '\0')
		return true;
	if ((*p != '.' && *p != '-') || p[1] < '0' || p[1] > '9')
		return false;
	ret->kind = *p == '.' ? KIND_NUMBERED : KIND_DATED;
	errno = 0;
	ret->age = strtoul(p + 1, &end, 10);
	if (errno || (*end != '\0' && *end != '.' && *end != '-'))
		return false;
	if (ret->kind == KIND_DATED)
		ret->age = ~ret->age;
	return true;
}

bool sg_audit_is_log_name(const char *name)
{
	struct place place;

	return place_of(name, &place);
}

int sg_audit_log_names_compare(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	struct place p = { 0 }, q = { 0 };

	place_of(x, &p);
	place_of(y, &q);
	if (p.kind != q.kind)
		return p.kind > q.kind ? -1 : 1;
	if (p.age != q.age)
		return p.age > q.age ? -1 : 1;
	return strcmp(x, y);
}
