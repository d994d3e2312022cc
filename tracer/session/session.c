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
#include "session/end/finish.h"
#include "session/follow/follow.h"
#include "session/output/save.h"
#include "session/output/writer.h"
#include "session/parts.h"
#include "session/pinned/persist.h"
#include "session/pinned/restore.h"
#include "session/start/appear.h"
#include "session/start/confine.h"
#include "session/start/start.h"
#include "store/sink.h"
#include "origin/selector.h"

static void session_done(struct sg_session *s)
{
	struct sg_error ignored = { 0 };
	unsigned int left;

	sg_spawn_abandon(&s->command.spawn);
	sg_targets_done(&s->targets);
	sg_recording_index_done(&s->output.index);
	sg_sources_done(&s->sources);
	sg_loop_free(s->schedule.loop);
	sg_closep(&s->signals.fd);
	if (s->output.made_directory && sg_writer_remove_directory(&s->output.writer, &ignored) < 0)
		sg_sink_remove(s->opts->output); /* it never began */
	sg_helper_stop(&s->output.writer);
	if (s->command.cgroup.dir)
		sg_cgroup_remove(&s->command.cgroup, &left, &ignored);
	sg_cgroup_done(&s->command.cgroup);
	sg_pinned_done(&s->pinned);
	for (size_t i = 0; i < s->resumed.n_selectors; i++)
		sg_selector_done(&s->resumed.selectors[i]);
	free(s->resumed.selectors);
	free(s->output.redirected);
}

int sg_session_run(const struct sg_session_options *opts, struct sg_error *err)
{
	_cleanup_(session_done) struct sg_session s = { .opts = opts,
							.targets = { .opts = opts },
							SG_SESSION_INIT_PARTS };
	int r;

	r = sg_recorder_check(err);
	if (r == 0)
		r = sg_signals_catch(&s.signals, err);
	if (r == 0)
		r = sg_session_start(&s, err);
	if (r == 0 && opts->command)
		r = sg_command_start(&s.command, opts, s.sources.recorder,
				     s.targets.list[0]->instances[0], err);
	if (r == 0)
		r = sg_session_confine(&s, err);
	if (r < 0)
		return r;
	r = sg_session_finish(&s, sg_session_loop(&s, err), err);
	if (r < 0)
		return r;
	return s.targets.some_failed ? 1 : s.command.exit_code;
}

/* The trail from where the last recorder had it: what came since is in the ledger. */
static int resume_audit(struct sg_session *s, struct sg_error *err)
{
	uint64_t serial = UINT64_MAX;
	int r;

	for (size_t i = 0; i < s->targets.n; i++) {
		if (s->targets.list[i]->audit_serial < serial)
			serial = s->targets.list[i]->audit_serial;
	}
	if (s->opts->no_audit)
		return 0;
	r = sg_sources_open_audit(&s->sources, sg_recorder_slots(s->sources.recorder), err);
	if (r < 0 || !s->sources.audit)
		return r;
	sg_audit_watch_begin_at(s->sources.audit, serial);
	return sg_audit_watch_sync(s->sources.audit, err);
}

static void report_resumed(const struct sg_session *s)
{
	sg_notice("continuing '%s': %zu target%s, %zu running; Ctrl-C ends it",
		  s->pinned.live->name, s->targets.n, s->targets.n == 1 ? "" : "s",
		  sg_targets_instances(&s->targets));
}

/* What somebody has removed from the kernel half was not counted, since when nobody knows. */
static int check_kernel_half(const struct sg_session *s, bool stop, struct sg_error *err)
{
	uint64_t missing = sg_recorder_links_missing(s->sources.recorder);
	const char *name = s->pinned.live->name;

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
	if (stop || sg_recorder_counts(s->sources.recorder))
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
	free(s->output.redirected);
	s->output.redirected = path;
	s->resumed.output = strcmp(output, "-") ? path : "-";
	s->output.in_directory = false;
	for (size_t i = 0; i < s->targets.n; i++) {
		free(s->targets.list[i]->where);
		s->targets.list[i]->where = NULL;
		s->targets.list[i]->file = (struct sg_file_id){ 0 };
	}
	r = sg_output_check(&s->output, s->opts, err);
	if (r < 0 || s->output.in_directory)
		return r;
	/* before anything ends: counting continues if it cannot be */
	r = sg_sink_open(s->resumed.output, 0, &sink, err);
	if (r == 0)
		sg_sink_done(&sink);
	return r;
}

int sg_session_resume(const char *name, bool stop, const char *output, uint64_t duration_ns,
		      struct sg_error *err)
{
	_cleanup_(session_done) struct sg_session s = { SG_SESSION_INIT_PARTS };
	int r;

	s.opts = s.targets.opts = &s.resumed;
	r = sg_recorder_check(err);
	if (r == 0)
		r = sg_signals_catch(&s.signals, err);
	if (r == 0)
		r = sg_live_open(name, &s.pinned.live, err);
	if (r == -EBUSY) /* the caller waits, and can be interrupted */
		sg_signals_release(&s.signals);
	s.pinned.is_pinned = s.targets.writes_soon = true;
	if (r == 0)
		r = sg_session_restore(&s, name, err);
	if (r == 0)
		r = check_kernel_half(&s, stop, err);
	if (r == 0)
		r = redirect(&s, output, err);
	if (r < 0)
		return r;
	s.targets.catches_up = true;
	if (s.targets.allocates) /* before the audit trail: they have its gap in their ledgers */
		r = sg_session_take_new(&s.targets, &s.sources, err);
	s.targets.catches_up = false;
	if (r == 0)
		r = resume_audit(&s, err);
	if (r == 0)
		r = sg_session_save_state(&s, err);
	if (r == 0)
		r = sg_session_confine(&s, err);
	if (r < 0)
		return r;
	if (stop)
		return sg_session_finish(&s, 0, err);
	if (duration_ns)
		s.resumed.duration_ns = sg_now_monotonic() - s.schedule.start + duration_ns;
	report_resumed(&s);
	return sg_session_finish(&s, sg_session_loop(&s, err), err);
}
