/* SPDX-License-Identifier: Apache-2.0 */
#include "store/dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

int sg_store_dir_path(char **ret, struct sg_error *err)
{
	const char *dir = environment("SECCOMP_GEN_DIR"), *below = "";
	char *path;

	if (!dir && geteuid() == 0)
		dir = SG_STORE_ROOT_DIR;
	if (!dir) {
		dir = environment("XDG_STATE_HOME");
		below = "/seccomp-gen";
		if (dir && *dir != '/') /* basedir-spec: relative paths are to be ignored */
			dir = NULL;
	}
	if (!dir) {
		dir = environment("HOME");
		below = "/.local/state/seccomp-gen";
	}
	if (!dir)
		return sg_error_set(err, -ENOENT,
				    "store: HOME is not set; set SECCOMP_GEN_DIR to a directory");
	if (asprintf(&path, "%s%s", dir, below) < 0)
		return sg_error_oom(err);
	*ret = path;
	return 0;
}
