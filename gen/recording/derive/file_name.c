/* SPDX-License-Identifier: Apache-2.0 */
#include "recording/derive/file_name.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "recording/derive/targets.h"

#define SLUG_MAX     40
#define SHORT_ID_LEN 8
#define NS_PER_S     1000000000u
#define NS_PER_MS    1000000u

static bool is_slug_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_';
}

/* The last part of a path, in characters that mean nothing to a shell or a terminal. */
static void make_slug(const char *name, char ret[SLUG_MAX + 1])
{
	const char *end = name + strlen(name), *p;
	size_t n = 0;

	while (end > name && end[-1] == '/')
		end--;
	for (p = end; p > name && p[-1] != '/'; p--)
		;
	for (; p < end && n < SLUG_MAX; p++) {
		if (is_slug_char(*p))
			ret[n++] = *p;
		else if (n > 0 && ret[n - 1] != '-')
			ret[n++] = '-';
	}
	while (n > 0 && ret[n - 1] == '-')
		n--;
	ret[n] = '\0';
	if (n == 0)
		strcpy(ret, "run");
}

int sg_recording_file_name(const struct sg_recording *rec, char **ret, struct sg_error *err)
{
	const struct sg_run *first = NULL;
	char slug[SLUG_MAX + 1], owner[SLUG_MAX + 1], of[SLUG_MAX + 8] = "", stamp[32], *name;
	struct tm tm;
	time_t s;

	for (size_t i = 0; i < rec->n_runs; i++) {
		if (!first || rec->runs[i]->start < first->start)
			first = rec->runs[i];
	}
	if (!first)
		return sg_error_set(err, -EINVAL, "store: a recording without runs has no name");
	s = (time_t)(first->start / NS_PER_S);
	if (!gmtime_r(&s, &tm) || strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &tm) == 0)
		return sg_error_set(err, -EOVERFLOW, "store: start of the recording is no date");
	make_slug(sg_target_name(&first->target), slug);
	/* users call what is theirs as they like */
	if (first->target.owner) {
		make_slug(first->target.owner, owner);
		snprintf(of, sizeof(of), "-of-%s", owner);
	}
	if (asprintf(&name, "%s.%03uZ-%s%s-%.*s" SG_RECORDING_SUFFIX, stamp,
		     (unsigned int)(first->start % NS_PER_S / NS_PER_MS), slug, of, SHORT_ID_LEN,
		     first->id) < 0)
		return sg_error_oom(err);
	*ret = name;
	return 0;
}

size_t sg_recording_name_len(const char *file)
{
	size_t n = strlen(file), suffix = strlen(SG_RECORDING_SUFFIX);

	if (file[0] == '.' || n <= suffix || strcmp(file + n - suffix, SG_RECORDING_SUFFIX) != 0)
		return 0;
	return n - suffix;
}

bool sg_recording_is_file_name(const char *name)
{
	size_t len = strlen(name);

	return len <= NAME_MAX && name[0] != '.' && sg_recording_name_len(name) &&
	       strspn(name, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-") ==
		       len;
}
