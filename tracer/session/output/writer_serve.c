/* SPDX-License-Identifier: Apache-2.0 */
/* The writer's side of session/output/writer.h: nothing that comes in is believed. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "confine/landlock.h"
#include "recording/derive/file_name.h"
#include "recording/json/recording_json.h"
#include "session/output/writer.h"
#include "store/dir.h"
#include "store/sink.h"
#include "store/store.h"

#define RUN_ID_LEN 36

static const char *const fallback_directories[] = { "/dev/shm", "/tmp" };

/* Of this process. */
static struct {
	char **written;
	size_t n_written;
	char *directory; /* that recordings go into; NULL: into one file */
	int command_fd;	 /* a pidfd; -1: none */
} own = { .command_fd = -1 };

/* The same file by another path: the pinned state has absolute ones. */
static bool is_one_of_ours(const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < own.n_written; i++) {
		if (lstat(own.written[i], &other) == 0 && other.st_dev == st->st_dev &&
		    other.st_ino == st->st_ino)
			return true;
	}
	return false;
}

static bool has_written(const char *path)
{
	for (size_t i = 0; i < own.n_written; i++) {
		if (!strcmp(own.written[i], path))
			return true;
	}
	return false;
}

static int add_written(const char *path, struct sg_error *err)
{
	if (has_written(path))
		return 0;
	if (SG_ARRAY_GROW(own.written, own.n_written) < 0)
		return sg_error_oom(err);
	own.written[own.n_written] = strdup(path);
	if (!own.written[own.n_written])
		return sg_error_oom(err);
	own.n_written++;
	return 0;
}

static void remove_written(const char *path)
{
	for (size_t i = 0; i < own.n_written; i++) {
		if (strcmp(own.written[i], path))
			continue;
		free(own.written[i]);
		own.written[i] = own.written[--own.n_written];
		return;
	}
}

/* --- before the first question */

static void parent_of(const char *path, char ret[PATH_MAX])
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		strcpy(ret, ".");
	else
		snprintf(ret, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

/* @path, or what of it is there: somebody may make the rest meanwhile. */
static int allow_directory(struct sg_landlock *l, const char *path, unsigned int rights,
			   struct sg_error *err)
{
	char part[PATH_MAX], above[PATH_MAX];

	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
		return 0;
	while (access(part, F_OK) < 0 && strcmp(part, ".") && strcmp(part, "/")) {
		parent_of(part, above);
		strcpy(part, above);
	}
	return sg_landlock_allow(l, part, rights, err);
}

static int allow_output(struct sg_landlock *l, const struct sg_writer_work *work,
			struct sg_error *err)
{
	char real[PATH_MAX], directory[PATH_MAX];
	int r;

	if (own.directory)
		return allow_directory(
			l, own.directory,
			SG_LANDLOCK_FILES | (work->output ? 0 : SG_LANDLOCK_MAKE_DIR), err);
	if (!strcmp(work->output, "-") || sg_place_own_descriptor(work->output) >= 0)
		return 0; /* open already */
	parent_of(work->output, directory);
	r = allow_directory(l, directory, SG_LANDLOCK_FILES, err);
	/* what is there and is not replaced: a pipe, a terminal, /dev/null */
	if (r == 0)
		r = sg_landlock_allow(l, work->output, SG_LANDLOCK_WRITE, err);
	if (r < 0 || !realpath(work->output, real))
		return r;
	parent_of(real, directory);
	return sg_landlock_allow(l, directory, SG_LANDLOCK_FILES, err);
}

static int allow_cgroup(struct sg_landlock *l, const struct sg_cgroup *cgroup, struct sg_error *err)
{
	char parent[PATH_MAX], procs[PATH_MAX + 16];
	int r;

	parent_of(cgroup->dir, parent);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", parent);
	r = sg_landlock_allow(l, cgroup->dir, SG_LANDLOCK_WRITE, err);
	if (r == 0)
		r = sg_landlock_allow(l, procs, SG_LANDLOCK_WRITE, err);
	return r < 0 ? r : sg_landlock_allow(l, parent, SG_LANDLOCK_REMOVE_DIR, err);
}

static int lock_files(const struct sg_writer_work *work, struct sg_error *err)
{
	struct sg_landlock l = SG_LANDLOCK_INIT;
	char parent[PATH_MAX];
	int r;

	if (sg_confine_is_off())
		return 0;
	r = sg_landlock_begin(&l, err);
	if (r == 0)
		r = allow_output(&l, work, err);
	for (size_t i = 0; r == 0 && i < work->n_written; i++) {
		parent_of(work->written[i], parent);
		r = sg_landlock_allow(&l, parent, SG_LANDLOCK_FILES, err);
	}
	for (size_t i = 0; r == 0 && work->may_rescue && i < SG_ARRAY_SIZE(fallback_directories);
	     i++)
		r = sg_landlock_allow(&l, fallback_directories[i], SG_LANDLOCK_FILES, err);
	if (r == 0 && work->made_directory) {
		parent_of(work->output, parent);
		r = sg_landlock_allow(&l, parent, SG_LANDLOCK_REMOVE_DIR, err);
	}
	if (r == 0 && work->cgroup && work->cgroup->dir)
		r = allow_cgroup(&l, work->cgroup, err);
	return r < 0 ? r : sg_landlock_end(&l, err);
}

static int find_directory(const struct sg_writer_work *work, struct sg_error *err)
{
	if (!work->output)
		return sg_store_dir_path(&own.directory, err);
	if (work->in_directory)
		own.directory = strdup(work->output);
	return work->in_directory && !own.directory ? sg_error_oom(err) : 0;
}

int sg_writer_prepare(void *data, struct sg_error *err)
{
	const struct sg_writer_work *work = data;
	int r = find_directory(work, err);

	for (size_t i = 0; r == 0 && i < work->n_written; i++)
		r = add_written(work->written[i], err);
	if (work->command > 0)
		own.command_fd = (int)syscall(SYS_pidfd_open, work->command, 0);
	return r < 0 ? r : lock_files(work, err);
}

/* --- questions */

/* The next word of the question, and what follows its NUL. */
static bool take_word(struct sg_question *q, size_t *at, const char **ret)
{
	const char *end = memchr(q->text + *at, '\0', q->len - *at);

	if (!end)
		return false;
	*ret = q->text + *at;
	*at = (size_t)(end - q->text) + 1;
	return true;
}

static int bad(struct sg_error *err)
{
	return sg_error_set(err, -EINVAL, "a question that the recorder does not ask");
}

static int path_of(const char *name, char **ret, struct sg_error *err)
{
	struct stat st;

	if (!sg_recording_is_file_name(name))
		return bad(err);
	if (asprintf(ret, "%s/%s", own.directory, name) < 0) {
		*ret = NULL;
		return sg_error_oom(err);
	}
	if (!has_written(*ret) && lstat(*ret, &st) == 0 && !is_one_of_ours(&st))
		return sg_error_set(err, -EEXIST, "cannot write %s: it is another recording", *ret);
	return 0;
}

static int answer_with(const char *where, const struct sg_file_id *id, char **ret, size_t *ret_len,
		       struct sg_error *err)
{
	size_t len = strlen(where);

	*ret = malloc(sizeof(*id) + len);
	if (!*ret)
		return sg_error_oom(err);
	memcpy(*ret, id, sizeof(*id));
	memcpy(*ret + sizeof(*id), where, len);
	*ret_len = sizeof(*id) + len;
	return 0;
}

static int save(const struct sg_writer_work *work, struct sg_question *q, char **ret,
		size_t *ret_len, struct sg_error *err)
{
	_cleanup_free_ char *path = NULL, *where = NULL;
	const char *name = NULL, *old = NULL;
	struct sg_file_id id = { 0 };
	size_t at = 0;
	int r = 0;

	if (!take_word(q, &at, &name) || !take_word(q, &at, &old) || !*name != !own.directory)
		return bad(err);
	if (own.directory)
		r = path_of(name, &path, err);
	if (r == 0)
		r = sg_store_write(name, q->text + at, q->len - at,
				   work->output && path ? path : work->output,
				   work->is_stream ? 0 : SG_SINK_FILE_ONLY, &where, &id, err);
	if (r == 0 && own.directory)
		r = add_written(where, err);
	if (r == 0 && own.directory && strcmp(old, where) && has_written(old)) {
		sg_sink_remove(old);
		remove_written(old);
	}
	return r < 0 ? r : answer_with(where, &id, ret, ret_len, err);
}

static int rescue(const struct sg_writer_work *work, struct sg_question *q, char **ret,
		  size_t *ret_len, struct sg_error *err)
{
	const struct sg_file_id id = { 0 };
	const char *run = NULL;
	size_t at = 0;

	if (!work->may_rescue || !take_word(q, &at, &run) || strlen(run) != RUN_ID_LEN ||
	    strspn(run, "0123456789abcdef-") != RUN_ID_LEN)
		return bad(err);
	for (size_t i = 0; i < SG_ARRAY_SIZE(fallback_directories); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/seccomp-gen-%s.json", fallback_directories[i], run) < 0) {
			path = NULL;
			return sg_error_oom(err);
		}
		if (sg_store_write(NULL, q->text + at, q->len - at, path, SG_SINK_FILE_ONLY, NULL,
				   NULL, err) == 0)
			return answer_with(path, &id, ret, ret_len, err);
	}
	return err->code;
}

bool sg_writer_is_signal(int signal)
{
	switch (signal) {
	case SIGINT:
	case SIGTERM:
	case SIGHUP:
	case SIGQUIT:
	case SIGUSR1:
	case SIGUSR2:
	case SIGWINCH:
	case SIGKILL:
		return true;
	default:
		return false;
	}
}

static int send_signal(const struct sg_question *q, struct sg_error *err)
{
	int signal = 0;

	if (q->len == sizeof(signal))
		memcpy(&signal, q->text, sizeof(signal));
	if (!sg_writer_is_signal(signal) || own.command_fd < 0)
		return bad(err);
	if (syscall(SYS_pidfd_send_signal, own.command_fd, signal, NULL, 0) < 0)
		return sg_error_set(err, -errno, "signal the command: %s", strerror(errno));
	return 0;
}

static int remove_cgroup(const struct sg_writer_work *work, char **ret, size_t *ret_len,
			 struct sg_error *err)
{
	unsigned int left = 0;
	int r;

	if (!work->cgroup || !work->cgroup->dir)
		return bad(err);
	r = sg_cgroup_remove(work->cgroup, &left, err);
	if (r < 0)
		return r;
	*ret_len = sizeof(left);
	*ret = malloc(*ret_len);
	if (!*ret)
		return sg_error_oom(err);
	memcpy(*ret, &left, sizeof(left));
	return 0;
}

static int answer(const struct sg_writer_work *work, struct sg_question *q, char **ret,
		  size_t *ret_len, struct sg_error *err)
{
	switch ((enum sg_writer_word)q->what) {
	case SG_WRITER_SAVE:
		return save(work, q, ret, ret_len, err);
	case SG_WRITER_RESCUE:
		return rescue(work, q, ret, ret_len, err);
	case SG_WRITER_SIGNAL:
		return send_signal(q, err);
	case SG_WRITER_REMOVE_CGROUP:
		return remove_cgroup(work, ret, ret_len, err);
	case SG_WRITER_REMOVE_DIRECTORY:
		if (work->made_directory)
			sg_sink_remove(work->output);
		return 0;
	default:
		return bad(err);
	}
}

void sg_writer_serve(int fd, void *data)
{
	struct sg_question q;

	sg_helper_hear_hurry(fd);
	for (; sg_helper_next(fd, SG_RECORDING_MAX_BYTES + 2 * PATH_MAX, &q); free(q.text)) {
		_cleanup_free_ char *text = NULL;
		struct sg_error err = { 0 };
		size_t len = 0;

		if (answer(data, &q, &text, &len, &err) < 0)
			sg_helper_answer_error(fd, &err);
		else
			sg_helper_answer(fd, 0, text ? text : "", len);
	}
}
