/* SPDX-License-Identifier: Apache-2.0 */
#include "session/end/finish.h"

#include <errno.h>
#include <inttypes.h>

#include "base/cleanup.h"
#include "cli/log.h"
#include "session/end/end.h"
#include "session/output/save.h"
#include "session/output/summarise.h"
#include "session/targets/run.h"

static int report_absent(const struct sg_session_target *t, struct sg_error *err)
{
	_cleanup_free_ char *what = NULL;
	int r = sg_session_target_describe(t, &what, err);

	if (r < 0)
		return r;
	if (t->nameless)
		return sg_error_set(err, -ENOENT,
				    "nothing is recorded of %s: %" PRIu64
				    " containers had come and gone before their names could be "
				    "asked, and each may have been it",
				    what, t->nameless);
	return sg_error_set(err, -ENOENT, "%s was not there at any time: nothing is recorded of it",
			    what);
}

/* The last state of one recording. A target that nobody saw is an error. */
static int finish(struct sg_session *s, struct sg_session_target *t, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	int r;

	if (t->failed)
		return 0;
	r = sg_session_target_snapshot(&s->targets, &s->sources, t, true, &rec, err);
	if (r < 0)
		return r;
	if (s->opts->all && t->n_instances && rec->runs[0]->n_entries == 0)
		return 0;
	if (rec->n_runs == 0)
		return report_absent(t, err);
	for (size_t i = 0; i < t->n_instances; i++)
		sg_instance_warn(t->instances[i], rec->runs[0]);
	r = sg_session_save_last(s, t, rec, err);
	s->output.n_finished += s->opts->all && r == 0;
	if (r == 0 && !s->opts->all)
		sg_session_summarise(&s->targets, &s->sources, t, rec);
	return r;
}

static int finish_all(struct sg_session *s, struct sg_error *err)
{
	struct sg_error first = { 0 };
	int result = 0;

	/* once for all: of hundreds of targets each would wait for its own mark */
	sg_sources_read_audit(&s->sources, &first);
	for (size_t i = 0; i < s->targets.n; i++) {
		struct sg_error e = { 0 };
		int r = finish(s, s->targets.list[i], &e);

		if (r >= 0)
			continue;
		/* a target that never came leaves nothing that could be written later */
		s->output.is_unwritten |=
			s->targets.list[i]->n_instances || s->targets.list[i]->past->n_runs;
		if (result == 0) {
			result = r;
			first = e;
		} else {
			sg_warn("%s", e.message);
		}
	}
	if (s->opts->all)
		sg_notice("%" PRIu64 " recordings written%s%s", s->output.n_finished,
			  s->output.in_directory ? " to " : "",
			  s->output.in_directory ? s->opts->output : "");
	if (result < 0)
		*err = first;
	return result;
}

/* @r: what has failed before; that is reported first. */
static int remove_pins(struct sg_session *s, int r, struct sg_error *err)
{
	struct sg_error why = { 0 };
	int removed = sg_recorder_remove_pins(s->sources.recorder, s->pinned.live, &why);

	if (removed < 0 && r == 0)
		*err = why;
	else if (removed < 0)
		sg_warn("%s", why.message);
	return r < 0 ? r : removed;
}

int sg_session_finish(struct sg_session *s, int result, struct sg_error *err)
{
	struct sg_error late = { 0 };
	bool finished;
	int r = 0;

	sg_status_clear();
	if (s->targets.allocates)
		r = sg_session_follow(s, &late);
	sg_recorder_detach(s->sources.recorder);
	sg_missed_report(&s->schedule.missed, s->sources.recorder, s->opts->all,
			 true); /* since the last tick, too */
	finished = r == 0;
	if (r == 0)
		r = finish_all(s, &late);
	if (s->pinned.live && (r == 0 || (finished && !s->output.is_unwritten)))
		r = remove_pins(s, r, &late);
	else if (s->pinned.live)
		sg_warn("what was counted is still there: seccomp-gen stop %s tries again",
			s->pinned.live->name);
	sg_command_remove_cgroup(&s->command, &s->output.writer);
	if (result < 0 || r == 0)
		return result;
	*err = late;
	return r;
}
