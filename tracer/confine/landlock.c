/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* linux/landlock.h of later kernels */
#define ACCESS_REFER	 (1ULL << 13) /* version 2, 5.19 */
#define ACCESS_TRUNCATE	 (1ULL << 14) /* version 3, 6.2 */
#define ACCESS_IOCTL_DEV (1ULL << 15) /* version 5, 6.10 */

#define OF_FILES                                                                          \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | ACCESS_TRUNCATE | \
	 ACCESS_IOCTL_DEV)
#define OF_DIRS \
	(LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* All of version 1, which is the thirteen lowest bits, and what came later. */
static uint64_t handled(long version)
{
	uint64_t all = (1ULL << 13) - 1;

	if (version >= 2)
		all |= ACCESS_REFER;
	if (version >= 3)
		all |= ACCESS_TRUNCATE;
	if (version >= 5)
		all |= ACCESS_IOCTL_DEV;
	return all;
}

static long version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

int sg_landlock_begin(struct sg_landlock *ret, struct sg_error *err)
{
	struct landlock_ruleset_attr attr = { 0 };
	long v = version();

	ret->fd = -1;
	if (v < 1) /* not built, or not switched on */
		return 0;
	attr.handled_access_fs = handled(v);
	ret->fd =
		(int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr.handled_access_fs), 0);
	return ret->fd < 0 ? sg_error_set(err, -errno, "landlock: %s", strerror(errno)) : 0;
}

int sg_landlock_allow(const struct sg_landlock *l, const char *path, unsigned int rights,
		      struct sg_error *err)
{
	struct landlock_path_beneath_attr rule = { 0 };
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (l->fd < 0)
		return 0;
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return 0;
	if (rights & SG_LANDLOCK_FILES)
		rule.allowed_access |= OF_FILES | OF_DIRS;
	if (rights & SG_LANDLOCK_WRITE)
		rule.allowed_access |= OF_FILES | LANDLOCK_ACCESS_FS_READ_DIR;
	if (rights & SG_LANDLOCK_READ)
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
	if (rights & SG_LANDLOCK_MAKE_DIR)
		rule.allowed_access |= LANDLOCK_ACCESS_FS_MAKE_DIR;
	if (rights & SG_LANDLOCK_REMOVE_DIR)
		rule.allowed_access |= LANDLOCK_ACCESS_FS_REMOVE_DIR;
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_FILES;
	rule.allowed_access &= handled(version());
	rule.parent_fd = fd;
	if (rule.allowed_access &&
	    syscall(SYS_landlock_add_rule, l->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
		return sg_error_set(err, -errno, "landlock: allow %s: %s", path, strerror(errno));
	return 0;
}

int sg_landlock_end(struct sg_landlock *l, struct sg_error *err)
{
	int r = 0;

	if (l->fd < 0)
		return 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, l->fd, 0) < 0)
		r = sg_error_set(err, -errno, "landlock: %s", strerror(errno));
	sg_closep(&l->fd);
	l->fd = -1;
	return r;
}
