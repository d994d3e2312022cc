/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/mountinfo.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* space, tab, newline, backslash and '#' are written as \ and three octal digits */
static void unescape(char *s)
{
	char *out = s;

	while (*s) {
		if (s[0] == '\\' && isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
		    isdigit((unsigned char)s[3])) {
			*out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = '\0';
}

bool sg_list_has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; p && *p; p = strchr(p, ','), p = p ? p + 1 : NULL) {
		if (!strncmp(p, word, n) && (p[n] == '\0' || p[n] == ',' || p[n] == '\n'))
			return true;
	}
	return false;
}

/* ID PARENT MAJOR:MINOR ROOT DIR OPTIONS [OPTIONAL…] - TYPE SOURCE SUPER_OPTIONS */
bool sg_mountinfo_parse(char *line, struct sg_mountinfo *ret)
{
	char *root, *dir, *rest, *save = NULL;

	strtok_r(line, " ", &save);
	strtok_r(NULL, " ", &save);
	strtok_r(NULL, " ", &save);
	root = strtok_r(NULL, " ", &save);
	dir = strtok_r(NULL, " ", &save);
	rest = save ? strstr(save, " - ") : NULL;
	if (!root || !dir || !rest)
		return false;
	ret->type = strtok_r(rest + 3, " ", &save);
	strtok_r(NULL, " ", &save);
	ret->super = strtok_r(NULL, "\n", &save);
	if (!ret->type)
		return false;
	unescape(dir);
	unescape(root);
	ret->dir = dir;
	ret->root = root;
	return true;
}

bool sg_cgroup_line_parse(char *line, struct sg_cgroup_line *ret)
{
	char *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!path || !isdigit((unsigned char)line[0]))
		return false;
	line[strcspn(line, "\n")] = '\0';
	*controllers++ = '\0';
	*path++ = '\0';
	ret->hierarchy = (uint32_t)strtoul(line, NULL, 10);
	ret->controllers = controllers;
	ret->path = path;
	return true;
}
