/* SPDX-License-Identifier: Apache-2.0 */
/* Where recordings go. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "cli/log.h"
#include "recording/derive/headlines.h"
#include "session/private.h"
#include "store/dir.h"
#include "store/sink.h"
#include "store/store.h"

#define CHECKPOINT_NS 10000000000u

static int use_directory(struct sg_session *s, bool create, struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	int r = sg_place_open_directory(s->opts->output, 0, create, &s->made_directory, &fd, err);

	s->in_directory = r == 0;
	return r < 0 ? sg_error_prefix(err, "cannot write to the directory %s: ", s->opts->output)
		     : 0;
}

/*
 * A directory when several recordings may come, or when there is one of that name. What cannot be
 * written to is refused before anything is recorded; a directory that is missing may yet come.
 */
int sg_session_check_output(struct sg_session *s, struct sg_error *err)
{
	bool several = s->opts->all || s->opts->n_selectors > 1;
	const char *output = s->opts->output;
	struct sg_sink sink;
	int r;

	if (!output)
		return 0;
	r = sg_sink_open(output, 0, &sink, err);
	if (r == -EISDIR || (r == -ENOENT && *output)) {
		*err = (struct sg_error){ 0 };
		return r == -EISDIR || several ? use_directory(s, several, err) : 0;
	}
	if (r < 0)
		return r;
	s->is_stream = sink.is_stream;
	r = sink.is_stream || sink.place.fd >= 0;
	sg_sink_done(&sink);
	if (s->is_stream && s->opts->name)
		return sg_error_set(err, -EINVAL,
				    "-o %s: a recording with a name outlives its recorder, and a "
				    "stream does not: name a file",
				    output);
	if (!several)
		return 0;
	if (s->is_stream)
		return sg_error_set(err, -EINVAL,
				    "-o %s: several recordings do not fit one stream: give a "
				    "directory",
				    output);
	if (r)
		return sg_error_set(err, -ENOTDIR,
				    "-o %s: several targets have several recordings: give a "
				    "directory",
				    output);
	return use_directory(s, true, err);
}

/* The file's name follows from the recording; when that changes (its target has got a name) the old
 * file goes. */
static int save(struct sg_session *s, struct sg_session_target *t, const struct sg_recording *rec,
		struct sg_error *err)
{
	_cleanup_free_ char *name = NULL, *where = NULL, *text = NULL;
	struct sg_file_id file = { 0 };
	size_t len = 0;
	int r = 0;

	if (s->in_directory || !s->opts->output)
		r = sg_store_file_name(rec, &name, err);
	if (r == 0)
		r = sg_store_print(rec, &text, &len, err);
	if (r < 0)
		return r;
	if (s->live)
		sg_session_put_copy(s, t, text, len);
	r = sg_writer_save(&s->writer, name, t->where, text, len, &where, &file, err);
	if (r < 0)
		return r;
	free(t->where);
	t->where = TAKE_PTR(where);
	t->file = file;
	return 0;
}

/* A checkpoint that cannot be written must not end the recording, nor be silent, nor be said 100
 * times. */
int sg_session_save(struct sg_session *s, struct sg_session_target *t,
		    const struct sg_recording *rec, struct sg_error *err)
{
	int r;

	if (s->is_stream) /* it gets the whole, once */
		return 0;
	t->last_checkpoint = sg_now_monotonic();
	r = sg_session_save_state(s, err);
	if (r < 0)
		return r;
	r = save(s, t, rec, err);
	if (r < 0 && !t->checkpoint_failed)
		sg_warn("checkpoint: %s; recording goes on", err->message);
	t->checkpoint_failed = r < 0;
	if (r < 0)
		*err = (struct sg_error){ 0 };
	r = sg_session_save_state(s, err);
	if (r < 0 || !s->live)
		return r;
	sg_session_drop_copy(s, t);
	if (!s->state_failed && (t->copy_bytes || !t->checkpoint_failed))
		sg_session_target_written(s, t);
	return 0;
}

/* One at a time: two hundred files written and synced in a row would keep new cgroups waiting. */
void sg_session_checkpoint(struct sg_session *s)
{
	uint64_t serial = s->audit ? sg_audit_watch_serial(s->audit) : 0;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	struct sg_session_target *oldest = NULL;
	struct sg_error err = { 0 };

	for (size_t i = 0; i < s->n_targets; i++) {
		struct sg_session_target *t = s->targets[i];

		if ((t->n_instances || t->n_unwritten) &&
		    (!oldest || t->last_checkpoint < oldest->last_checkpoint))
			oldest = t;
	}
	if (!oldest || sg_now_monotonic() - oldest->last_checkpoint < CHECKPOINT_NS)
		return;
	if (sg_session_target_snapshot(s, oldest, false, &rec, &err) == 0 &&
	    (!s->opts->all || rec->runs[0]->n_entries)) {
		sg_session_save(s, oldest, rec, &err);
		if (!oldest->checkpoint_failed)
			oldest->audit_serial = serial;
		return;
	}
	oldest->last_checkpoint = sg_now_monotonic();
	if (err.message[0] && !oldest->checkpoint_failed) {
		sg_warn("checkpoint: %s; recording goes on", err.message);
		oldest->checkpoint_failed = true;
	}
}

/*
 * When the recording cannot be written where it was asked for (a full disk) it goes where it can be
 * kept, so that hours of watching are not lost to the last step. The command still fails.
 */
int sg_session_save_last(struct sg_session *s, struct sg_session_target *t,
			 const struct sg_recording *rec, struct sg_error *err)
{
	_cleanup_free_ char *where = NULL, *text = NULL;
	struct sg_error first, ignored = { 0 };
	size_t len = 0;
	int r;

	r = save(s, t, rec, err);
	if (r >= 0 || s->live) /* what is pinned stays there */
		return r;
	if (sg_store_print(rec, &text, &len, &ignored) < 0 ||
	    sg_writer_rescue(&s->writer, rec->runs[0]->id, text, len, &where, &ignored) < 0)
		return r;
	first = *err;
	return sg_error_set(err, r, "%s; the recording is kept in %s", first.message, where);
}

static void report_losses(const struct sg_recording *rec, const char *prefix)
{
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		uint64_t n = 0;

		for (size_t k = 0; k < rec->n_runs; k++)
			n += rec->runs[k]->loss[i];
		if (n)
			sg_warn("%s%s: %" PRIu64 " (%s)", prefix, sg_loss_kinds[i].name, n,
				sg_loss_kinds[i].meaning);
	}
}

static double duration_s(const struct sg_recording *rec)
{
	uint64_t start = rec->runs[0]->start, end = rec->runs[0]->end;

	for (size_t i = 1; i < rec->n_runs; i++) {
		start = rec->runs[i]->start < start ? rec->runs[i]->start : start;
		end = rec->runs[i]->end > end ? rec->runs[i]->end : end;
	}
	return (double)(end - start) / 1e9;
}

static void warn_headlines(const struct sg_recording *rec, const struct sg_run *all,
			   const char *prefix)
{
	_cleanup_(sg_strbuf_done) struct sg_strbuf denied = SG_STRBUF_INIT;
	_cleanup_(sg_strbuf_done) struct sg_strbuf ended = SG_STRBUF_INIT;

	sg_headline_denied(rec, all, &denied);
	sg_headline_ended(rec, &ended);
	if (denied.len && !denied.failed)
		sg_warn("%s%s", prefix, denied.data);
	if (ended.len && !ended.failed)
		sg_warn("%s%s", prefix, ended.data);
}

void sg_session_summarise(const struct sg_session *s, const struct sg_session_target *t,
			  const struct sg_recording *rec)
{
	const char *space = s->opts->output ? " " : "", *file = s->opts->output ? t->where : "";
	_cleanup_(sg_run_freep) struct sg_run *all = NULL;
	_cleanup_free_ char *what = NULL, *prefix = NULL;
	struct sg_error err = { 0 };
	uint64_t calls;
	size_t distinct;

	if (sg_recording_fold(rec, &all, &err) < 0 ||
	    sg_session_target_describe(s, t, &what, &err) < 0)
		return;
	if (asprintf(&prefix, "%s%s", s->n_targets > 1 ? what : "", s->n_targets > 1 ? ": " : "") <
	    0) {
		prefix = NULL;
		return;
	}
	warn_headlines(rec, all, prefix);
	sg_run_totals(all, &calls, &distinct);
	sg_notice("%s%" PRIu64 " calls, %zu distinct, in %.1f s", prefix, calls, distinct,
		  duration_s(rec));
	if (s->audit && s->n_targets == 1 && sg_audit_watch_foreign(s->audit))
		sg_notice("%" PRIu64 " audit records of other processes left out",
			  sg_audit_watch_foreign(s->audit));
	report_losses(rec, prefix);
	if (!distinct)
		sg_warn("%sno call of the application was seen: was it running, and in that "
			"cgroup?",
			prefix);
	if (t->where)
		sg_notice("%swritten to %s", prefix, t->where);
	if (distinct && t->where && s->n_targets == 1)
		sg_notice("next: seccomp-gen show%s%s | less; seccomp-gen emit%s%s > profile.json",
			  space, file, space, file);
}
