/* SPDX-License-Identifier: Apache-2.0 */
#include "recorder/live.h"
#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/log.h"
#include "recorder/copies.h"
#include "recorder/pinned/private.h"

#define STATE_FILE "pinned_state"
#define LOCK_TRIES 50

static int alloc(const char *name, bool make, struct sg_live **ret, struct sg_error *err)
{
	_cleanup_(sg_live_freep) struct sg_live *live = calloc(1, sizeof(*live));
	_cleanup_free_ char *base = NULL;
	int r;

	if (!live)
		return sg_error_oom(err);
	live->base = live->fd = live->state = live->copies = -1;
	r = sg_live_check_name(name, err);
	if (r == 0)
		r = sg_live_open_base(make, &base, &live->base, err);
	if (r < 0)
		return r;
	live->name = strdup(name);
	if (!live->name || asprintf(&live->dir, "%s/%s", base, name) < 0) {
		live->dir = NULL;
		return sg_error_oom(err);
	}
	*ret = TAKE_PTR(live);
	return 0;
}

static int open_dir(struct sg_live *live, struct sg_error *err)
{
	live->fd = openat(live->base, live->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (live->fd < 0)
		return sg_error_set(err, -errno, "open %s: %s", live->dir, strerror(errno));
	if (asprintf(&live->pins, "/proc/self/fd/%d", live->fd) < 0) {
		live->pins = NULL;
		return sg_error_oom(err);
	}
	return sg_live_check_owner(live->fd, live->dir, false, err);
}

static int busy(const struct sg_live *live, struct sg_error *err)
{
	return sg_error_set(err, -EBUSY, "recording '%s': another recorder is at work on it",
			    live->name);
}

static int pin_map(const struct sg_live *live, const char *file, int map, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", live->pins, file) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	if (map >= 0 && bpf_obj_pin(map, path) == 0)
		return 0;
	return sg_error_set(err, -errno, "pin %s/%s: %s", live->dir, file, strerror(errno));
}

static int open_map(const struct sg_live *live, const char *file, int *ret, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", live->pins, file) < 0) {
		path = NULL;
		return sg_error_oom(err);
	}
	*ret = bpf_obj_get(path);
	if (*ret < 0 && errno != ENOENT)
		return sg_error_set(err, -errno, "open %s/%s: %s", live->dir, file,
				    strerror(errno));
	return 0;
}

int sg_live_create(const char *name, size_t size, struct sg_live **ret, struct sg_error *err)
{
	_cleanup_(sg_live_freep) struct sg_live *live = NULL;
	struct sg_error ignored = { 0 };
	int r;

	r = alloc(name, true, &live, err);
	if (r < 0)
		return r;
	if (mkdirat(live->base, name, 0700) < 0)
		return errno == EEXIST
			       ? sg_error_set(err, -EEXIST,
					      "recording '%s' is there: seccomp-gen record "
					      "--resume %s continues it, seccomp-gen stop %s "
					      "ends it",
					      name, name, name)
			       : sg_error_set(err, -errno, "make the directory %s: %s", live->dir,
					      strerror(errno));
	r = open_dir(live, err);
	if (r < 0)
		return r;
	if (flock(live->fd, LOCK_EX | LOCK_NB) < 0)
		return busy(live, err);
	live->state =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, "pinned_state", 4, (uint32_t)size, 1, NULL);
	r = pin_map(live, STATE_FILE, live->state, err);
	if (r == 0)
		r = sg_copies_create(&live->copies, err);
	if (r == 0)
		r = pin_map(live, SG_COPIES_FILE, live->copies, err);
	if (r < 0) {
		sg_live_remove(live, &ignored);
		return r;
	}
	*ret = TAKE_PTR(live);
	return 0;
}

static int no_such(const char *name, struct sg_error *err)
{
	return sg_error_set(err, -ENOENT,
			    "no recording '%s' is pinned (seccomp-gen list --live names those "
			    "that are)",
			    name);
}

/* With the pinned state, if it is there. */
static int open_it(const char *name, struct sg_live **ret, struct sg_error *err)
{
	_cleanup_(sg_live_freep) struct sg_live *live = NULL;
	int r;

	r = alloc(name, false, &live, err);
	if (r == 0)
		r = open_dir(live, err);
	if (r == -ENOENT)
		return no_such(name, err);
	if (r == 0)
		r = open_map(live, STATE_FILE, &live->state, err);
	if (r == 0)
		r = open_map(live, SG_COPIES_FILE, &live->copies, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(live);
	return 0;
}

int sg_live_open(const char *name, struct sg_live **ret, struct sg_error *err)
{
	const struct timespec a_moment = { .tv_nsec = 10000000 };
	_cleanup_(sg_live_freep) struct sg_live *live = NULL;
	int r = open_it(name, &live, err);

	if (r < 0)
		return r;
	/* a child of a recorder that has died (audit's mark) can have it for an instant longer */
	for (int i = 0; flock(live->fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (i >= LOCK_TRIES)
			return busy(live, err);
		nanosleep(&a_moment, NULL);
	}
	*ret = TAKE_PTR(live);
	return 0;
}

void sg_live_free(struct sg_live *live)
{
	if (!live)
		return;
	sg_closep(&live->copies);
	sg_closep(&live->state);
	sg_closep(&live->fd);
	sg_closep(&live->base);
	free(live->last);
	free(live->pins);
	free(live->dir);
	free(live->name);
	free(live);
}

static int state_size(const struct sg_live *live, size_t *ret, struct sg_error *err)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	if (live->state < 0 || bpf_obj_get_info_by_fd(live->state, &info, &len) ||
	    info.key_size != 4)
		return sg_error_set(err, -ENODATA, "recording '%s': its pinned state is missing",
				    live->name);
	*ret = info.value_size;
	return 0;
}

/* One call of the kernel's writes the value: a signal comes before or after it. */
int sg_live_save(struct sg_live *live, const char *text, struct sg_error *err)
{
	_cleanup_free_ char *value = NULL, *copy = NULL;
	size_t size = 0;
	uint32_t zero = 0;
	int r;

	if (live->last && !strcmp(live->last, text))
		return 0;
	r = state_size(live, &size, err);
	if (r < 0)
		return r;
	if (strlen(text) >= size)
		return sg_error_set(err, -E2BIG,
				    "recording '%s': %zu bytes of pinned state are too many",
				    live->name, strlen(text));
	value = calloc(1, size);
	copy = strdup(text);
	if (!value || !copy)
		return sg_error_oom(err);
	memcpy(value, text, strlen(text));
	if (bpf_map_update_elem(live->state, &zero, value, BPF_ANY))
		return sg_error_set(err, -errno, "recording '%s': write its pinned state: %s",
				    live->name, strerror(errno));
	free(live->last);
	live->last = TAKE_PTR(copy);
	return 0;
}

int sg_live_load(const struct sg_live *live, char **ret, struct sg_error *err)
{
	_cleanup_free_ char *value = NULL;
	size_t size = 0;
	uint32_t zero = 0;
	int r = state_size(live, &size, err);

	if (r < 0)
		return r;
	value = malloc(size + 1);
	if (!value)
		return sg_error_oom(err);
	if (bpf_map_lookup_elem(live->state, &zero, value))
		return sg_error_set(err, -errno, "recording '%s': read its pinned state: %s",
				    live->name, strerror(errno));
	value[size] = '\0';
	if (!*value)
		return sg_error_set(err, -ENODATA,
				    "recording '%s': its recorder died before it had begun",
				    live->name);
	*ret = TAKE_PTR(value);
	return 0;
}

int sg_live_peek(const char *name, char **ret, bool *ret_busy, struct sg_error *err)
{
	_cleanup_(sg_live_freep) struct sg_live *live = NULL;
	int r = open_it(name, &live, err);

	if (r < 0)
		return r;
	*ret_busy = flock(live->fd, LOCK_SH | LOCK_NB) < 0;
	return sg_live_load(live, ret, err);
}

/* Our directory by the name that it has, and none that somebody has put in its place. */
static int remove_directory(const struct sg_live *live, struct sg_error *err)
{
	struct stat ours, named;

	if (fstat(live->fd, &ours) == 0 &&
	    fstatat(live->base, live->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    ours.st_dev == named.st_dev && ours.st_ino == named.st_ino) {
		if (unlinkat(live->base, live->name, AT_REMOVEDIR) == 0)
			return 0;
		return sg_error_set(err, -errno, "remove %s: %s", live->dir, strerror(errno));
	}
	sg_warn("%s has been moved or replaced: what was in it is removed, the directory is left",
		live->dir);
	return 0;
}

int sg_live_remove(const struct sg_live *live, struct sg_error *err)
{
	int copy = openat(live->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;
	int r = 0;

	if (!dir) {
		sg_closep(&copy);
		return sg_error_set(err, -errno, "read %s: %s", live->dir, strerror(errno));
	}
	while (r == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' && unlinkat(live->fd, entry->d_name, 0) < 0)
			r = sg_error_set(err, -errno, "remove %s/%s: %s", live->dir, entry->d_name,
					 strerror(errno));
	}
	closedir(dir);
	return r < 0 ? r : remove_directory(live, err);
}
