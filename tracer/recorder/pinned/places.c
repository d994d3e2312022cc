/* SPDX-License-Identifier: Apache-2.0 */
/* Where pinned recordings are: directories in bpffs, and who may have made them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/array.h"
#include "base/texts.h"
#include "recorder/live.h"
#include "recorder/pinned/private.h"
#include "store/place.h"

#define NAME_MAX_LEN 64

int sg_live_check_name(const char *name, struct sg_error *err)
{
	size_t n = strspn(name, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");

	if (n && n <= NAME_MAX_LEN && !name[n])
		return 0;
	return sg_error_set(err, -EINVAL, "a name is 1 to %d letters, digits, '-' and '_'",
			    NAME_MAX_LEN);
}

static const char *bpffs(void)
{
	const char *path = getenv("SECCOMP_GEN_BPFFS");

	return path && *path ? path : "/sys/fs/bpf";
}

/* Who can write to a directory could give us programs of his own. In one with the sticky bit, as
 * bpffs makes its root, others can add names and not change ours. */
int sg_live_check_owner(int fd, const char *path, bool sticky_will_do, struct sg_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return sg_error_set(err, -errno, "%s: %s", path, strerror(errno));
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return sg_error_set(err, -EPERM, "%s: belongs to uid %u: remove it", path,
				    (unsigned int)st.st_uid);
	if (st.st_mode & 022 && !(sticky_will_do && st.st_mode & S_ISVTX))
		return sg_error_set(err, -EPERM,
				    "%s: others than its owner can write there: remove it", path);
	return 0;
}

/* The directory of all of them; -ENOENT when there is none and it is not to be made. */
int sg_live_open_base(bool make, char **ret_path, int *ret_fd, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int root = -1, fd = -1;
	struct statfs fs;
	int r;

	if (asprintf(&path, "%s/seccomp-gen", bpffs()) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	r = sg_place_open_directory(bpffs(), SG_PLACE_STRICT, false, NULL, &root, err);
	if (r == -EPERM)
		return sg_error_prefix(err, "%s: ", bpffs());
	if (r < 0 || fstatfs(root, &fs) < 0 || fs.f_type != BPF_FS_MAGIC)
		return sg_error_set(err, make ? -ENOTSUP : -ENOENT,
				    "%s is no bpf file system (mount -t bpf bpf %s)", bpffs(),
				    bpffs());
	r = sg_live_check_owner(root, bpffs(), true, err);
	if (r < 0)
		return r;
	if (make && mkdirat(root, "seccomp-gen", 0700) < 0 && errno != EEXIST)
		return sg_error_set(err, -errno, "make the directory %s: %s", path,
				    strerror(errno));
	fd = openat(root, "seccomp-gen", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return sg_error_set(err, -errno, "open %s: %s%s", path, strerror(errno),
				    errno == EACCES ? ": run it as root, whose it is" : "");
	r = sg_live_check_owner(fd, path, false, err);
	if (r < 0)
		return r;
	*ret_fd = TAKE_FD(fd);
	*ret_path = TAKE_PTR(path);
	return 0;
}

int sg_live_list(struct sg_live_names *ret, struct sg_error *err)
{
	_cleanup_free_ char *base = NULL;
	struct dirent *entry;
	int fd = -1, r;
	DIR *dir;

	*ret = (struct sg_live_names){ 0 };
	r = sg_live_open_base(false, &base, &fd, err);
	dir = r == 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		sg_closep(&fd);
		if (r == -ENOENT)
			*err = (struct sg_error){ 0 };
		return r == -ENOENT ? 0 : r < 0 ? r : sg_error_oom(err);
	}
	r = 0;
	while (r == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (SG_ARRAY_GROW(ret->names, ret->n) == 0 &&
		    (ret->names[ret->n] = strdup(entry->d_name)))
			ret->n++;
		else
			r = sg_error_oom(err);
	}
	closedir(dir);
	if (ret->n)
		qsort(ret->names, ret->n, sizeof(*ret->names), sg_text_compare);
	if (r < 0)
		sg_live_names_done(ret);
	return r;
}

void sg_live_names_done(struct sg_live_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct sg_live_names){ 0 };
}
