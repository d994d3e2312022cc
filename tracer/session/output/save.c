/* SPDX-License-Identifier: Apache-2.0 */
#include "session/output/save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "recording/derive/file_name.h"
#include "cli/log.h"
#include "session/output/writer.h"
#include "session/pinned/persist.h"
#include "session/targets/run.h"
#include "store/dir.h"
#include "store/sink.h"
#include "store/store.h"

#define CHECKPOINT_NS 10000000000u

static int use_directory(struct sg_output *output, const char *path, bool create,
			 struct sg_error *err)
{
	_cleanup_close_ int fd = -1;
	int r = sg_place_open_directory(path, 0, create, &output->made_directory, &fd, err);

	output->in_directory = r == 0;
	return r < 0 ? sg_error_prefix(err, "cannot write to the directory %s: ", path) : 0;
}

int sg_output_check(struct sg_output *output, const struct sg_session_options *opts,
		    struct sg_error *err)
{
	bool several = opts->all || opts->n_selectors > 1;
	const char *path = opts->output;
	struct sg_sink sink;
	int r;

	if (!path)
		return 0;
	r = sg_sink_open(path, 0, &sink, err);
	if (r == -EISDIR || (r == -ENOENT && *path)) {
		*err = (struct sg_error){ 0 };
		return r == -EISDIR || several ? use_directory(output, path, several, err) : 0;
	}
	if (r < 0)
		return r;
	output->is_stream = sink.is_stream;
	r = sink.is_stream || sink.place.fd >= 0;
	sg_sink_done(&sink);
	if (output->is_stream && opts->name)
		return sg_error_set(err, -EINVAL,
				    "-o %s: a recording with a name outlives its recorder, and a "
				    "stream does not: name a file",
				    path);
	if (!several)
		return 0;
	if (output->is_stream)
		return sg_error_set(err, -EINVAL,
				    "-o %s: several recordings do not fit one stream: give a "
				    "directory",
				    path);
	if (r)
		return sg_error_set(err, -ENOTDIR,
				    "-o %s: several targets have several recordings: give a "
				    "directory",
				    path);
	return use_directory(output, path, true, err);
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

	if (s->output.in_directory || !s->opts->output)
		r = sg_recording_file_name(rec, &name, err);
	if (r == 0)
		r = sg_store_print(rec, &text, &len, err);
	if (r < 0)
		return r;
	if (s->pinned.live)
		sg_pinned_put_copy(&s->pinned, t, text, len);
	r = sg_writer_save(&s->output.writer, name, t->where, text, len, &where, &file, err);
	if (r < 0)
		return r;
	free(t->where);
	t->where = TAKE_PTR(where);
	t->file = file;
	return 0;
}

int sg_session_save(struct sg_session *s, struct sg_session_target *t,
		    const struct sg_recording *rec, struct sg_error *err)
{
	int r;

	if (s->output.is_stream) /* it gets the whole, once */
		return 0;
	t->last_checkpoint = sg_now_monotonic();
	r = sg_session_save_state(s, err);
	if (r < 0)
		return r;
	r = save(s, t, rec, err);
	if (r < 0 && !t->checkpoint_failed)
		sg_warn("checkpoint: %s; recording continues", err->message);
	t->checkpoint_failed = r < 0;
	if (r < 0)
		*err = (struct sg_error){ 0 };
	r = sg_session_save_state(s, err);
	if (r < 0 || !s->pinned.live)
		return r;
	sg_pinned_drop_copy(&s->pinned, t);
	if (!s->pinned.state_failed && (t->copy_bytes || !t->checkpoint_failed))
		sg_session_target_written(&s->sources, t);
	return 0;
}

void sg_session_checkpoint(struct sg_session *s)
{
	uint64_t serial = s->sources.audit ? sg_audit_watch_serial(s->sources.audit) : 0;
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	struct sg_session_target *oldest = NULL;
	struct sg_error err = { 0 };

	for (size_t i = 0; i < s->targets.n; i++) {
		struct sg_session_target *t = s->targets.list[i];

		if ((t->n_instances || t->n_unwritten) &&
		    (!oldest || t->last_checkpoint < oldest->last_checkpoint))
			oldest = t;
	}
	if (!oldest || sg_now_monotonic() - oldest->last_checkpoint < CHECKPOINT_NS)
		return;
	if (sg_session_target_snapshot(&s->targets, &s->sources, oldest, false, &rec, &err) == 0 &&
	    (!s->opts->all || rec->runs[0]->n_entries)) {
		sg_session_save(s, oldest, rec, &err);
		if (!oldest->checkpoint_failed)
			oldest->audit_serial = serial;
		return;
	}
	oldest->last_checkpoint = sg_now_monotonic();
	if (err.message[0] && !oldest->checkpoint_failed) {
		sg_warn("checkpoint: %s; recording continues", err.message);
		oldest->checkpoint_failed = true;
	}
}

int sg_session_save_last(struct sg_session *s, struct sg_session_target *t,
			 const struct sg_recording *rec, struct sg_error *err)
{
	_cleanup_free_ char *where = NULL, *text = NULL;
	struct sg_error first, ignored = { 0 };
	size_t len = 0;
	int r;

	r = save(s, t, rec, err);
	if (r >= 0 || s->pinned.live) /* what is pinned stays there */
		return r;
	if (sg_store_print(rec, &text, &len, &ignored) < 0 ||
	    sg_writer_rescue(&s->output.writer, rec->runs[0]->id, text, len, &where, &ignored) < 0)
		return r;
	first = *err;
	return sg_error_set(err, r, "%s; the recording is in %s", first.message, where);
}
