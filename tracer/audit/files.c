/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/stream/input.h"
#include "audit/rotated.h"
#include "store/input.h"
#include "cli/clock.h"
#include "cli/log.h"
#include "store/sink.h"

/* Fits the second-level cache with all else that a line needs; larger ones are slower. */
#define PIECE 65536u
/* A log with one strange line tends to have a million of them. */
#define PROBLEMS_SHOWN 10u
#define NSEC_PER_SEC   UINT64_C(1000000000)

struct sg_audit_files {
	struct sg_audit_importer *importer;
	struct sg_audit_stream *stream;
	struct sg_audit_clock clock;
	const char *output;
	bool takes_unverified;
	bool is_damaged;

	/* of the file that is being read */
	const char *shown;
	uint64_t first_line; /* lines before it */
	uint64_t problems;

	char piece[PIECE];
};

static int on_record(void *data, const struct sg_audit_record *rec, uint64_t line,
		     struct sg_error *err)
{
	struct sg_audit_files *files = data;

	(void)line;
	return sg_audit_importer_record(files->importer, rec, err);
}

static void on_other(void *data, uint64_t time, uint64_t serial)
{
	struct sg_audit_files *files = data;

	sg_audit_importer_other(files->importer, time, serial);
}

static void on_notice(void *data, const struct sg_audit_notice *notice, uint64_t line)
{
	struct sg_audit_files *files = data;

	sg_debug("%s:%" PRIu64 ": %s: %" PRIu64, files->shown, line - files->first_line,
		 sg_loss_kinds[notice->loss].name, notice->count);
	sg_audit_importer_notice(files->importer, notice);
}

static void on_problem(void *data, enum sg_audit_kind kind, const char *reason, uint64_t line)
{
	static const char *const what[] = {
		[SG_AUDIT_NONE] = "left out",
		[SG_AUDIT_UNREADABLE] = "a seccomp record that cannot be read",
		[SG_AUDIT_FOREIGN] = "a seccomp record that is no evidence, left out",
	};
	struct sg_audit_files *files = data;

	sg_audit_importer_problem(files->importer, kind);
	if (++files->problems <= PROBLEMS_SHOWN)
		sg_warn("%s:%" PRIu64 ": %s: %s", files->shown, line - files->first_line,
			what[kind], reason);
}

static const struct sg_audit_sink sink = {
	.record = on_record,
	.other = on_other,
	.notice = on_notice,
	.problem = on_problem,
};

static int64_t from_local(struct tm *local)
{
	return (int64_t)mktime(local);
}

int sg_audit_files_new(const struct sg_audit_filters *filters, const char *output,
		       struct sg_audit_files **ret, struct sg_error *err)
{
	_cleanup_(sg_audit_files_freep) struct sg_audit_files *files = calloc(1, sizeof(*files));
	int r;

	if (!files)
		return sg_error_oom(err);
	files->clock.from_local = from_local;
	files->output = output;
	r = sg_audit_importer_new(filters, &files->importer, err);
	if (r < 0)
		return r;
	r = sg_audit_stream_new(&sink, files, &files->clock, &files->stream, err);
	if (r < 0)
		return r;
	files->takes_unverified = filters && filters->unverified;
	sg_audit_stream_take_unverified(files->stream, files->takes_unverified);
	*ret = TAKE_PTR(files);
	return 0;
}

void sg_audit_files_free(struct sg_audit_files *files)
{
	if (!files)
		return;
	sg_audit_stream_free(files->stream);
	sg_audit_importer_free(files->importer);
	free(files);
}

void sg_audit_files_lose(struct sg_audit_files *files, enum sg_loss loss, uint64_t n)
{
	sg_audit_importer_lose(files->importer, loss, n);
	files->is_damaged = true;
}

bool sg_audit_files_is_damaged(const struct sg_audit_files *files)
{
	return files->is_damaged;
}

const struct sg_audit_stats *sg_audit_files_stats(const struct sg_audit_files *files)
{
	return sg_audit_stream_stats(files->stream);
}

const struct sg_audit_import_stats *sg_audit_files_import_stats(const struct sg_audit_files *files)
{
	return sg_audit_importer_stats(files->importer);
}

/*
 * One read. /dev/kmsg gives a line a read, EAGAIN after the last, and EPIPE where lines were
 * overwritten before they could be read.
 */
static ssize_t read_piece(struct sg_audit_files *files, int fd)
{
	for (;;) {
		ssize_t n = read(fd, files->piece, sizeof(files->piece));

		if (n >= 0)
			return n;
		if (errno == EPIPE)
			sg_audit_importer_lose(files->importer, SG_LOSS_AUDIT_SUPPRESSED, 1);
		else if (errno == EAGAIN)
			return 0;
		else if (errno != EINTR)
			return -errno;
	}
}

/* @size: how far a regular file reaches, to the end of the line that is there; 0: to its end. */
static int read_all(struct sg_audit_files *files, struct sg_audit_input *input, int fd,
		    uint64_t size, struct sg_error *err)
{
	uint64_t done = 0;

	for (;;) {
		ssize_t n = read_piece(files, fd);
		int r;

		if (n == 0)
			return 0;
		if (n < 0)
			return sg_error_set(err, (int)n, "cannot read %s: %s", files->shown,
					    strerror((int)-n));
		r = sg_audit_input_feed(input, files->piece, (size_t)n, err);
		if (r < 0)
			return r;
		done += (uint64_t)n;
		/* a log that is written faster than it is read has no end */
		if (size && done >= size && files->piece[n - 1] == '\n')
			return 0;
	}
}

/* What a year is guessed from where a log has none: nothing in it is newer than its last change. */
static void set_latest(struct sg_audit_files *files, const struct stat *st)
{
	files->clock.latest = sg_now_real();
	if (st && S_ISREG(st->st_mode) && st->st_mtime > 0)
		files->clock.latest =
			(uint64_t)st->st_mtim.tv_sec * NSEC_PER_SEC + (uint64_t)st->st_mtim.tv_nsec;
}

int sg_audit_files_read_fd(struct sg_audit_files *files, int fd, const char *shown,
			   struct sg_error *err)
{
	_cleanup_(sg_audit_input_freep) struct sg_audit_input *input = NULL;
	struct sg_error damage = { 0 };
	uint64_t size = 0;
	struct stat st;
	int r, finish;

	files->shown = shown;
	files->first_line = sg_audit_files_stats(files)->lines;
	files->problems = 0;
	if (fstat(fd, &st) < 0)
		return sg_error_set(err, -errno, "cannot read %s: %s", shown, strerror(errno));
	r = sg_sink_check_input(files->output, &st, err);
	if (r < 0)
		return r;
	set_latest(files, &st);
	if (S_ISREG(st.st_mode))
		size = (uint64_t)st.st_size;

	r = sg_audit_input_new(files->stream, shown, &input, err);
	if (r < 0)
		return r;
	r = read_all(files, input, fd, size, &damage);
	finish = sg_audit_input_finish(input, r < 0 ? NULL : &damage);
	if (r == 0)
		r = finish;
	if (files->problems > PROBLEMS_SHOWN)
		sg_warn("%s: %" PRIu64 " more lines like these", shown,
			files->problems - PROBLEMS_SHOWN);
	files->shown = NULL;
	if (r == -EBADMSG) {
		sg_warn("%s", damage.message);
		sg_audit_files_lose(files, SG_LOSS_AUDIT_UNREADABLE, 1);
		return 0;
	}
	return r < 0 ? sg_error_set(err, r, "%s", damage.message) : 0;
}

static int read_directory(struct sg_audit_files *files, const char *path, int fd,
			  struct sg_error *err)
{
	_cleanup_(sg_audit_rotated_done) struct sg_audit_rotated logs = { 0 };
	bool is_whole;
	int r;

	r = sg_audit_rotated_open(fd, path, &logs, &is_whole, err);
	if (r < 0)
		return r;
	if (!is_whole) {
		sg_warn("%s: its logs are rotated faster than they can be opened: some may be "
			"missing",
			path);
		sg_audit_files_lose(files, SG_LOSS_AUDIT_UNREADABLE, 1);
	}
	for (size_t i = 0; i < logs.n; i++) {
		_cleanup_free_ char *shown = NULL;

		if (asprintf(&shown, "%s/%s", path, logs.names[i]) < 0) {
			shown = NULL;
			return sg_error_oom(err);
		}
		r = sg_audit_files_read_fd(files, logs.fds[i], shown, err);
		if (r < 0)
			return r;
	}
	return 0;
}

int sg_audit_files_read(struct sg_audit_files *files, const char *path, struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (strcmp(path, "-") == 0) {
		r = sg_input_take_stdin(err);
		return r < 0 ? r
			     : sg_audit_files_read_fd(files, STDIN_FILENO, SG_INPUT_STDIN_NAME,
						      err);
	}
	r = sg_input_open(path, &fd, err);
	if (r == -EACCES && err)
		return sg_error_set(err, r, "cannot open %s: %s; logs are mostly root's", path,
				    strerror(-r));
	if (r < 0)
		return r;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return read_directory(files, path, fd, err);
	return sg_audit_files_read_fd(files, fd, path, err);
}

int sg_audit_files_finish(struct sg_audit_files *files, struct sg_run **ret, struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r;

	if (!files->takes_unverified)
		sg_audit_importer_lose(files->importer, SG_LOSS_AUDIT_UNVERIFIED,
				       sg_audit_files_stats(files)->unverified);
	r = sg_audit_importer_finish(files->importer, &run, err);
	if (r < 0)
		return r;
	run->tool = strdup("seccomp-gen " SG_VERSION);
	if (!run->tool)
		return sg_error_oom(err);
	*ret = TAKE_PTR(run);
	return 0;
}

void sg_audit_files_warn_empty(const struct sg_audit_files *files, const char *who)
{
	const struct sg_audit_stats *stats = sg_audit_files_stats(files);

	if (stats->records == 0 && stats->unverified == 0)
		sg_warn("%s: no seccomp record in %" PRIu64 " lines; the filter must log "
			"(SCMP_ACT_LOG, or the flag SECCOMP_FILTER_FLAG_LOG), "
			"kernel.seccomp.actions_logged must allow it, and audit must be on",
			who, stats->lines);
}

void sg_audit_files_warn_unverified(const struct sg_audit_files *files, const char *who)
{
	uint64_t n = sg_audit_files_stats(files)->unverified;

	if (n)
		sg_warn("%s: %" PRIu64
			" seccomp records stand in lines that any program could have "
			"had logged (syslog, journalctl's text formats, a log without senders)%s; "
			"the "
			"sender is known in audit.log, /dev/kmsg, dmesg with its times, and "
			"journalctl -o export or -o json",
			who, n,
			files->takes_unverified ? ": they were taken all the same"
						: ": left out, unless import has --unverified");
}

int sg_audit_import_path(const char *path, const char *output, struct sg_run **ret,
			 struct sg_error *err)
{
	_cleanup_(sg_audit_files_freep) struct sg_audit_files *files = NULL;
	_cleanup_free_ char *who = NULL;
	int r;

	if (asprintf(&who, "emit: %s", path) < 0) {
		who = NULL;
		return sg_error_oom(err);
	}
	r = sg_audit_files_new(NULL, output, &files, err);
	if (r == 0)
		r = sg_audit_files_read(files, path, err);
	if (r < 0)
		return r;
	sg_audit_files_warn_unverified(files, who);
	sg_audit_files_warn_empty(files, who);
	return sg_audit_files_finish(files, ret, err);
}
