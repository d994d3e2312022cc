/* SPDX-License-Identifier: Apache-2.0 */
#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX     40 /* as the kernel's own MAXSYMLINKS */
#define PROC_ROOT_INO 1

struct walk {
	const char *path; /* as it was given */
	unsigned int flags;
	struct sg_place *place;
	char *rest; /* what is still to be walked */
	int dir;    /* O_PATH: where it is walked from */
	unsigned int links;
	/* the link that was the last part of the path, for it may stand for itself */
	int link_dir;
	char *link_name;
	struct stat link_st;
};

void sg_place_done(struct sg_place *place)
{
	sg_closep(&place->dirfd);
	sg_closep(&place->fd);
	free(place->name);
	*place = (struct sg_place)SG_PLACE_INIT;
}

bool sg_place_is_trusted(uid_t uid)
{
	const char *sudo = geteuid() == 0 ? getenv("SUDO_UID") : NULL;
	char *end = NULL;

	if (uid == 0 || uid == geteuid())
		return true;
	return sudo && *sudo >= '0' && *sudo <= '9' && strtoul(sudo, &end, 10) == uid && !*end;
}

const char *sg_place_what(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "a regular file";
	case S_IFDIR:
		return "a directory";
	case S_IFLNK:
		return "a symbolic link";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFBLK:
		return "a block device";
	default:
		return "a device";
	}
}

int sg_place_own_descriptor(const char *path)
{
	static const char *const forms[] = { "/dev/fd/", "/proc/self/fd/",
					     "/proc/thread-self/fd/" };
	static const char *const names[] = { "/dev/stdin", "/dev/stdout", "/dev/stderr" };

	for (size_t i = 0; i < SG_ARRAY_SIZE(names); i++) {
		if (!strcmp(path, names[i]))
			return (int)i;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(forms); i++) {
		const char *number = path + strlen(forms[i]);
		char *end = NULL;
		long n;

		if (strncmp(path, forms[i], strlen(forms[i])) != 0 || *number < '0' ||
		    *number > '9')
			continue;
		n = strtol(number, &end, 10);
		return *end || n > INT_MAX ? -1 : (int)n;
	}
	return -1;
}

static int cannot(int code, struct sg_error *err)
{
	return sg_error_set(err, code, "%s", strerror(-code));
}

/* What of the path comes before @rest is named whole, unless
 * links have put something else there. */
static int cannot_enter(const struct walk *w, const char *name, const char *rest, int code,
			struct sg_error *err)
{
	size_t len = strlen(w->path), left = strlen(rest);

	if (!left)
		return cannot(code, err);
	if (w->links || left >= len)
		return sg_error_set(err, code, "directory %s: %s", name, strerror(-code));
	for (len -= left; len > 1 && w->path[len - 1] == '/'; len--)
		;
	return sg_error_set(err, code, "directory %.*s: %s", (int)len, w->path, strerror(-code));
}

static bool same_directory(const struct stat *st, const char *path)
{
	struct stat own;

	return stat(path, &own) == 0 && own.st_dev == st->st_dev && own.st_ino == st->st_ino;
}

/*
 * A link of /proc that is none: the kernel takes it where no text would. Ours are known; those of
 * another process lead to what is that process's to choose. 1: an ordinary link.
 */
static int follow_magic(struct walk *w, const char *name, int *ret, struct sg_error *err)
{
	struct statfs fs;
	struct stat dir;

	if (fstatfs(w->dir, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		return 1;
	if (fstat(w->dir, &dir) < 0)
		return cannot(-errno, err);
	if (dir.st_ino == PROC_ROOT_INO)
		return 1;
	if (same_directory(&dir, "/proc/self/fd") || same_directory(&dir, "/proc/thread-self/fd"))
		w->place->own = (int)strtol(name, NULL, 10);
	else if (!same_directory(&dir, "/proc/self"))
		return sg_error_set(err, -EPERM, "leads through what another process has open");
	*ret = openat(w->dir, name, O_PATH | O_CLOEXEC);
	return *ret < 0 ? cannot(-errno, err) : 0;
}

/* The text of the link @fd in place of its name. */
static int put_text(struct walk *w, int fd, const char *rest, struct sg_error *err)
{
	char text[PATH_MAX], *spliced;
	ssize_t n = readlinkat(fd, "", text, sizeof(text) - 1);

	if (n < 0)
		return cannot(-errno, err);
	text[n] = '\0';
	if (n == 0 || ++w->links > LINKS_MAX)
		return cannot(n ? -ELOOP : -ENOENT, err);
	if (asprintf(&spliced, "%s/%s", text, rest) < 0)
		return sg_error_oom(err);
	if (!*rest) /* no slash that would ask for a directory */
		spliced[n] = '\0';
	free(w->rest);
	w->rest = spliced;
	if (*text != '/')
		return 0;
	sg_closep(&w->dir);
	w->dir = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return w->dir < 0 ? cannot(-errno, err) : 0;
}

static int check_link(struct walk *w, const char *name, const struct stat *st, struct sg_error *err)
{
	if (sg_place_is_trusted(st->st_uid))
		return 0;
	w->place->by_other = true;
	if (w->flags & SG_PLACE_READ)
		return 0;
	return sg_error_set(err, -EPERM, "'%s' is a symbolic link of uid %u, and is not followed",
			    name, (unsigned int)st->st_uid);
}

/* Who could rename it, or what is in it, could put another in its place. */
static int check_directory(const struct walk *w, const char *name, const struct stat *st,
			   struct sg_error *err)
{
	if (!(w->flags & SG_PLACE_STRICT) || geteuid() != 0)
		return 0;
	if (!sg_place_is_trusted(st->st_uid))
		return sg_error_set(err, -EPERM, "the directory '%s' on the way belongs to uid %u",
				    name, (unsigned int)st->st_uid);
	if (st->st_mode & S_IWOTH && !(st->st_mode & S_ISVTX))
		return sg_error_set(err, -EPERM,
				    "everybody can write to the directory '%s' on "
				    "the way",
				    name);
	return 0;
}

/* @name as it is in the directory, opened as a directory first: that is what mounts by themselves
 * need. */
static int open_part(const struct walk *w, const char *name)
{
	int fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		fd = openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* What was found is @fd (taken; -1: nothing) with @name in w->dir. */
static int found(struct walk *w, const char *name, int fd, struct sg_error *err)
{
	struct sg_place *place = w->place;
	bool is_file = fd < 0 || S_ISREG(place->st.st_mode);

	if (w->link_name && is_file && place->own < 0 && !(w->flags & SG_PLACE_READ)) {
		sg_closep(&fd);
		place->dirfd = TAKE_FD(w->link_dir);
		place->name = TAKE_PTR(w->link_name);
		place->st = w->link_st;
		place->fd = openat(place->dirfd, place->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		return 0;
	}
	place->dirfd = TAKE_FD(w->dir);
	place->fd = fd;
	place->name = strdup(name);
	return place->name ? 0 : sg_error_oom(err);
}

static int take_link(struct walk *w, const char *name, const char *rest, int *fd,
		     const struct stat *st, struct sg_error *err)
{
	int next = -1, r = follow_magic(w, name, &next, err);

	if (r <= 0) {
		sg_closep(fd);
		*fd = next;
		return r;
	}
	if (!*rest && w->flags & SG_PLACE_NO_LINK)
		return sg_error_set(err, -ELOOP, "is a symbolic link");
	r = check_link(w, name, st, err);
	if (r < 0)
		return r;
	if (!*rest && !w->link_name) {
		w->link_dir = fcntl(w->dir, F_DUPFD_CLOEXEC, 0);
		w->link_name = strdup(name);
		w->link_st = *st;
		if (!w->link_name)
			return sg_error_oom(err);
	}
	r = put_text(w, *fd, rest, err);
	return r < 0 ? r : 1;
}

/* One part. 1: there is more to walk. */
static int step(struct walk *w, struct sg_error *err)
{
	char *name = w->rest + strspn(w->rest, "/"), *rest = name + strcspn(name, "/");
	bool wants_directory = *rest == '/';
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (!*name) /* "/", or a link to it */
		name = (char *)".";
	if (wants_directory)
		*rest++ = '\0';
	rest += strspn(rest, "/");
	fd = open_part(w, name);
	if (fd == -ENOENT && !*rest && !wants_directory)
		return found(w, name, -1, err);
	if (fd < 0)
		return cannot_enter(w, name, rest, TAKE_FD(fd), err);
	if (fstat(fd, &st) < 0)
		return cannot(-errno, err);
	if (S_ISLNK(st.st_mode)) {
		r = take_link(w, name, rest, &fd, &st, err);
		if (r != 0)
			return r;
		if (fstat(fd, &st) < 0)
			return cannot(-errno, err);
	}
	if (!*rest && !(wants_directory && !S_ISDIR(st.st_mode))) {
		w->place->st = st;
		return found(w, name, TAKE_FD(fd), err);
	}
	if (!S_ISDIR(st.st_mode))
		return cannot_enter(w, name, rest, -ENOTDIR, err);
	w->place->own = -1;
	r = check_directory(w, name, &st, err);
	if (r < 0)
		return r;
	close(w->dir);
	w->dir = TAKE_FD(fd);
	memmove(w->rest, rest, strlen(rest) + 1);
	return 1;
}

static int walk(struct walk *w, struct sg_error *err)
{
	int r;

	if (!*w->path)
		return cannot(-ENOENT, err);
	w->rest = strdup(w->path);
	if (!w->rest)
		return sg_error_oom(err);
	w->dir = open(*w->path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->dir < 0)
		return cannot(-errno, err);
	do {
		r = step(w, err);
	} while (r == 1);
	/* a link that leads nowhere is a name that can be given away, too */
	if (r == -ENOENT && w->link_name && !(w->flags & SG_PLACE_READ)) {
		if (err)
			*err = (struct sg_error){ 0 };
		r = found(w, "", -1, err);
	}
	return r;
}

int sg_place_find(const char *path, unsigned int flags, struct sg_place *ret, struct sg_error *err)
{
	struct sg_place place = SG_PLACE_INIT;
	struct walk w = {
		.path = path, .flags = flags, .place = &place, .dir = -1, .link_dir = -1
	};
	int own = sg_place_own_descriptor(path), r = 0;

	if (own >= 0) {
		place.own = own;
		if (fstat(own, &place.st) < 0)
			r = cannot(-errno, err);
	} else {
		r = walk(&w, err);
	}
	free(w.rest);
	sg_closep(&w.dir);
	sg_closep(&w.link_dir);
	free(w.link_name);
	if (r < 0) {
		sg_place_done(&place);
		return r;
	}
	*ret = place;
	return 0;
}

int sg_place_absolute(const char *path, char **ret, struct sg_error *err)
{
	char here[PATH_MAX];
	int n;

	if (*path == '/') {
		*ret = strdup(path);
		return *ret ? 0 : sg_error_oom(err);
	}
	if (!getcwd(here, sizeof(here)))
		return sg_error_set(err, -errno, "the working directory: %s", strerror(errno));
	n = asprintf(ret, "%s/%s", strcmp(here, "/") ? here : "", path);
	return n < 0 ? sg_error_oom(err) : 0;
}
