/* SPDX-License-Identifier: Apache-2.0 */
#include "session/start/start.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/clock.h"
#include "base/cleanup.h"
#include "cli/log.h"
#include "session/output/save.h"
#include "session/pinned/persist.h"
#include "session/start/begin.h"
#include "origin/selector.h"

#define SLOTS_FOR_NAME 16 /* of targets that are there: a pod has a few containers */

/* What slots may take of kernel memory unless it is said how many there are to be. */
#define ALL_BYTES  (128u << 20)
#define WAIT_BYTES (24u << 20)
#define ALL_MAX	   1024
#define WAIT_MAX   256
#define SLOTS_MIN  64

/* For targets that are there already. */
static uint32_t slots_of_targets(const struct sg_session_options *opts)
{
	size_t n = opts->n_selectors + 1;

	for (size_t i = 0; i < opts->n_selectors; i++)
		n += opts->selectors[i].kind == SG_SELECT_POD ? SLOTS_FOR_NAME : 0;
	return n < sg_recorder_slots_max() ? (uint32_t)n : sg_recorder_slots_max();
}

static uint32_t choose_slots(const struct sg_session_options *opts, bool allocates)
{
	size_t budget = opts->all ? ALL_BYTES : WAIT_BYTES, max = opts->all ? ALL_MAX : WAIT_MAX;
	size_t n = slots_of_targets(opts);

	if (opts->slots)
		return opts->slots;
	if (allocates) {
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

static int resolve_one(const struct sg_session_options *opts, struct sg_selector *sel,
		       struct sg_cgroup *ret, struct sg_error *err)
{
	struct sg_error no_path = { 0 };
	int r;

	if (sel->kind == SG_SELECT_PID)
		return sg_cgroup_of_pid((pid_t)strtol(sel->text, NULL, 10), ret, err);
	if (sel->kind != SG_SELECT_CGROUP)
		return 0;
	r = sg_cgroup_resolve(sel->text, ret, err);
	if (r != -ENOENT || opts->wait != SG_WHEN_ALWAYS)
		return r;
	if (sg_cgroup_future_path(sel->text, &sel->path, &no_path) < 0) {
		*err = no_path;
		return no_path.code;
	}
	*err = (struct sg_error){ 0 };
	return 0;
}

static int resolve(const struct sg_session_options *opts, struct resolved *ret,
		   struct sg_error *err)
{
	ret->n = opts->n_selectors;
	ret->cgroups = calloc(ret->n + 1, sizeof(*ret->cgroups));
	if (!ret->cgroups)
		return sg_error_oom(err);
	for (size_t i = 0; i < ret->n; i++) {
		int r = resolve_one(opts, &opts->selectors[i], &ret->cgroups[i], err);

		if (r < 0)
			return r;
		if (ret->n > 1 && ret->cgroups[i].v1_hierarchy)
			return sg_error_set(
				err, -ENOTSUP,
				"process %s is in a cgroup v1 hierarchy only: it can be "
				"recorded alone, not together with other targets",
				opts->selectors[i].text);
	}
	return 0;
}

static bool follows(const struct sg_session_options *opts, const struct sg_selector *sel)
{
	if (sel->kind == SG_SELECT_PID)
		return false;
	return sel->kind != SG_SELECT_CGROUP || opts->wait == SG_WHEN_ALWAYS;
}

static int start_recorder(struct sg_session *s, const struct resolved *resolved,
			  struct sg_error *err)
{
	struct sg_recorder_options opts = { .allocate = s->targets.allocates,
					    .args = s->opts->args };
	int r;

	if (resolved->n) {
		opts.v1_hierarchy = resolved->cgroups[0].v1_hierarchy;
		opts.v1_controller = resolved->cgroups[0].v1_controller;
	}
	opts.slots = choose_slots(s->opts, s->targets.allocates);
	opts.reserve = s->opts->all ? 0 : slots_of_targets(s->opts);
	r = sg_recorder_new(&opts, &s->sources.recorder, err);
	if (r == 0 && !s->opts->no_audit)
		r = sg_sources_open_audit(&s->sources, opts.slots, err);
	if (r == 0 && s->targets.allocates && s->opts->denials != SG_WHEN_NEVER) {
		r = sg_recorder_watch_denials_of_new(s->sources.recorder, true, err);
		s->sources.denials_of_new = r == 0;
		if (r == -ENOTSUP && s->opts->denials == SG_WHEN_AUTO)
			r = 0; /* the recordings' mechanism says so */
	}
	if (r == 0)
		r = sg_recorder_attach(s->sources.recorder, err);
	if (r == 0 && s->opts->all)
		sg_notice("recording each cgroup that appears, %u at a time; Ctrl-C ends it",
			  opts.slots);
	return r;
}

static int add_targets(struct sg_session *s, struct resolved *resolved, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < resolved->n; i++) {
		struct sg_selector *sel = &s->opts->selectors[i];
		struct sg_workload *workload = NULL;
		struct sg_session_target *t;

		r = sg_targets_add(&s->targets, sel, sg_selector_kind_name(sel->kind), &t, err);
		if (r < 0)
			return r;
		t->follows = follows(s->opts, sel);
		if (!resolved->cgroups[i].dir)
			continue;
		r = sg_workload_new(resolved->cgroups[i].path, &workload, err);
		if (r == 0)
			r = sg_selector_pin(sel, NULL, resolved->cgroups[i].path, err);
		if (r == 0)
			r = sg_session_begin(&s->targets, &s->sources, t, &resolved->cgroups[i],
					     workload, err);
		else
			sg_workload_free(workload);
	}
	if (r == 0)
		r = sg_session_find_targets(&s->targets, &s->sources, err);
	sg_recorder_unreserve(s->sources.recorder);
	return r;
}

int sg_session_start(struct sg_session *s, struct sg_error *err)
{
	_cleanup_(resolved_done) struct resolved resolved = { 0 };
	int r;

	r = resolve(s->opts, &resolved, err);
	if (r == 0)
		r = sg_output_check(&s->output, s->opts, err);
	if (r < 0)
		return r;
	s->targets.allocates = s->opts->all;
	for (size_t i = 0; i < resolved.n; i++)
		s->targets.allocates |= follows(s->opts, &s->opts->selectors[i]);
	if (s->opts->name)
		r = sg_live_create(s->opts->name,
				   SG_PINNED_STATE_BYTES +
					   SG_PINNED_STATE_BYTES_A_SLOT *
						   choose_slots(s->opts, s->targets.allocates),
				   &s->pinned.live, err);
	s->targets.writes_soon = s->pinned.live != NULL;
	if (r == 0 &&
	    !s->opts->command) /* nobody knows more of a command than its creator, this process */
		r = sg_managers_new(&s->targets.managers, err);
	if (r == 0)
		r = start_recorder(s, &resolved, err);
	if (r == 0 && s->opts->command)
		r = sg_command_make_cgroup(&s->command, &s->targets, &s->sources, err);
	if (r == 0)
		r = add_targets(s, &resolved, err);
	s->schedule.start = s->schedule.last_reclaim = sg_now_monotonic();
	s->schedule.start_real = sg_now_real();
	if (r == 0 && s->pinned.live)
		r = sg_session_pin(s, err);
	return r;
}
