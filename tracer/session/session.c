/* SPDX-License-Identifier: Apache-2.0 */
#include "session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "confine.h"
#include "facts.h"
#include "log.h"
#include "session/notes.h"
#include "session/private.h"
#include "target/selector.h"

#define NS_PER_S       1000000000u
#define TICK_NS	       100000000u
#define LOOK_NS	       NS_PER_S /* totals, and a look at a process of the target */
#define LOOKS_AT_ONCE  64
#define RECLAIM_NS     NS_PER_S
#define SLOTS_FOR_NAME 16 /* of targets that are there: a pod has a few containers */

/* What slots may take of kernel memory unless it is said how many there are to be. */
#define ALL_BYTES  (128u << 20)
#define WAIT_BYTES (24u << 20)
#define ALL_MAX	   1024
#define WAIT_MAX   256
#define SLOTS_MIN  64

static void session_done(struct sg_session *s)
{
	struct sg_error ignored = { 0 };
	unsigned int left;

	sg_spawn_abandon(&s->spawn);
	sg_audit_watch_free(s->audit);
	for (size_t i = 0; i < s->n_watches; i++)
		sg_watch_free(s->watches[i]);
	free(s->watches);
	for (size_t i = 0; i < s->n_appeared; i++)
		sg_appeared_done(&s->appeared[i]);
	free(s->appeared);
	sg_session_forget_known(s);
	sg_inventory_free(s->inventory);
	sg_managers_free(s->managers);
	sg_recorder_free(s->recorder);
	sg_loop_free(s->loop);
	sg_closep(&s->signal_fd);
	if (s->made_directory)
		rmdir(s->opts->output);
	if (s->own_cgroup.dir)
		sg_cgroup_remove(&s->own_cgroup, &left, &ignored);
	sg_cgroup_done(&s->own_cgroup);
	if (s->live && !s->is_kept && !s->notes)
		sg_live_remove(s->live, &ignored); /* it never began */
	sg_live_free(s->live);
	for (size_t i = 0; i < s->resumed.n_selectors; i++)
		sg_selector_done(&s->resumed.selectors[i]);
	free(s->resumed.selectors);
	sg_json_doc_free(s->notes);
}

/* --- what the loop does */

static void show_status(const struct sg_session *s, uint64_t now)
{
	uint64_t elapsed = (now - s->start) / NS_PER_S, quiet = elapsed, calls = 0, lost = 0;
	unsigned int distinct = 0;
	size_t lives = 0;

	if (!sg_status_is_due())
		return;
	for (size_t i = 0; i < s->n_watches; i++) {
		for (size_t k = 0; k < s->watches[i]->n_lives; k++) {
			const struct sg_life *life = s->watches[i]->lives[k];

			lives++;
			calls += life->totals.calls;
			if (life->totals.distinct > distinct)
				distinct = life->totals.distinct;
			if ((now - life->last_new) / NS_PER_S < quiet)
				quiet = (now - life->last_new) / NS_PER_S;
			lost = life->totals.lost;
		}
	}
	if (lives == 0)
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  waiting", elapsed / 3600,
			  elapsed / 60 % 60, elapsed % 60);
	else if (lives == 1)
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %" PRIu64
			  " calls, %u distinct, last new %" PRIu64 " s ago, %" PRIu64 " lost",
			  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, calls, distinct, quiet,
			  lost);
	else
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %zu targets, %" PRIu64
			  " calls, at most %u distinct, last new %" PRIu64 " s ago, %" PRIu64
			  " lost",
			  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, lives, calls, distinct,
			  quiet, lost);
}

/* Cgroups that were missed: the ledger has them; a person is to know at once. */
static void tell_missed(struct sg_session *s)
{
	uint64_t missed = sg_recorder_cgroups_missed(s->recorder);

	if (missed == s->missed_told)
		return;
	sg_warn("%" PRIu64 " cgroups appeared while no slot was free, and %s (--slots gives more)",
		missed - s->missed_told,
		s->opts->all ? "have no recording" : "one may have been the target");
	s->missed_told = missed;
}

static int end_lives(struct sg_session *s, struct sg_error *err)
{
	for (size_t i = 0; i < s->n_watches; i++) {
		struct sg_watch *w = s->watches[i];

		for (size_t k = w->n_lives; k-- > 0;) {
			int r;

			if (s->opts->command || !sg_life_is_over(s, w->lives[k]))
				continue;
			r = sg_watch_end_life(s, w, k, err);
			if (r < 0 && (!s->opts->all || r == -ENOMEM))
				return r;
			if (r < 0) { /* of many: the others go on */
				sg_warn("%s", err->message);
				*err = (struct sg_error){ 0 };
				s->exit_code = 1;
			}
		}
		if (s->opts->all && w->n_lives == 0) {
			sg_watch_free(w);
			s->watches[i--] = s->watches[--s->n_watches];
		}
	}
	return 0;
}

static bool is_over(const struct sg_session *s)
{
	if (s->opts->all || s->opts->command)
		return false;
	for (size_t i = 0; i < s->n_watches; i++) {
		if (!sg_watch_is_over(s, s->watches[i]))
			return false;
	}
	return true;
}

/* What appears is taken before what ends is ended: a cgroup can do both between two looks. */
static int follow(struct sg_session *s, struct sg_error *err)
{
	int r = 0;

	if (s->allots)
		r = sg_session_take_new(s, err);
	if (r == 0)
		r = end_lives(s, err);
	return r < 0 ? r : 0;
}

static int on_doorbell(void *session, struct sg_error *err)
{
	return follow(session, err);
}

static int on_audit(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	bool drained;
	int r = sg_audit_watch_read(s->audit, &drained, err);

	if (r == 0 && !drained)
		sg_loop_hurry(s->loop);
	return r;
}

static int on_tick(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	uint64_t now = sg_now_monotonic();
	int r;

	if (s->audit) { /* overruns of its buffer are told without input */
		r = on_audit(s, err);
		if (r < 0)
			return r;
	}
	r = follow(s, err);
	if (r < 0)
		return r;
	if (sg_session_time_is_up(s, now))
		return 1;
	if (is_over(s)) {
		if (!s->opts->once)
			sg_notice("the cgroup is gone: the recording ends");
		return 1;
	}
	tell_missed(s);
	show_status(s, now);
	sg_session_checkpoint(s);
	r = sg_session_note(s, err);
	if (r < 0)
		return r;
	if (now - s->last_reclaim < RECLAIM_NS)
		return 0;
	s->last_reclaim = now;
	return sg_recorder_reclaim(s->recorder, err);
}

/* A look at each; of very many a part, the others next time. */
static int on_look(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	size_t lives = 0, nth = 0, from;
	int r = 0;

	memcpy(s->losses_before, s->losses, sizeof(s->losses));
	memset(s->losses, 0, sizeof(s->losses));
	sg_session_losses(s, s->losses);
	for (size_t i = 0; i < s->n_watches; i++)
		lives += s->watches[i]->n_lives;
	from = lives > LOOKS_AT_ONCE ? s->next_look % lives : 0;
	for (size_t i = 0; i < s->n_watches; i++) {
		for (size_t k = 0; r == 0 && k < s->watches[i]->n_lives; k++, nth++) {
			if ((nth + lives - from) % lives < LOOKS_AT_ONCE)
				r = sg_life_look(s, s->watches[i]->lives[k], err);
		}
	}
	s->next_look = from + LOOKS_AT_ONCE;
	return r;
}

/* --- from start to end */

/* The audit trail is evidence beside BPF's: where it cannot be had, recording goes on without it,
 * and says so. */
static int open_audit(struct sg_session *s, uint32_t slots, struct sg_error *err)
{
	const char *doubt = NULL;
	int r;

	if (s->opts->no_audit)
		return 0;
	r = sg_audit_watch_new(s->recorder, slots, &s->audit, &doubt, err);
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

static uint32_t choose_slots(const struct sg_session *s)
{
	const struct sg_session_options *opts = s->opts;
	size_t budget = opts->all ? ALL_BYTES : WAIT_BYTES, max = opts->all ? ALL_MAX : WAIT_MAX;
	size_t n = opts->n_selectors + 1;

	if (opts->slots)
		return opts->slots;
	for (size_t i = 0; i < opts->n_selectors; i++)
		n += opts->selectors[i].kind == SG_SELECT_POD ? SLOTS_FOR_NAME : 0;
	if (s->allots) {
		size_t spare = budget / sg_recorder_slot_size();

		n += spare < SLOTS_MIN ? SLOTS_MIN : spare > max ? max : spare;
	}
	return n < sg_recorder_slots_max() ? (uint32_t)n : sg_recorder_slots_max();
}

/* A cgroup that is resolved before there is a recorder: by path, id or process. */
struct resolved {
	struct sg_cgroup *cgroups; /* one a selector; dir NULL: it has none yet */
	size_t n;
};

static void resolved_done(struct resolved *r)
{
	for (size_t i = 0; r->cgroups && i < r->n; i++)
		sg_cgroup_done(&r->cgroups[i]);
	free(r->cgroups);
}

static int resolve_one(const struct sg_session *s, struct sg_selector *sel, struct sg_cgroup *ret,
		       struct sg_error *err)
{
	struct sg_error no_path = { 0 };
	int r;

	if (sel->kind == SG_SELECT_PID)
		return sg_cgroup_of_pid((pid_t)strtol(sel->text, NULL, 10), ret, err);
	if (sel->kind != SG_SELECT_CGROUP)
		return 0;
	r = sg_cgroup_resolve(sel->text, ret, err);
	if (r != -ENOENT || s->opts->wait != SG_WHEN_ALWAYS)
		return r;
	if (sg_cgroup_future_path(sel->text, &sel->path, &no_path) < 0) {
		*err = no_path;
		return no_path.code;
	}
	*err = (struct sg_error){ 0 };
	return 0;
}

static int resolve(const struct sg_session *s, struct resolved *ret, struct sg_error *err)
{
	ret->n = s->opts->n_selectors;
	ret->cgroups = calloc(ret->n + 1, sizeof(*ret->cgroups));
	if (!ret->cgroups)
		return sg_error_oom(err);
	for (size_t i = 0; i < ret->n; i++) {
		int r = resolve_one(s, &s->opts->selectors[i], &ret->cgroups[i], err);

		if (r < 0)
			return r;
		if (ret->n > 1 && ret->cgroups[i].v1_hierarchy)
			return sg_error_set(
				err, -ENOTSUP,
				"process %s is in a cgroup v1 hierarchy only: it can be "
				"recorded alone, not beside other targets",
				s->opts->selectors[i].text);
	}
	return 0;
}

static bool follows(const struct sg_session *s, const struct sg_selector *sel)
{
	if (sel->kind == SG_SELECT_PID)
		return false;
	return sel->kind != SG_SELECT_CGROUP || s->opts->wait == SG_WHEN_ALWAYS;
}

static int start_recorder(struct sg_session *s, const struct resolved *resolved,
			  struct sg_error *err)
{
	struct sg_recorder_options opts = { .allot = s->allots, .args = s->opts->args };
	int r;

	if (resolved->n) {
		opts.v1_hierarchy = resolved->cgroups[0].v1_hierarchy;
		opts.v1_controller = resolved->cgroups[0].v1_controller;
	}
	opts.slots = choose_slots(s);
	r = sg_recorder_new(&opts, &s->recorder, err);
	if (r == 0)
		r = open_audit(s, opts.slots, err);
	if (r == 0 && s->allots && s->opts->denials != SG_WHEN_NEVER) {
		r = sg_recorder_watch_denials_of_new(s->recorder, true, err);
		s->watches_new = r == 0;
		if (r == -ENOTSUP && s->opts->denials == SG_WHEN_AUTO)
			r = 0; /* the recordings' mechanism says so */
	}
	if (r == 0)
		r = sg_recorder_attach(s->recorder, err);
	if (r == 0 && s->opts->all)
		sg_notice("recording each cgroup that appears, %u at a time; Ctrl-C ends it",
			  opts.slots);
	return r;
}

static int add_watches(struct sg_session *s, struct resolved *resolved, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < resolved->n; i++) {
		struct sg_selector *sel = &s->opts->selectors[i];
		struct sg_workload *workload = NULL;
		struct sg_watch *w;

		r = sg_watch_add(s, sel, sg_selector_kind_name(sel->kind), &w, err);
		if (r < 0)
			return r;
		w->follows = follows(s, sel);
		if (!resolved->cgroups[i].dir)
			continue;
		r = sg_workload_new(&resolved->cgroups[i], &workload, err);
		if (r == 0)
			r = sg_selector_pin(sel, NULL, &resolved->cgroups[i], err);
		if (r == 0)
			r = sg_session_begin(s, w, &resolved->cgroups[i], workload, err);
		else
			sg_workload_free(workload);
	}
	return r < 0 ? r : sg_session_find_targets(s, err);
}

static int start(struct sg_session *s, struct sg_error *err)
{
	_cleanup_(resolved_done) struct resolved resolved = { 0 };
	int r;

	r = resolve(s, &resolved, err);
	if (r == 0)
		r = sg_session_check_output(s, err);
	if (r < 0)
		return r;
	s->allots = s->opts->all;
	for (size_t i = 0; i < resolved.n; i++)
		s->allots |= follows(s, &s->opts->selectors[i]);
	if (s->opts->name)
		r = sg_live_create(s->opts->name,
				   SG_NOTES_BYTES + SG_NOTES_BYTES_A_SLOT * choose_slots(s),
				   &s->live, err);
	if (r == 0)
		r = sg_managers_new(&s->managers, err);
	if (r == 0)
		r = start_recorder(s, &resolved, err);
	if (r == 0 && s->opts->command)
		r = sg_session_make_cgroup(s, err);
	if (r == 0)
		r = add_watches(s, &resolved, err);
	s->start = s->last_reclaim = sg_now_monotonic();
	s->start_real = sg_now_real();
	if (r == 0 && s->live)
		r = sg_session_keep(s, err);
	return r;
}

static int run_loop(struct sg_session *s, struct sg_error *err)
{
	int r;

	r = sg_loop_new(&s->loop, err);
	if (r == 0)
		r = sg_loop_add_fd(s->loop, s->signal_fd, sg_session_take_signals, s, err);
	if (r == 0 && s->allots)
		r = sg_loop_add_fd(s->loop, sg_recorder_doorbell_fd(s->recorder), on_doorbell, s,
				   err);
	if (r == 0 && s->audit)
		r = sg_loop_add_fd(s->loop, sg_audit_watch_fd(s->audit), on_audit, s, err);
	if (r == 0)
		r = sg_loop_add_timer(s->loop, TICK_NS, on_tick, s, err);
	if (r == 0)
		r = sg_loop_add_timer(s->loop, LOOK_NS, on_look, s, err);
	return r < 0 ? r : sg_loop_run(s->loop, err);
}

/* The last state of one recording. A target that nobody saw is an error. */
static int finish(struct sg_session *s, struct sg_watch *w, struct sg_error *err)
{
	_cleanup_(sg_recording_freep) struct sg_recording *rec = NULL;
	_cleanup_free_ char *what = NULL;
	int r;

	r = sg_watch_snapshot(s, w, true, &rec, err);
	if (r < 0)
		return r;
	if (s->opts->all && w->n_lives && rec->runs[0]->n_entries == 0)
		return 0;
	if (rec->n_runs == 0) {
		r = sg_watch_describe(s, w, &what, err);
		return r < 0 ? r
			     : sg_error_set(
				       err, -ENOENT,
				       "%s was not there at any time: nothing is recorded of it",
				       what);
	}
	for (size_t i = 0; i < w->n_lives; i++)
		sg_life_warn(w->lives[i], rec->runs[0]);
	r = sg_session_save_last(s, w, rec, err);
	s->n_finished += s->opts->all && r == 0;
	if (r == 0 && !s->opts->all)
		sg_session_summarise(s, w, rec);
	return r;
}

static int finish_all(struct sg_session *s, struct sg_error *err)
{
	struct sg_error first = { 0 };
	int result = 0;

	/* once for all: of hundreds of targets each would wait for its own mark */
	if (s->audit)
		s->audit_is_final = sg_audit_watch_sync(s->audit, &first) == 0;
	for (size_t i = 0; i < s->n_watches; i++) {
		struct sg_error e = { 0 };
		int r = finish(s, s->watches[i], &e);

		if (r >= 0)
			continue;
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

/* Whatever ended it, what was counted is written. */
static int finish_session(struct sg_session *s, int result, struct sg_error *err)
{
	struct sg_error late = { 0 };
	int r = 0;

	sg_status_clear();
	if (s->allots)
		r = follow(s, &late);
	sg_recorder_detach(s->recorder);
	tell_missed(s); /* since the last tick, too */
	if (r == 0)
		r = finish_all(s, &late);
	if (s->live && r == 0)
		r = sg_live_remove(s->live, &late);
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
	_cleanup_(session_done) struct sg_session s = { .opts = opts,
							.spawn = SG_SPAWN_INIT,
							.signal_fd = -1 };
	int r;

	r = sg_recorder_check(err);
	if (r == 0)
		r = sg_session_catch_signals(&s, err);
	if (r == 0)
		r = start(&s, err);
	if (r == 0 && opts->command)
		r = sg_session_start_command(&s, err);
	if (r == 0)
		r = sg_confine(err);
	if (r < 0)
		return r;
	r = finish_session(&s, run_loop(&s, err), err);
	return r < 0 ? r : s.exit_code;
}

/* The trail from where the last recorder had it: what came since is in the ledger. */
static int resume_audit(struct sg_session *s, struct sg_error *err)
{
	uint64_t serial = UINT64_MAX;
	int r;

	for (size_t i = 0; i < s->n_watches; i++) {
		if (s->watches[i]->audit_serial < serial)
			serial = s->watches[i]->audit_serial;
	}
	r = open_audit(s, sg_recorder_slots(s->recorder), err);
	if (r < 0 || !s->audit)
		return r;
	sg_audit_watch_begin_at(s->audit, serial);
	return sg_audit_watch_sync(s->audit, err);
}

static void tell_resumed(const struct sg_session *s)
{
	size_t lives = 0;

	for (size_t i = 0; i < s->n_watches; i++)
		lives += s->watches[i]->n_lives;
	sg_notice("going on with '%s': %zu target%s, %zu running; Ctrl-C ends it", s->live->name,
		  s->n_watches, s->n_watches == 1 ? "" : "s", lives);
}

int sg_session_resume(const char *name, bool stop, uint64_t duration_ns, struct sg_error *err)
{
	_cleanup_(session_done) struct sg_session s = { .spawn = SG_SPAWN_INIT, .signal_fd = -1 };
	int r;

	s.opts = &s.resumed;
	r = sg_recorder_check(err);
	if (r == 0)
		r = sg_session_catch_signals(&s, err);
	if (r == 0)
		r = sg_live_open(name, &s.live, err);
	s.is_kept = true;
	if (r == 0)
		r = sg_session_restore(&s, name, err);
	if (r < 0)
		return r;
	if (!stop && !sg_recorder_counts(s.recorder))
		return sg_error_set(err, -ESHUTDOWN,
				    "recording '%s' has ended, and was not written: seccomp-gen "
				    "stop %s does",
				    name, name);
	if (s.allots) /* before the audit trail: they have its gap in their ledgers */
		r = sg_session_take_new(&s, err);
	if (r == 0)
		r = resume_audit(&s, err);
	if (r == 0)
		r = sg_session_note(&s, err);
	if (r == 0)
		r = sg_confine(err);
	if (r < 0)
		return r;
	if (stop)
		return finish_session(&s, 0, err);
	if (duration_ns)
		s.resumed.duration_ns = sg_now_monotonic() - s.start + duration_ns;
	tell_resumed(&s);
	return finish_session(&s, run_loop(&s, err), err);
}
