/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "cli/log.h"
#include "session/private.h"
#include "store/sink.h"
#include "workload/selector.h"

static void session_done(struct sg_session *s)
{
	struct sg_error ignored = { 0 };
	unsigned int left;

	sg_spawn_abandon(&s->spawn);
	sg_audit_watch_free(s->audit);
	for (size_t i = 0; i < s->n_targets; i++)
		sg_session_target_free(s->targets[i]);
	free(s->targets);
	for (size_t i = 0; i < s->n_appeared; i++)
		sg_appeared_done(&s->appeared[i]);
	free(s->appeared);
	sg_session_index_done(s);
	sg_inventory_free(s->inventory);
	sg_managers_free(s->managers);
	sg_recorder_free(s->recorder);
	sg_loop_free(s->loop);
	sg_closep(&s->signal_fd);
	if (s->made_directory && sg_writer_remove_directory(&s->writer, &ignored) < 0)
		sg_sink_remove(s->opts->output); /* it never began */
	sg_helper_stop(&s->writer);
	if (s->own_cgroup.dir)
		sg_cgroup_remove(&s->own_cgroup, &left, &ignored);
	sg_cgroup_done(&s->own_cgroup);
	if (s->live && !s->is_pinned && !s->notes)
		sg_live_remove(s->live, &ignored); /* it never began */
	sg_live_free(s->live);
	for (size_t i = 0; i < s->resumed.n_selectors; i++)
		sg_selector_done(&s->resumed.selectors[i]);
	free(s->resumed.selectors);
	sg_pinned_state_free(s->notes);
	free(s->here);
	free(s->redirected);
	free(s->store);
}

static int report_absent(const struct sg_session *s, const struct sg_session_target *t,
			 struct sg_error *err)
{
	_cleanup_free_ char *what = NULL;
	int r = sg_session_target_describe(s, t, &what, err);

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
	r = sg_session_target_snapshot(s, t, true, &rec, err);
	if (r < 0)
		return r;
	if (s->opts->all && t->n_instances && rec->runs[0]->n_entries == 0)
		return 0;
	if (rec->n_runs == 0)
		return report_absent(s, t, err);
	for (size_t i = 0; i < t->n_instances; i++)
		sg_instance_warn(t->instances[i], rec->runs[0]);
	r = sg_session_save_last(s, t, rec, err);
	s->n_finished += s->opts->all && r == 0;
	if (r == 0 && !s->opts->all)
		sg_session_summarise(s, t, rec);
	return r;
}

static int finish_all(struct sg_session *s, struct sg_error *err)
{
	struct sg_error first = { 0 };
	int result = 0;

	/* once for all: of hundreds of targets each would wait for its own mark */
	if (s->audit)
		s->audit_is_read = sg_audit_watch_sync(s->audit, &first) == 0;
	for (size_t i = 0; i < s->n_targets; i++) {
		struct sg_error e = { 0 };
		int r = finish(s, s->targets[i], &e);

		if (r >= 0)
			continue;
		/* a target that never came leaves nothing that could be written later */
		s->is_unwritten |= s->targets[i]->n_instances || s->targets[i]->past->n_runs;
		if (result == 0) {
			result = r;
			first = e;
		} else {
			sg_warn("%s", e.message);
		}
	}
	if (s->opts->all)
		sg_notice("%" PRIu64 " recordings written%s%s", s->n_finished,
			  s->in_directory ? " to " : "", s->in_directory ? s->opts->output : "");
	if (result < 0)
		*err = first;
	return result;
}

/* @r: what has failed before; that is told first. */
static int remove_pins(struct sg_session *s, int r, struct sg_error *err)
{
	struct sg_error why = { 0 };
	int removed = sg_recorder_remove_pins(s->recorder, s->live, &why);

	if (removed < 0 && r == 0)
		*err = why;
	else if (removed < 0)
		sg_warn("%s", why.message);
	return r < 0 ? r : removed;
}

/* Whatever ended it, what was counted is written. */
static int finish_session(struct sg_session *s, int result, struct sg_error *err)
{
	struct sg_error late = { 0 };
	bool finished;
	int r = 0;

	sg_status_clear();
	if (s->allocates)
		r = sg_session_follow(s, &late);
	sg_recorder_detach(s->recorder);
	sg_session_report_missed(s, true); /* since the last tick, too */
	finished = r == 0;
	if (r == 0)
		r = finish_all(s, &late);
	if (s->live && (r == 0 || (finished && !s->is_unwritten)))
		r = remove_pins(s, r, &late);
	else if (s->live)
		sg_warn("what was counted is still there: seccomp-gen stop %s tries again",
			s->live->name);
	sg_session_remove_cgroup(s);
	if (result < 0 || r == 0)
		return result;
	*err = late;
	return r;
}

int sg_session_run(const struct sg_session_options *opts, struct sg_error *err)
{
	_cleanup_(session_done) struct sg_session s = {
		.opts = opts, .spawn = SG_SPAWN_INIT, .writer = SG_HELPER_INIT, .signal_fd = -1
	};
	int r;

	r = sg_recorder_check(err);
	if (r == 0)
		r = sg_session_catch_signals(&s, err);
	if (r == 0)
		r = sg_session_start(&s, err);
	if (r == 0 && opts->command)
		r = sg_session_start_command(&s, err);
	if (r == 0)
		r = sg_session_confine(&s, err);
	if (r < 0)
		return r;
	r = finish_session(&s, sg_session_loop(&s, err), err);
	return r < 0 ? r : s.exit_code;
}

/* The trail from where the last recorder had it: what came since is in the ledger. */
static int resume_audit(struct sg_session *s, struct sg_error *err)
{
	uint64_t serial = UINT64_MAX;
	int r;

	for (size_t i = 0; i < s->n_targets; i++) {
		if (s->targets[i]->audit_serial < serial)
			serial = s->targets[i]->audit_serial;
	}
	r = sg_session_open_audit(s, sg_recorder_slots(s->recorder), err);
	if (r < 0 || !s->audit)
		return r;
	sg_audit_watch_begin_at(s->audit, serial);
	return sg_audit_watch_sync(s->audit, err);
}

static void report_resumed(const struct sg_session *s)
{
	size_t instances = 0;

	for (size_t i = 0; i < s->n_targets; i++)
		instances += s->targets[i]->n_instances;
	sg_notice("going on with '%s': %zu target%s, %zu running; Ctrl-C ends it", s->live->name,
		  s->n_targets, s->n_targets == 1 ? "" : "s", instances);
}

/* What somebody has removed from the kernel half was not counted, since when nobody knows. */
static int check_kernel_half(const struct sg_session *s, bool stop, struct sg_error *err)
{
	uint64_t missing = sg_recorder_links_missing(s->recorder);
	const char *name = s->live->name;

	if (missing && !stop)
		return sg_error_set(
			err, -ESHUTDOWN,
			"recording '%s': %" PRIu64 " links of its kernel half are gone, "
			"and with them what they had to see: seccomp-gen stop %s writes "
			"what was counted, with this loss",
			name, missing, name);
	if (missing)
		sg_warn("recording '%s': %" PRIu64
			" links of its kernel half are gone: what they had "
			"to see is missing",
			name, missing);
	if (stop || sg_recorder_counts(s->recorder))
		return 0;
	return sg_error_set(
		err, -ESHUTDOWN,
		"recording '%s' has ended, and was not written: seccomp-gen stop %s does", name,
		name);
}

/* Elsewhere than was asked for at first; what is there stays. */
static int redirect(struct sg_session *s, const char *output, struct sg_error *err)
{
	struct sg_sink sink;
	char *path = NULL;
	int r;

	if (!output)
		return 0;
	r = sg_place_absolute(output, &path, err);
	if (r < 0)
		return r;
	free(s->redirected);
	s->redirected = path;
	s->resumed.output = strcmp(output, "-") ? path : "-";
	s->in_directory = false;
	for (size_t i = 0; i < s->n_targets; i++) {
		free(s->targets[i]->where);
		s->targets[i]->where = NULL;
		s->targets[i]->file = (struct sg_file_id){ 0 };
	}
	r = sg_session_check_output(s, err);
	if (r < 0 || s->in_directory)
		return r;
	/* before anything ends: counting goes on if it cannot be */
	r = sg_sink_open(s->resumed.output, 0, &sink, err);
	if (r == 0)
		sg_sink_done(&sink);
	return r;
}

int sg_session_resume(const char *name, bool stop, const char *output, uint64_t duration_ns,
		      struct sg_error *err)
{
	_cleanup_(session_done) struct sg_session s = { .spawn = SG_SPAWN_INIT,
							.writer = SG_HELPER_INIT,
							.signal_fd = -1 };
	int r;

	s.opts = &s.resumed;
	r = sg_recorder_check(err);
	if (r == 0)
		r = sg_session_catch_signals(&s, err);
	if (r == 0)
		r = sg_live_open(name, &s.live, err);
	if (r == -EBUSY) /* the caller waits, and can be interrupted */
		sg_session_release_signals(&s);
	s.is_pinned = true;
	if (r == 0)
		r = sg_session_restore(&s, name, err);
	if (r == 0)
		r = check_kernel_half(&s, stop, err);
	if (r == 0)
		r = redirect(&s, output, err);
	if (r < 0)
		return r;
	s.catches_up = true;
	if (s.allocates) /* before the audit trail: they have its gap in their ledgers */
		r = sg_session_take_new(&s, err);
	s.catches_up = false;
	if (r == 0)
		r = resume_audit(&s, err);
	if (r == 0)
		r = sg_session_save_state(&s, err);
	if (r == 0)
		r = sg_session_confine(&s, err);
	if (r < 0)
		return r;
	if (stop)
		return finish_session(&s, 0, err);
	if (duration_ns)
		s.resumed.duration_ns = sg_now_monotonic() - s.start + duration_ns;
	report_resumed(&s);
	return finish_session(&s, sg_session_loop(&s, err), err);
}
