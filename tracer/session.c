/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit_watch.h"
#include "base/cleanup.h"
#include "facts.h"
#include "log.h"
#include "recorder.h"
#include "recording/recording.h"
#include "spawn.h"
#include "store.h"

#define SLOT		 1
#define TICK_MS		 100
#define LOOK_NS		 1000000000u /* totals, and a look at a process of the target */
#define CHECKPOINT_NS	 10000000000u
#define DRAIN_NS	 3000000000u
#define UNFILTERED_LOOKS 3
#define KILL_AFTER_NS	 10000000000u /* a command that does not end at its SIGTERM */

struct session {
	const struct sg_session_options *opts;
	struct sg_recorder *recorder;
	struct sg_audit_watch *audit; /* NULL: not asked for, or not to be had */
	struct sg_cgroup own_cgroup;  /* made for the command; removed at the end */
	const struct sg_cgroup *cgroup;
	struct sg_spawn spawn;
	int signal_fd;

	char id[37];
	struct sg_target seen; /* what a look at a process of the target told */
	uint64_t start_real, start, last_look, last_checkpoint, last_new, term_sent;
	struct sg_recorder_totals totals;
	bool checkpoint_failed, command_ended;
	bool watching_denials;
	unsigned int unfiltered_looks; /* in a row, with the application running */
	uint64_t filters_unwatched;    /* times that a filter was found while not watching */
	int exit_code;
};

static void session_done(struct session *s)
{
	struct sg_error ignored = { 0 };
	unsigned int left;

	sg_spawn_abandon(&s->spawn);
	sg_audit_watch_free(s->audit);
	sg_recorder_free(s->recorder);
	sg_closep(&s->signal_fd);
	sg_target_done(&s->seen);
	if (s->own_cgroup.dir)
		sg_cgroup_remove(&s->own_cgroup, &left, &ignored);
	sg_cgroup_done(&s->own_cgroup);
}

static char *dup_or_null(const char *s)
{
	return s ? strdup(s) : NULL;
}

static int fill_target(const struct session *s, struct sg_target *target, struct sg_error *err)
{
	const struct sg_session_options *opts = s->opts;

	target->kind = strdup(opts->kind);
	target->cgroup = strdup(s->cgroup->path);
	target->cgroup_id = s->cgroup->id;
	target->descendants = opts->descendants;
	target->user = dup_or_null(s->seen.user);
	target->no_new_privs = s->seen.no_new_privs;
	target->filtered = s->seen.filtered;
	if (!target->kind || !target->cgroup)
		return sg_error_oom(err);
	if (!opts->n_command)
		return 0;
	target->command = calloc(opts->n_command, sizeof(*target->command));
	if (!target->command)
		return sg_error_oom(err);
	for (size_t i = 0; i < opts->n_command; i++) {
		target->command[i] = strdup(opts->command[i]);
		if (!target->command[i])
			return sg_error_oom(err);
		target->n_command++;
	}
	return 0;
}

/* All that is known up to now, as a recording of one run. */
static int snapshot(struct session *s, bool complete, struct sg_recording **ret,
		    struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r;

	r = sg_run_new(s->id, &run, err);
	if (r < 0)
		return r;
	run->start = s->start_real;
	run->end = sg_now_real();
	if (run->end < run->start) /* the clock was set back under way */
		run->end = run->start + (sg_now_monotonic() - s->start);
	run->complete = complete;
	run->mechanism = strdup(sg_recorder_mechanism(s->recorder));
	run->tool = strdup("seccomp-gen " SG_VERSION);
	if (!run->mechanism || !run->tool)
		return sg_error_oom(err);
	r = sg_facts_host(&run->host, err);
	if (r < 0)
		return r;
	r = fill_target(s, &run->target, err);
	if (r < 0)
		return r;
	r = sg_recorder_collect(s->recorder, SLOT, run, err);
	if (r < 0)
		return r;
	r = s->audit ? sg_audit_watch_put(s->audit, SLOT, run, err) : 0;
	if (r < 0)
		return r;
	if (sg_recorder_saw_filter(s->recorder, SLOT))
		run->target.filtered = SG_YES;
	run->loss[SG_LOSS_DENIALS_UNWATCHED] += s->filters_unwatched;
	r = sg_recording_new(&rec, err);
	if (r < 0)
		return r;
	r = sg_recording_add(rec, run, err);
	if (r < 0)
		return r;
	TAKE_PTR(run);
	*ret = TAKE_PTR(rec);
	return 0;
}

/* A checkpoint that cannot be written must not end the recording, nor be silent, nor be said 100
 * times. */
static void checkpoint(struct session *s)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	struct sg_error err = { 0 };

	if (s->opts->output && !strcmp(s->opts->output, "-"))
		return;
	if (snapshot(s, false, &rec, &err) < 0 ||
	    sg_store_save(rec, s->opts->output, NULL, &err) < 0) {
		if (!s->checkpoint_failed)
			sg_warn("checkpoint: %s; recording goes on", err.message);
		s->checkpoint_failed = true;
		return;
	}
	s->checkpoint_failed = false;
}

static void show_status(const struct session *s, uint64_t now)
{
	uint64_t elapsed = (now - s->start) / 1000000000u,
		 quiet = (now - s->last_new) / 1000000000u;

	sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %" PRIu64
		  " calls, %u distinct, last new %" PRIu64 " s ago, %" PRIu64 " lost",
		  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, s->totals.calls,
		  s->totals.distinct, quiet, s->totals.lost);
}

/*
 * Watching denied calls takes a program on sys_exit, which costs every process of the host some
 * nanoseconds a call. So, unless told otherwise: on from the start while a filter may still come
 * (nothing runs yet) or is there; off once the application runs without one; on again when a filter
 * is met, and the ledger has the gap.
 */
static int start_watching(struct session *s, struct sg_error *err)
{
	bool wanted = s->opts->denials == SG_WATCH_ALWAYS ||
		      (s->opts->denials == SG_WATCH_AUTO &&
		       (s->opts->command || sg_facts_filtered(s->cgroup) != SG_NO));
	int r;

	if (!wanted)
		return 0;
	r = sg_recorder_watch_denials(s->recorder, SLOT, true, err);
	if (r == -ENOTSUP && s->opts->denials == SG_WATCH_AUTO)
		return 0; /* the recording's mechanism says so */
	s->watching_denials = r == 0;
	return r;
}

static int adjust_watching(struct session *s, struct sg_error *err)
{
	bool filter =
		sg_recorder_saw_filter(s->recorder, SLOT) || sg_facts_filtered(s->cgroup) == SG_YES;
	int r;

	if (s->opts->denials != SG_WATCH_AUTO)
		return 0;
	s->unfiltered_looks = filter || !s->totals.calls ? 0 : s->unfiltered_looks + 1;
	if (filter && !s->watching_denials) {
		r = sg_recorder_watch_denials(s->recorder, SLOT, true, err);
		if (r < 0)
			return r == -ENOTSUP ? 0 : r;
		s->watching_denials = true;
		s->filters_unwatched++;
	} else if (s->watching_denials && s->unfiltered_looks >= UNFILTERED_LOOKS) {
		s->watching_denials = false;
		return sg_recorder_watch_denials(s->recorder, SLOT, false, err);
	}
	return 0;
}

static int look(struct session *s, uint64_t now, struct sg_error *err)
{
	unsigned int before = s->totals.distinct;
	int r;

	r = sg_recorder_totals(s->recorder, SLOT, &s->totals, err);
	if (r < 0)
		return r;
	if (s->totals.distinct != before)
		s->last_new = now;
	sg_facts_process(s->cgroup, &s->seen);
	return adjust_watching(s, err);
}

static void forward(struct session *s, const struct signalfd_siginfo *info)
{
	/* the terminal sends its signals to the whole foreground group, the command among them */
	if (info->ssi_code == SI_KERNEL && info->ssi_signo != SIGHUP)
		return;
	kill(s->spawn.pid, (int)info->ssi_signo);
}

/* Returns whether the recording is to end. */
static bool take_signals(struct session *s)
{
	struct signalfd_siginfo info;
	bool end = false;
	int status;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (s->spawn.pid > 0)
			forward(s, &info);
		else if (info.ssi_signo == SIGINT || info.ssi_signo == SIGTERM ||
			 info.ssi_signo == SIGHUP)
			end = true;
	}
	if (s->spawn.pid > 0 && waitpid(s->spawn.pid, &status, WNOHANG) == s->spawn.pid) {
		s->exit_code = sg_spawn_exit_code(status);
		s->spawn.pid = -1;
		s->command_ended = true;
		end = true;
	}
	return end;
}

/* At the end of --duration a command is asked to end, and recorded until it has. */
static bool time_is_up(struct session *s, uint64_t now)
{
	if (!s->opts->duration_ns || now - s->start < s->opts->duration_ns)
		return false;
	if (s->spawn.pid <= 0)
		return true;
	if (!s->term_sent) {
		sg_notice("%s: the time is up; asking it to end (SIGTERM)", s->opts->command[0]);
		kill(s->spawn.pid, SIGTERM);
		s->term_sent = now;
	} else if (now - s->term_sent > KILL_AFTER_NS) {
		sg_warn("%s does not end; killing it", s->opts->command[0]);
		kill(s->spawn.pid, SIGKILL);
		s->term_sent = now;
	}
	return false;
}

static int watch(struct session *s, struct sg_error *err)
{
	struct pollfd fds[] = {
		{ .fd = s->signal_fd, .events = POLLIN },
		{ .fd = s->audit ? sg_audit_watch_fd(s->audit) : -1, .events = POLLIN },
	};
	bool drained = true;
	uint64_t now;
	int r;

	for (;;) {
		if (poll(fds, SG_ARRAY_SIZE(fds), drained ? TICK_MS : 0) < 0 && errno != EINTR)
			return sg_error_set(err, -errno, "wait: %s", strerror(errno));
		if (s->audit) {
			r = sg_audit_watch_read(s->audit, &drained, err);
			if (r < 0)
				return r;
		}
		now = sg_now_monotonic();
		if (take_signals(s) || time_is_up(s, now))
			return 0;
		if (!s->opts->command && !sg_cgroup_exists(s->cgroup)) {
			sg_notice("the cgroup is gone: the recording ends");
			return 0;
		}
		if (now - s->last_look >= LOOK_NS) {
			s->last_look = now;
			r = look(s, now, err);
			if (r < 0)
				return r;
		}
		if (sg_status_is_due())
			show_status(s, now);
		if (now - s->last_checkpoint >= CHECKPOINT_NS) {
			s->last_checkpoint = now;
			checkpoint(s);
		}
	}
}

/*
 * Write the recording where it was asked for; when that fails (a full disk), where it can be kept,
 * so that hours of watching are not lost to the last step. The command still fails.
 */
static int save(const struct session *s, const struct sg_recording *rec, char **ret_where,
		struct sg_error *err)
{
	static const char *const refuges[] = { "/dev/shm", "/tmp", NULL };
	struct sg_error first, ignored = { 0 };
	int r;

	r = sg_store_save(rec, s->opts->output, ret_where, err);
	if (r >= 0)
		return r;
	for (size_t i = 0; refuges[i]; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/seccomp-gen-%s.json", refuges[i], s->id) < 0)
			return r;
		if (sg_store_save(rec, path, NULL, &ignored) < 0)
			continue;
		first = *err;
		return sg_error_set(err, r, "%s; the recording is kept in %s", first.message, path);
	}
	return r;
}

static void summarise(const struct session *s, const struct sg_recording *rec, const char *where)
{
	const struct sg_run *run = rec->runs[0];
	const char *what = s->opts->output ? s->opts->output : "";
	uint64_t calls = 0;
	size_t distinct = 0;

	for (size_t i = 0; i < run->n_entries; i++) {
		calls += run->entries[i].count[SG_STAGE_APP];
		distinct += run->entries[i].count[SG_STAGE_APP] != 0;
	}
	sg_notice("%" PRIu64 " calls, %zu distinct, in %.1f s", calls, distinct,
		  (double)(run->end - run->start) / 1e9);
	if (s->audit && sg_audit_watch_foreign(s->audit))
		sg_notice("%" PRIu64 " audit records of other processes left out",
			  sg_audit_watch_foreign(s->audit));
	for (size_t i = 0; i < SG_LOSS_MAX_; i++) {
		if (run->loss[i])
			sg_warn("%s: %" PRIu64 " (%s)", sg_loss_kinds[i].name, run->loss[i],
				sg_loss_kinds[i].meaning);
	}
	if (!distinct)
		sg_warn("no call of the application was seen: was it running, and in that cgroup?");
	if (where)
		sg_notice("written to %s", where);
	if (distinct && where)
		sg_notice("next: seccomp-gen show %s | less; seccomp-gen emit %s > profile.json",
			  what, what);
}

static int track_child(uint64_t id, void *data, struct sg_error *err)
{
	struct session *s = data;

	return sg_recorder_track(s->recorder, id, SLOT, err);
}

static int add_process(uint32_t tgid, void *data, struct sg_error *err)
{
	struct session *s = data;

	return sg_recorder_add_process(s->recorder, tgid, SLOT, err);
}

/* The audit trail is evidence beside BPF's: where it cannot be had, recording goes on without it,
 * and says so. */
static int open_audit(struct session *s, struct sg_error *err)
{
	const char *doubt = NULL;
	int r;

	if (s->opts->no_audit)
		return 0;
	r = sg_audit_watch_new(s->recorder, 1, &s->audit, &doubt, err);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		sg_warn("%s; recording without the audit trail (--no-audit says so beforehand)",
			err->message);
		*err = (struct sg_error){ 0 };
	} else if (doubt) {
		sg_warn("audit: %s", doubt);
	}
	return 0;
}

/*
 * What is still in the socket when the target has ended belongs to the recording. Others can go on
 * filling it: there is an end to it, which the ledger then has as records whose process is not
 * known.
 */
static int drain_audit(struct session *s, struct sg_error *err)
{
	uint64_t until = sg_now_monotonic() + DRAIN_NS;
	bool drained = !s->audit;
	int r;

	while (!drained) {
		if (sg_now_monotonic() > until) {
			sg_audit_watch_give_up(s->audit);
			break;
		}
		r = sg_audit_watch_read(s->audit, &drained, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* In the order that recorder.h asks for: no call of the target is missed from the moment this
 * returns. */
static int attach(struct session *s, struct sg_error *err)
{
	const struct sg_session_options *opts = s->opts;
	struct sg_recorder_options recorder_opts = {
		.slots = 1,
		.v1_hierarchy = s->cgroup->v1_hierarchy,
		.v1_controller = s->cgroup->v1_controller,
	};
	int r;

	r = sg_recorder_new(&recorder_opts, &s->recorder, err);
	if (r < 0)
		return r;
	r = sg_recorder_track(s->recorder, s->cgroup->id, SLOT, err);
	if (r < 0)
		return r;
	sg_recorder_inherit(s->recorder, SLOT, opts->descendants);
	r = sg_recorder_attach_cgroups(s->recorder, err);
	if (r < 0)
		return r;
	if (opts->descendants) {
		r = sg_cgroup_walk(s->cgroup, track_child, s, err);
		if (r < 0)
			return r;
	}
	r = sg_recorder_attach_processes(s->recorder, err);
	if (r < 0)
		return r;
	r = sg_cgroup_processes(s->cgroup, opts->descendants, add_process, s, err);
	if (r < 0)
		return r;
	s->start_real = sg_now_real();
	s->start = s->last_look = s->last_checkpoint = s->last_new = sg_now_monotonic();
	r = open_audit(s, err);
	if (r < 0)
		return r;
	r = start_watching(s, err);
	if (r < 0)
		return r;
	return sg_recorder_attach_calls(s->recorder, err);
}

static int start_command(struct session *s, struct sg_error *err)
{
	int r;

	r = sg_spawn_prepare(s->opts->command, &s->spawn, err);
	if (r < 0)
		return r;
	r = sg_cgroup_move(s->cgroup, s->spawn.pid, err);
	if (r < 0)
		return r;
	return sg_spawn_release(&s->spawn, s->opts->command, err);
}

static int catch_signals(struct session *s, struct sg_error *err)
{
	static const int caught[] = { SIGINT,  SIGTERM, SIGHUP,	  SIGQUIT,
				      SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SG_ARRAY_SIZE(caught); i++)
		sigaddset(&set, caught[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signal_fd < 0)
		return sg_error_set(err, -errno, "signalfd: %s", strerror(errno));
	return 0;
}

static void remove_own_cgroup(struct session *s)
{
	struct sg_error err = { 0 };
	unsigned int left = 0;

	if (!s->own_cgroup.dir)
		return;
	if (sg_cgroup_remove(&s->own_cgroup, &left, &err) < 0)
		sg_warn("%s", err.message);
	else if (left)
		sg_warn("%u processes of the command go on running, unrecorded, in %s's parent",
			left, s->own_cgroup.path);
	sg_cgroup_done(&s->own_cgroup);
}

int sg_session_run(const struct sg_session_options *opts, struct sg_error *err)
{
	_cleanup_(session_done) struct session s = {
		.opts = opts, .cgroup = opts->cgroup, .spawn = SG_SPAWN_INIT, .signal_fd = -1
	};
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_free_ char *where = NULL;
	int r;

	r = sg_recorder_check(err);
	if (r < 0)
		return r;
	r = sg_random_uuid(s.id, err);
	if (r < 0)
		return r;
	r = catch_signals(&s, err);
	if (r < 0)
		return r;
	if (opts->command) {
		r = sg_cgroup_create(&s.own_cgroup, err);
		if (r < 0)
			return r;
		s.cgroup = &s.own_cgroup;
	}
	r = attach(&s, err);
	if (r < 0)
		return r;
	if (opts->command)
		r = start_command(&s, err);
	else
		sg_notice("recording cgroup %s (id %" PRIu64 "); Ctrl-C ends it", s.cgroup->path,
			  s.cgroup->id);
	if (r < 0)
		return r;

	r = watch(&s, err);
	sg_status_clear();
	sg_recorder_detach(s.recorder);
	if (r < 0)
		return r;
	r = drain_audit(&s, err);
	if (r < 0)
		return r;
	r = snapshot(&s, true, &rec, err);
	if (r < 0)
		return r;
	remove_own_cgroup(&s);
	r = save(&s, rec, &where, err);
	if (r < 0)
		return r;
	summarise(&s, rec, where);
	return s.exit_code;
}
