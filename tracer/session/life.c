/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"
#include "audit/beside.h"
#include "base/cleanup.h"
#include "session/facts.h"
#include "cli/log.h"
#include "origin/command.h"
#include "session/private.h"
#include "workload/clients.h"
#include "workload/in_progress.h"

void sg_session_losses(struct sg_session *s, uint64_t loss[SG_LOSS_MAX_])
{
	sg_recorder_losses(s->recorder, loss);
	if (s->audit)
		sg_audit_watch_losses(s->audit, loss);
}

int sg_instance_add_slot(struct sg_instance *instance, uint32_t slot, struct sg_error *err)
{
	uint32_t *grown = reallocarray(instance->slots, instance->n_slots + 1, sizeof(*grown));

	if (!grown)
		return sg_error_oom(err);
	instance->slots = grown;
	instance->slots[instance->n_slots++] = slot;
	return 0;
}

int sg_instance_new(struct sg_session *s, struct sg_cgroup *cgroup, uint32_t slot,
		    struct sg_instance **ret, struct sg_error *err)
{
	_cleanup_(sg_instance_freep) struct sg_instance *instance = calloc(1, sizeof(*instance));
	int r;

	if (!instance)
		return sg_error_oom(err);
	r = sg_random_uuid(instance->id, err);
	if (r == 0)
		r = sg_instance_add_slot(instance, slot, err);
	if (r < 0)
		return r;
	instance->cgroup = *cgroup;
	*cgroup = (struct sg_cgroup){ 0 };
	instance->start_real = sg_now_real();
	instance->start = instance->last_new = sg_now_monotonic();
	sg_session_losses(s, instance->losses_before);
	*ret = TAKE_PTR(instance);
	return 0;
}

void sg_instance_free(struct sg_instance *instance)
{
	if (!instance)
		return;
	sg_cgroup_done(&instance->cgroup);
	sg_workload_free(instance->workload);
	sg_target_done(&instance->seen);
	sg_run_free(instance->in_progress);
	sg_run_free(instance->before);
	free(instance->slots);
	free(instance);
}

void sg_instance_release(struct sg_session *s, const struct sg_instance *instance)
{
	for (size_t i = 0; i < instance->n_slots; i++) {
		sg_recorder_release(s->recorder, instance->slots[i]);
		if (s->audit)
			sg_audit_watch_reset(s->audit, instance->slots[i]);
	}
}

bool sg_instance_is_over(const struct sg_session *s, const struct sg_instance *instance)
{
	uint64_t gone = sg_recorder_cgroup_gone(s->recorder, instance->slots[0]);

	if (!gone)
		return !sg_cgroup_exists(&instance->cgroup);
	return true;
}

/* --- the run */

static char *dup_or_null(const char *s)
{
	return s ? strdup(s) : NULL;
}

static int fill_command(const struct sg_session *s, struct sg_target *target, struct sg_error *err)
{
	target->command = calloc(s->opts->n_command, sizeof(*target->command));
	if (!target->command)
		return sg_error_oom(err);
	for (size_t i = 0; i < s->opts->n_command; i++) {
		target->command[i] = strdup(s->opts->command[i]);
		if (!target->command[i])
			return sg_error_oom(err);
		target->n_command++;
	}
	return 0;
}

/* Under --all nobody said what they are. */
static const char *kind_of(const struct sg_session_target *t, const struct sg_instance *instance)
{
	if (t->kind)
		return t->kind;
	if (instance->workload->id)
		return "container";
	return instance->workload->path.unit[0] ? "unit" : "cgroup";
}

static int fill_target(const struct sg_session *s, const struct sg_session_target *t,
		       const struct sg_instance *instance, struct sg_target *target,
		       struct sg_error *err)
{
	target->kind = strdup(kind_of(t, instance));
	target->cgroup = strdup(instance->cgroup.path);
	target->cgroup_id = instance->cgroup.id;
	target->processes_before = instance->processes_before;
	target->descendants = instance->inherits;
	target->user = dup_or_null(instance->seen.user);
	target->no_new_privs = instance->seen.no_new_privs;
	target->privileged = instance->seen.privileged;
	target->filtered = instance->seen.filtered;
	if (!target->kind || !target->cgroup)
		return sg_error_oom(err);
	if (s->opts->command)
		return fill_command(s, target, err);
	return instance->workload ? sg_workload_fill(instance->workload, target, err) : 0;
}

/* What was counted in one of the slots; the first fills the run, the others are joined to it. */
static int collect_slot(struct sg_session *s, uint32_t slot, struct sg_run *run,
			struct sg_error *err)
{
	int r = sg_recorder_collect(s->recorder, slot, run, err);

	if (r == 0 && s->audit)
		r = sg_audit_watch_put(s->audit, slot, run, err);
	if (r == 0 && sg_recorder_saw_filter(s->recorder, slot))
		run->target.filtered = SG_YES;
	run->new_namespaces = sg_recorder_saw_namespaces(s->recorder, slot) ? SG_YES : SG_NO;
	return r;
}

static int join_run(struct sg_run *run, const struct sg_run *part, struct sg_error *err)
{
	for (size_t i = 0; i < part->n_entries; i++) {
		struct sg_entry *entry;
		int r = sg_run_entry(run, part->entries[i].id, &entry, err);

		if (r == 0)
			r = sg_entry_join(entry, &part->entries[i], err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		run->loss[i] += part->loss[i];
	run->sources |= part->sources;
	if (part->target.filtered == SG_YES)
		run->target.filtered = SG_YES;
	if (part->new_namespaces == SG_YES)
		run->new_namespaces = SG_YES;
	return 0;
}

static int collect(struct sg_session *s, const struct sg_instance *instance, struct sg_run *run,
		   struct sg_error *err)
{
	uint64_t losses[SG_LOSS_MAX_] = { 0 };
	int r;

	r = collect_slot(s, instance->slots[0], run, err);
	for (size_t i = 1; r == 0 && i < instance->n_slots; i++) {
		_cleanup_(sg_run_freep) struct sg_run *part = NULL;

		r = sg_run_new(instance->id, &part, err);
		if (r == 0)
			r = collect_slot(s, instance->slots[i], part, err);
		if (r == 0)
			r = join_run(run, part, err);
	}
	if (r == 0)
		r = sg_recorder_collect_moved(s->recorder, instance->slots, instance->n_slots, run,
					      err);
	if (r == 0)
		r = sg_outside_collect(s, instance, run, err);
	if (r < 0)
		return r;
	if (s->allocates && !s->opts->all) /* it may have been the target, come again */
		run->loss[SG_LOSS_CGROUPS_UNTRACKED] +=
			sg_recorder_cgroups_missed_since(s->recorder, instance->slots[0]);
	run->loss[SG_LOSS_CGROUPS_UNTRACKED] += instance->seconds;
	sg_session_losses(s, losses);
	for (size_t i = 0; i < SG_LOSS_MAX_; i++)
		run->loss[i] += losses[i] > instance->losses_before[i]
					? losses[i] - instance->losses_before[i]
					: 0;
	run->loss[SG_LOSS_DENIALS_UNWATCHED] += instance->filters_unwatched;
	return 0;
}

/* The names of tasks that made calls of set-up tell the runtime when nothing else did. */
static int learn_runtime(struct sg_run *run, struct sg_error *err)
{
	for (size_t i = 0; !run->target.runtime && i < run->n_entries; i++) {
		const struct sg_entry *e = &run->entries[i];
		const char *runtime = NULL;

		if ((!e->count[SG_STAGE_SETUP] && !e->count[SG_STAGE_FLOOR]) ||
		    e->count[SG_STAGE_APP] || sg_entry_denied_in(e, SG_STAGE_APP))
			continue;
		for (size_t k = 0; !runtime && k < e->n_programs; k++)
			runtime = sg_runtime_of_comm(e->programs[k]);
		if (!runtime)
			continue;
		run->target.runtime = strdup(runtime);
		if (!run->target.runtime)
			return sg_error_oom(err);
	}
	return 0;
}

/* How the target ended, if it has. */
static int fill_end(const struct sg_session *s, const struct sg_instance *instance,
		    struct sg_run *run)
{
	if (!instance->workload) {
		if (s->command_ended && asprintf(&run->ended, "exit code %d", s->exit_code) < 0) {
			run->ended = NULL;
			return -ENOMEM;
		}
		return 0;
	}
	if (!sg_instance_is_over(s, instance))
		return 0;
	run->ended = strdup(SG_ENDED_GONE);
	return run->ended ? 0 : -ENOMEM;
}

int sg_instance_snapshot(struct sg_session *s, const struct sg_session_target *t,
			 struct sg_instance *instance, bool complete, struct sg_run **ret,
			 struct sg_error *err)
{
	_cleanup_(sg_run_freep) struct sg_run *run = NULL;
	int r;

	/* the trail comes late: what it has to say of a instance that is over must be in before it
	 * is written */
	if (complete && s->audit && !s->audit_is_read) {
		r = sg_audit_watch_sync(s->audit, err);
		if (r < 0)
			return r;
	}
	r = sg_run_new(instance->id, &run, err);
	if (r < 0)
		return r;
	run->start = instance->start_real;
	run->end = sg_now_real();
	if (run->end < run->start) /* the clock was set back under way */
		run->end = run->start + (sg_now_monotonic() - instance->start);
	run->complete = complete;
	r = fill_end(s, instance, run);
	if (r < 0)
		return sg_error_oom(err);
	run->mechanism = strdup(sg_recorder_mechanism(s->recorder));
	run->tool = strdup("seccomp-gen " SG_VERSION);
	if (!run->mechanism || !run->tool)
		return sg_error_oom(err);
	r = sg_facts_host(&run->host, err);
	if (r == 0)
		r = fill_target(s, t, instance, &run->target, err);
	if (r == 0)
		r = collect(s, instance, run, err);
	run->loss[SG_LOSS_CGROUPS_UNTRACKED] += t->nameless;
	if (r == 0 && instance->in_progress)
		r = sg_in_progress_put(instance->in_progress, run, err);
	if (r == 0 && instance->before)
		r = sg_run_put_audit_beside(run, instance->before, err);
	if (r == 0 && instance->before)
		r = sg_target_complete(&run->target, &instance->before->target, err);
	if (r == 0)
		r = learn_runtime(run, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(run);
	return 0;
}

/* --- while it lasts */

#define CLIENT_POLLS 60

/* A unit can be nothing but the client of a container engine, or what keeps a container. */
static int find_clients(struct sg_instance *instance, struct sg_error *err)
{
	_cleanup_free_ char *hint = NULL;
	int r;

	if (!instance->workload || instance->workload->path.role != SG_ROLE_UNIT ||
	    instance->client_polls >= CLIENT_POLLS)
		return 0;
	instance->client_polls++;
	r = sg_clients_hint(instance->workload, &instance->cgroup, &hint, err);
	if (r < 0 || !hint)
		return r;
	instance->client_polls = CLIENT_POLLS;
	sg_warn("%s: %s; it is not in this recording", instance->workload->path.unit, hint);
	return 0;
}

/* Of what is counted, the first slot is what the status line shows; the others have calls of the
 * first instants. */
int sg_instance_poll(struct sg_session *s, struct sg_instance *instance, struct sg_error *err)
{
	unsigned int before = instance->totals.distinct;
	int r;

	r = sg_recorder_totals(s->recorder, instance->slots[0], &instance->totals, err);
	if (r < 0)
		return r;
	if (instance->totals.distinct != before)
		instance->last_new = sg_now_monotonic();
	/* before the application has made a call, its process is still the runtime's */
	if (instance->totals.calls)
		sg_facts_process(&instance->cgroup, &instance->seen);
	if (instance->workload && !instance->workload->is_settled) {
		bool last = sg_now_monotonic() - instance->start > 5 * (uint64_t)1000000000u;

		r = sg_workload_learn(instance->workload, s->managers, &instance->cgroup,
				      &instance->creator, last, err);
		if (r < 0)
			return r;
	}
	r = find_clients(instance, err);
	if (r == 0)
		r = sg_outside_report(s, instance, err);
	return r < 0 ? r : sg_instance_adjust_denials(s, instance, err);
}

int sg_instance_has_news(const struct sg_session *s, const struct sg_session_target *t,
			 struct sg_instance *instance, bool *ret, struct sg_error *err)
{
	struct sg_target target = { 0 };
	int r = fill_target(s, t, instance, &target, err);
	size_t n = sg_target_known_facts(&target);

	sg_target_done(&target);
	*ret = n > instance->n_facts;
	instance->n_facts = n;
	return r;
}

void sg_instance_warn(struct sg_instance *instance, const struct sg_run *run)
{
	const struct sg_target *t = &run->target;
	_cleanup_free_ char *what = NULL;

	if (instance->warned || !instance->workload || !instance->workload->id ||
	    sg_workload_describe(instance->workload, &what, NULL) < 0)
		return;
	instance->warned = true;
	if (t->privileged == SG_YES)
		sg_warn("%s runs privileged: what it calls with all capabilities can be more, or "
			"other, than it needs without; and Docker, podman and Kubernetes start a "
			"privileged container without any seccomp filter",
			what);
	else if (t->filtered == SG_NO)
		sg_warn("%s runs without a seccomp filter: the calls that its runtime makes under "
			"one (the floor) could not be measured, emit takes them from its data",
			what);
}
