/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup/mount.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void sg_mount_done(struct sg_mount *m)
{
	free(m->dir);
	free(m->root);
	*m = (struct sg_mount){ 0 };
}

/* Undo the octal escapes of /proc/self/mountinfo (proc(5)). */
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

bool sg_mount_has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; p && *p; p = strchr(p, ','), p = p ? p + 1 : NULL) {
		if (!strncmp(p, word, n) && (p[n] == '\0' || p[n] == ',' || p[n] == '\n'))
			return true;
	}
	return false;
}

int sg_mount_find(const char *controller, const char *covers, struct sg_mount *ret,
		  struct sg_error *err)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	if (!f)
		return sg_error_set(err, -errno, "read /proc/self/mountinfo: %s", strerror(errno));
	while (getline(&line, &cap, f) > 0) {
		char *root, *dir, *rest, *save = NULL, *type, *super;
		size_t n;

		strtok_r(line, " ", &save);
		strtok_r(NULL, " ", &save);
		strtok_r(NULL, " ", &save);
		root = strtok_r(NULL, " ", &save);
		dir = strtok_r(NULL, " ", &save);
		rest = save ? strstr(save, " - ") : NULL;
		if (!root || !dir || !rest)
			continue;
		type = strtok_r(rest + 3, " ", &save);
		strtok_r(NULL, " ", &save);
		super = strtok_r(NULL, "\n", &save);
		if (!type || strcmp(type, controller ? "cgroup" : "cgroup2") ||
		    (controller && (!super || !sg_mount_has_word(super, controller))))
			continue;
		unescape(dir);
		unescape(root);
		n = strlen(dir);
		if (covers && (strncmp(covers, dir, n) || (covers[n] && covers[n] != '/')))
			continue;
		ret->dir = strdup(dir);
		ret->root = strdup(root);
		if (ret->dir && ret->root)
			return 0;
		sg_mount_done(ret);
		return sg_error_oom(err);
	}
	if (controller)
		return sg_error_set(err, -ENOTSUP, "no cgroup v1 hierarchy with '%s' is mounted",
				    controller);
	return sg_error_set(
		err, -ENOTSUP,
		"no cgroup2 file system is mounted (mount -t cgroup2 none /sys/fs/cgroup)");
}
