/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/output.h"
#include "store/stream.h"

#define TEMPORARY_ATTEMPTS 16

static int cannot(struct sg_error *err, int r, const char *verb, const char *shown)
{
	return sg_error_set(err, r, "cannot %s %s: %s", verb, shown, strerror(-r));
}

/* --- what may be written to */

/* Those that swallow what is written to them, or fail; Documentation/admin-guide/devices.txt. */
static bool is_harmless_device(dev_t dev)
{
	return major(dev) == 1 && (minor(dev) == 3 || minor(dev) == 5 || minor(dev) == 7);
}

/* By number, for some devices do something as soon as they are opened; isatty(3) comes after. */
static bool can_be_terminal(dev_t dev)
{
	unsigned int n = major(dev);

	return n == 4 || (n == 5 && minor(dev) < 2) || (n >= 136 && n <= 143) || n == 188 ||
	       n == 204 || n == 229;
}

static int judge(struct sg_sink *sink, struct sg_error *err)
{
	const struct stat *st = &sink->place.st;
	unsigned int uid = (unsigned int)st->st_uid;

	if (S_ISREG(st->st_mode) || S_ISLNK(st->st_mode))
		return 0;
	if (S_ISDIR(st->st_mode))
		return sg_error_set(err, -EISDIR, "%s", strerror(EISDIR));
	sink->is_stream = true;
	sink->is_fifo = S_ISFIFO(st->st_mode);
	if (sink->is_fifo && !sg_place_is_trusted(st->st_uid))
		return sg_error_set(err, -EPERM, "is a FIFO of uid %u", uid);
	if (!sink->is_fifo && !(S_ISCHR(st->st_mode) &&
				(is_harmless_device(st->st_rdev) || can_be_terminal(st->st_rdev))))
		return sg_error_set(err, -EPERM, "is %s: name a file", sg_place_what(st->st_mode));
	return 0;
}

/* What a caller can have opened for us; descriptors of our own making are of none of these kinds,
 * or are not for writing. */
static int judge_own(struct sg_sink *sink, struct sg_error *err)
{
	mode_t mode = sink->place.st.st_mode;
	int flags = fcntl(sink->place.own, F_GETFL);

	sink->is_stream = true;
	if (S_ISDIR(mode))
		return sg_error_set(err, -EISDIR, "%s", strerror(EISDIR));
	if (!S_ISREG(mode) && !S_ISFIFO(mode) && !S_ISSOCK(mode) && !S_ISCHR(mode) &&
	    !S_ISBLK(mode))
		return sg_error_set(err, -EBADF, "is nothing that can be written to");
	if (flags < 0 || flags & O_PATH || (flags & O_ACCMODE) == O_RDONLY)
		return sg_error_set(err, -EBADF, "is not open for writing");
	return 0;
}

int sg_sink_open(const char *path, unsigned int flags, struct sg_sink *ret, struct sg_error *err)
{
	struct sg_sink sink = { .place = SG_PLACE_INIT, .shown = path };
	int r;

	if (!strcmp(path, "-")) {
		sink.place.own = STDOUT_FILENO;
		sink.shown = "standard output";
		r = fstat(STDOUT_FILENO, &sink.place.st) < 0
			    ? sg_error_set(err, -errno, "%s", strerror(errno))
			    : 0;
	} else {
		r = sg_place_find(path, 0, &sink.place, err);
	}
	if (r == 0 && sink.place.own >= 0)
		r = judge_own(&sink, err);
	else if (r == 0 && sink.place.fd >= 0)
		r = judge(&sink, err);
	if (r == 0 && sink.is_stream && flags & SG_SINK_FILE_ONLY)
		r = sg_error_set(err, -EPERM, "it has become %s",
				 sg_place_what(sink.place.st.st_mode));
	if (r < 0) {
		sg_place_done(&sink.place);
		return sg_error_prefix(err, "cannot write %s: ", *path ? path : "''");
	}
	*ret = sink;
	return 0;
}

void sg_sink_done(struct sg_sink *sink)
{
	sg_place_done(&sink->place);
}

/* --- files */

/* Create a file nobody else can have prepared; its name is put into @ret. */
static int open_temporary(int dirfd, const char *name, mode_t mode, char ret[NAME_MAX + 1])
{
	for (int i = 0; i < TEMPORARY_ATTEMPTS; i++) {
		unsigned long long token;
		int fd;

		if (getrandom(&token, sizeof(token), 0) != sizeof(token))
			return -EIO;
		snprintf(ret, NAME_MAX + 1, ".%.200s.%016llx.tmp", name, token);
		fd = openat(dirfd, ret, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/*
 * What is there now may be another thing than what was judged; it is replaced, never opened.
 * Others' files in a directory for everybody are theirs (as fs.protected_regular of sysctl has it),
 * and a link, a FIFO or a device that somebody put there is no file that was written before.
 */
static int check_replaced(int dirfd, const char *name, struct sg_error *err)
{
	struct stat dir, st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : sg_error_set(err, -errno, "%s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return sg_error_set(err, -EISDIR, "%s", strerror(EISDIR));
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return sg_error_set(err, -EPERM, "it has become %s", sg_place_what(st.st_mode));
	if (sg_place_is_trusted(st.st_uid))
		return 0;
	if (S_ISLNK(st.st_mode))
		return sg_error_set(err, -EPERM, "is a symbolic link of uid %u",
				    (unsigned int)st.st_uid);
	if (fstat(dirfd, &dir) == 0 && dir.st_mode & S_ISVTX && dir.st_mode & S_IWOTH &&
	    dir.st_uid != st.st_uid)
		return sg_error_set(err, -EPERM,
				    "belongs to uid %u, in a directory where everybody can write",
				    (unsigned int)st.st_uid);
	return 0;
}

void sg_file_id_of(const struct stat *st, struct sg_file_id *ret)
{
	*ret = (struct sg_file_id){
		.device = st->st_dev,
		.inode = st->st_ino,
		.changed_ns =
			(uint64_t)st->st_ctim.tv_sec * 1000000000u + (uint64_t)st->st_ctim.tv_nsec,
	};
}

bool sg_file_id_equal(const struct sg_file_id *a, const struct sg_file_id *b)
{
	return a->device == b->device && a->inode == b->inode && a->changed_ns == b->changed_ns;
}

/* Whoever else can write to the directory can have put something else there. */
static int check_arrived(int dirfd, const char *name, int fd, struct sg_file_id *ret_id,
			 struct sg_error *err)
{
	struct stat there, ours;

	if (fstat(fd, &ours) < 0 || fstatat(dirfd, name, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
	    ours.st_ino != there.st_ino || ours.st_dev != there.st_dev)
		return sg_error_set(err, -ESTALE, "somebody else changed it at the same time");
	if (ret_id)
		sg_file_id_of(&ours, ret_id);
	return 0;
}

int sg_sink_replace_at(int dirfd, const char *name, const char *shown, const char *text, size_t len,
		       mode_t mode, struct sg_file_id *ret_id, struct sg_error *err)
{
	_cleanup_close_ int fd = -1, readable = -1;
	char temporary[NAME_MAX + 1];
	int r = check_replaced(dirfd, name, err);

	if (r < 0)
		return sg_error_prefix(err, "cannot write %s: ", shown);
	fd = open_temporary(dirfd, name, mode, temporary);
	if (fd < 0)
		return cannot(err, TAKE_FD(fd), "create", shown);
	r = sg_stream_write_file(fd, text, len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && renameat(dirfd, temporary, dirfd, name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(dirfd, temporary, 0);
		return cannot(err, r, "write", shown);
	}
	r = check_arrived(dirfd, name, fd, ret_id, err);
	if (r < 0)
		return sg_error_prefix(err, "cannot write %s: ", shown);
	/* NFS has the error of a write that it put off here; the name is in its place by then */
	if (close(TAKE_FD(fd)) < 0)
		return cannot(err, -errno, "write", shown);
	/* the rename is done and visible; a directory that cannot be
	 * synced is not worth a failure */
	readable = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (readable >= 0)
		(void)!fsync(readable);
	return 0;
}

void sg_sink_remove(const char *path)
{
	struct sg_place place = SG_PLACE_INIT;
	struct stat st;

	if (sg_place_find(path, 0, &place, NULL) < 0)
		return;
	if (place.own < 0 && fstatat(place.dirfd, place.name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
		unlinkat(place.dirfd, place.name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
	sg_place_done(&place);
}

int sg_sink_write(const struct sg_sink *sink, const char *text, size_t len, mode_t mode,
		  struct sg_file_id *ret_id, struct sg_error *err)
{
	const struct sg_place *place = &sink->place;
	_cleanup_close_ int fd = -1;
	int r = 0;

	if (!sink->is_stream)
		return sg_sink_replace_at(place->dirfd, place->name, sink->shown, text, len, mode,
					  ret_id, err);
	if (ret_id)
		*ret_id = (struct sg_file_id){ 0 };
	if (place->own == STDOUT_FILENO)
		r = sg_output_finish(err);
	if (r < 0)
		return r;
	if (place->own >= 0) {
		r = sg_stream_write(place->own, false, text, len);
	} else {
		r = sg_stream_reopen(place->fd, sink->is_fifo, &fd);
		if (r < 0)
			return cannot(err, r, "open", sink->shown);
		if (S_ISCHR(place->st.st_mode) && !is_harmless_device(place->st.st_rdev) &&
		    !isatty(fd))
			return sg_error_set(err, -EPERM,
					    "cannot write %s: is a device: name a file",
					    sink->shown);
		r = sg_stream_write(fd, true, text, len);
	}
	return r < 0 ? cannot(err, r, "write", sink->shown) : 0;
}

int sg_sink_print(const char *path, struct sg_strbuf *buf, mode_t mode, struct sg_error *err)
{
	struct sg_sink sink;
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	if (sg_strbuf_steal(buf, &text, &len) < 0)
		return sg_error_oom(err);
	r = sg_sink_open(path ? path : "-", 0, &sink, err);
	if (r < 0)
		return r;
	r = sg_sink_write(&sink, text, len, mode, NULL, err);
	sg_sink_done(&sink);
	return r;
}

int sg_sink_check_input(const char *path, const struct stat *input, struct sg_error *err)
{
	struct stat out;

	if (!path || lstat(path, &out) < 0 || !S_ISREG(out.st_mode) ||
	    out.st_dev != input->st_dev || out.st_ino != input->st_ino)
		return 0;
	return sg_error_set(err, -EEXIST,
			    "cannot write %s: it is what is read, and would be lost: name another "
			    "file with --output",
			    path);
}
