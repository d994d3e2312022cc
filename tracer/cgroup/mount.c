/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup/mount.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "origin/mountinfo.h"

void sg_mount_done(struct sg_mount *m)
{
	free(m->dir);
	free(m->root);
	*m = (struct sg_mount){ 0 };
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
		struct sg_mountinfo row;
		size_t n;

		if (!sg_mountinfo_parse(line, &row) ||
		    strcmp(row.type, controller ? "cgroup" : "cgroup2") ||
		    (controller && (!row.super || !sg_list_has_word(row.super, controller))))
			continue;
		n = strlen(row.dir);
		if (covers && (strncmp(covers, row.dir, n) || (covers[n] && covers[n] != '/')))
			continue;
		ret->dir = strdup(row.dir);
		ret->root = strdup(row.root);
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
