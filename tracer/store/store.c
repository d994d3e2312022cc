/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/strbuf.h"
#include "base/texts.h"
#include "store/input.h"
#include "cli/log.h"
#include "store/sink.h"
#include "recording/derive/file_name.h"
#include "recording/json/recording_json.h"

void sg_store_free(struct sg_store *store)
{
	if (!store)
		return;
	if (store->dirfd >= 0)
		close(store->dirfd);
	free(store->path);
	free(store);
}

/* Who can write into the directory can put words into our mouth: a profile's missing or added
 * calls. */
static int check_directory(const struct sg_store *store, struct sg_error *err)
{
	struct stat st;

	if (fstat(store->dirfd, &st) < 0)
		return sg_error_set(err, -errno, "store %s: %s", store->path, strerror(errno));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return sg_error_set(err, -EPERM,
				    "store %s: belongs to uid %u, neither to you nor to root; set "
				    "SECCOMP_GEN_DIR to a directory of your own",
				    store->path, (unsigned int)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return sg_error_set(err, -EPERM, "store %s: others can write to it (chmod go-w %s)",
				    store->path, store->path);
	return 0;
}

int sg_store_open(bool create, struct sg_store **ret, struct sg_error *err)
{
	_cleanup_(sg_store_freep) struct sg_store *store = calloc(1, sizeof(*store));
	int r;

	if (!store)
		return sg_error_oom(err);
	store->dirfd = -1;
	r = sg_store_dir_path(&store->path, err);
	if (r < 0)
		return r;
	r = sg_place_open_directory(store->path, SG_PLACE_STRICT | SG_PLACE_NO_LINK, create, NULL,
				    &store->dirfd, err);
	if (r < 0)
		return sg_error_prefix(err, "store %s: ", store->path);
	r = check_directory(store, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(store);
	return 0;
}

void sg_store_names_done(struct sg_store_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->names[i]);
	free(names->names);
	free(names->written);
	*names = (struct sg_store_names){ 0 };
}

static int add_name(struct sg_store_names *names, const char *name, size_t len)
{
	if (SG_ARRAY_GROW(names->names, names->n) < 0)
		return -ENOMEM;
	names->names[names->n] = strndup(name, len);
	if (!names->names[names->n])
		return -ENOMEM;
	names->n++;
	return 0;
}

/* A name as we give them: neither hidden (a temporary file) nor without the suffix. Its length, or
 * 0. */
/* When each was written: a file that is gone by now was never the latest. */
static int add_times(const struct sg_store *store, struct sg_store_names *names)
{
	names->written = calloc(names->n + 1, sizeof(*names->written));
	if (!names->written)
		return -ENOMEM;
	for (size_t i = 0; i < names->n; i++) {
		_cleanup_free_ char *file = NULL;
		struct stat st;

		if (asprintf(&file, "%s" SG_RECORDING_SUFFIX, names->names[i]) < 0) {
			file = NULL;
			return -ENOMEM;
		}
		if (fstatat(store->dirfd, file, &st, AT_SYMLINK_NOFOLLOW) == 0)
			names->written[i] = (uint64_t)st.st_mtim.tv_sec * 1000000000u +
					    (uint64_t)st.st_mtim.tv_nsec;
	}
	return 0;
}

const char *sg_store_latest(const struct sg_store_names *names)
{
	size_t latest = 0;

	for (size_t i = 1; i < names->n; i++) {
		if (names->written[i] >= names->written[latest])
			latest = i;
	}
	return names->n ? names->names[latest] : NULL;
}

struct dated {
	uint64_t written;
	char *name;
};

static int compare_dated(const void *pa, const void *pb)
{
	const struct dated *a = pa, *b = pb;

	if (a->written != b->written)
		return a->written < b->written ? -1 : 1;
	return strcmp(a->name, b->name);
}

int sg_store_names_by_time(struct sg_store_names *names, struct sg_error *err)
{
	_cleanup_free_ struct dated *dated = calloc(names->n + 1, sizeof(*dated));

	if (!dated)
		return sg_error_oom(err);
	for (size_t i = 0; i < names->n; i++)
		dated[i] = (struct dated){ names->written[i], names->names[i] };
	if (names->n)
		qsort(dated, names->n, sizeof(*dated), compare_dated);
	for (size_t i = 0; i < names->n; i++) {
		names->written[i] = dated[i].written;
		names->names[i] = dated[i].name;
	}
	return 0;
}

int sg_store_list(const struct sg_store *store, struct sg_store_names *ret, struct sg_error *err)
{
	_cleanup_(sg_store_names_done) struct sg_store_names names = { 0 };
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int fd = openat(store->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return sg_error_set(err, -errno, "store %s: %s", store->path, strerror(errno));
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return sg_error_oom(err);
	}
	while (errno = 0, (entry = readdir(dir))) {
		size_t len = sg_recording_name_len(entry->d_name);

		if (len && add_name(&names, entry->d_name, len) < 0)
			return sg_error_oom(err);
	}
	if (errno)
		return sg_error_set(err, -errno, "store %s: %s", store->path, strerror(errno));
	if (names.n)
		qsort(names.names, names.n, sizeof(*names.names), sg_text_compare);
	if (add_times(store, &names) < 0)
		return sg_error_oom(err);
	*ret = names;
	names = (struct sg_store_names){ 0 };
	return 0;
}

/* A file in the store that is not a plain file of ours or root's was put there by somebody else. */
static int open_file(const struct sg_store *store, const char *file, const char *shown, int *ret,
		     struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	fd = openat(store->dirfd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return sg_error_set(err, -errno, "cannot open %s: %s", shown,
				    errno == ELOOP ? "is a symbolic link" : strerror(errno));
	if (fstat(fd, &st) < 0)
		return sg_error_set(err, -errno, "cannot open %s: %s", shown, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return sg_error_set(err, -EINVAL, "cannot read %s: not a regular file", shown);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return sg_error_set(err, -EPERM, "refusing %s: belongs to uid %u", shown,
				    (unsigned int)st.st_uid);
	*ret = TAKE_FD(fd);
	return 0;
}

int sg_store_read(const struct sg_store *store, const char *name, struct sg_recording **ret,
		  struct sg_error *err)
{
	_cleanup_free_ char *file = NULL, *shown = NULL, *text = NULL;
	_cleanup_close_ int fd = -1;
	size_t len;
	int r;

	if (asprintf(&file, "%s" SG_RECORDING_SUFFIX, name) < 0) {
		file = NULL;
		return sg_error_oom(err);
	}
	if (asprintf(&shown, "%s/%s", store->path, file) < 0) {
		shown = NULL;
		return sg_error_oom(err);
	}
	sg_debug("store: reading %s", shown);
	r = open_file(store, file, shown, &fd, err);
	if (r < 0)
		return r;
	r = sg_input_read_fd(fd, shown, SG_RECORDING_MAX_BYTES, &text, &len, err);
	if (r < 0)
		return r;
	return sg_recording_parse(shown, text, len, ret, err);
}

static int write_in_store(const char *file, const char *text, size_t len, char **ret_where,
			  struct sg_file_id *ret_id, struct sg_error *err)
{
	_cleanup_(sg_store_freep) struct sg_store *store = NULL;
	_cleanup_free_ char *where = NULL;
	int r;

	r = sg_store_open(true, &store, err);
	if (r < 0)
		return r;
	if (asprintf(&where, "%s/%s", store->path, file) < 0) {
		where = NULL;
		return sg_error_oom(err);
	}
	r = sg_sink_replace_at(store->dirfd, file, where, text, len, SG_MODE_PRIVATE, ret_id, err);
	if (r < 0)
		return r;
	if (ret_where)
		*ret_where = TAKE_PTR(where);
	return 0;
}

int sg_store_print(const struct sg_recording *rec, char **ret, size_t *ret_len,
		   struct sg_error *err)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf buf = SG_STRBUF_INIT;
	_cleanup_free_ char *text = NULL;

	sg_recording_print(rec, &buf);
	if (sg_strbuf_steal(&buf, &text, ret_len) < 0)
		return sg_error_oom(err);
	if (*ret_len > SG_RECORDING_MAX_BYTES)
		return sg_error_set(
			err, -EFBIG,
			"the recording takes %zu bytes, and files above %u are not read", *ret_len,
			SG_RECORDING_MAX_BYTES);
	*ret = TAKE_PTR(text);
	return 0;
}

int sg_store_write(const char *file, const char *text, size_t len, const char *path,
		   unsigned int flags, char **ret_where, struct sg_file_id *ret_id,
		   struct sg_error *err)
{
	_cleanup_free_ char *where = NULL;
	struct sg_sink sink;
	int r;

	if (!path)
		return write_in_store(file, text, len, ret_where, ret_id, err);
	if (ret_where) {
		where = strdup(path);
		if (!where)
			return sg_error_oom(err);
	}
	r = sg_sink_open(path, flags, &sink, err);
	if (r < 0)
		return r;
	r = sg_sink_write(&sink, text, len, SG_MODE_PRIVATE, ret_id, err);
	sg_sink_done(&sink);
	if (r < 0)
		return r;
	if (ret_where)
		*ret_where = TAKE_PTR(where);
	return 0;
}

int sg_store_save(const struct sg_recording *rec, const char *path, char **ret_where,
		  struct sg_error *err)
{
	_cleanup_free_ char *text = NULL, *file = NULL;
	size_t len = 0;
	int r = sg_store_print(rec, &text, &len, err);

	if (r == 0 && !path)
		r = sg_recording_file_name(rec, &file, err);
	return r < 0 ? r : sg_store_write(file, text, len, path, 0, ret_where, NULL, err);
}

int sg_store_load_written(const char *path, const struct sg_file_id *id, struct sg_recording **ret,
			  struct sg_error *err)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int fd = -1;
	struct sg_file_id found;
	struct stat st;
	size_t len;
	int r = sg_input_open(path, &fd, err);

	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return sg_error_set(err, -errno, "%s: %s", path, strerror(errno));
	sg_file_id_of(&st, &found);
	if (!sg_file_id_equal(&found, id))
		return sg_error_set(err, -ESTALE, "%s is not the file that was written", path);
	r = sg_input_read_fd(fd, path, SG_RECORDING_MAX_BYTES, &text, &len, err);
	return r < 0 ? r : sg_recording_parse(path, text, len, ret, err);
}
