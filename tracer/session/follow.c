/* SPDX-License-Identifier: Apache-2.0 */
/* What is done while it lasts: cgroups that appear and end, the audit trail, the status line. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/clock.h"
#include "cli/log.h"
#include "session/private.h"

#define NS_PER_S      1000000000u
#define TICK_NS	      100000000u
#define POLL_NS	      NS_PER_S /* totals, and a look at a process of the target */
#define YOUNG_NS      (5 * (uint64_t)NS_PER_S)
#define POLLS_AT_ONCE 64
#define RECLAIM_NS    NS_PER_S
#define REPORT_NS     (10 * (uint64_t)NS_PER_S)

static void show_status(const struct sg_session *s, uint64_t now)
{
	uint64_t elapsed = (now - s->start) / NS_PER_S, quiet = elapsed, calls = 0, lost = 0;
	unsigned int distinct = 0;
	size_t instances = 0;

	if (!sg_status_is_due())
		return;
	for (size_t i = 0; i < s->n_targets; i++) {
		for (size_t k = 0; k < s->targets[i]->n_instances; k++) {
			const struct sg_instance *instance = s->targets[i]->instances[k];

			instances++;
			calls += instance->totals.calls;
			if (instance->totals.distinct > distinct)
				distinct = instance->totals.distinct;
			if ((now - instance->last_new) / NS_PER_S < quiet)
				quiet = (now - instance->last_new) / NS_PER_S;
			lost = instance->totals.losses;
		}
	}
	if (instances == 0)
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  waiting", elapsed / 3600,
			  elapsed / 60 % 60, elapsed % 60);
	else if (instances == 1)
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %" PRIu64
			  " calls, %u distinct, last new %" PRIu64 " s ago, %" PRIu64 " lost",
			  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, calls, distinct, quiet,
			  lost);
	else
		sg_status("%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "  %zu targets, %" PRIu64
			  " calls, at most %u distinct, last new %" PRIu64 " s ago, %" PRIu64
			  " lost",
			  elapsed / 3600, elapsed / 60 % 60, elapsed % 60, instances, calls,
			  distinct, quiet, lost);
}

/*
 * Cgroups that were missed: the ledger has them; a person is to know at once, and of many in a row
 * not each time: whoever makes them would write our log.
 */
void sg_session_report_missed(struct sg_session *s, bool last)
{
	uint64_t now = sg_now_monotonic();
	uint64_t by_users, missed = sg_recorder_cgroups_missed(s->recorder, &by_users);
	const char *what = s->opts->all ? "have no recording" : "one may have been the target";

	if (missed == s->missed_reported + s->missed_of_users_reported ||
	    (!last && s->missed_reported_at && now - s->missed_reported_at < REPORT_NS))
		return;
	s->missed_reported_at = now;
	if (missed - by_users != s->missed_reported)
		sg_warn("%" PRIu64
			" cgroups appeared while no slot was free, and %s (--slots gives more)",
			missed - by_users - s->missed_reported, what);
	if (by_users != s->missed_of_users_reported)
		sg_warn("%" PRIu64 " cgroups appeared beyond the share of the slots that their "
			"owner, a user, has, and %s (--slots gives more)",
			by_users - s->missed_of_users_reported, what);
	s->missed_reported = missed - by_users;
	s->missed_of_users_reported = by_users;
}

static bool mark_those_over(struct sg_session *s)
{
	bool some = false;

	for (size_t i = 0; i < s->n_targets && !s->opts->command; i++) {
		for (size_t k = 0; k < s->targets[i]->n_instances; k++) {
			struct sg_instance *instance = s->targets[i]->instances[k];

			instance->is_over = sg_instance_is_over(s, instance);
			some |= instance->is_over;
		}
	}
	return some;
}

static int end_marked(struct sg_session *s, struct sg_error *err)
{
	for (size_t i = 0; i < s->n_targets; i++) {
		struct sg_session_target *t = s->targets[i];

		for (size_t k = t->n_instances; k-- > 0;) {
			int r;

			if (!t->instances[k]->is_over)
				continue;
			r = sg_session_end_instance(s, t, k, err);
			if (r < 0 && (!s->opts->all || r == -ENOMEM))
				return r;
			if (r < 0) { /* of many: the others go on */
				sg_warn("%s", err->message);
				*err = (struct sg_error){ 0 };
				s->exit_code = 1;
			}
		}
		if (s->opts->all && t->n_instances == 0) {
			sg_session_target_free(t);
			s->targets[i--] = s->targets[--s->n_targets];
		}
	}
	return 0;
}

/* What the audit trail has to say of those that are over now is read once for all of them. */
static int end_instances(struct sg_session *s, bool some, struct sg_error *err)
{
	int r = 0;

	if (some && s->audit) {
		r = sg_audit_watch_sync(s->audit, err);
		s->audit_is_read = r == 0;
	}
	if (r == 0)
		r = end_marked(s, err);
	s->audit_is_read = false;
	return r;
}

static bool is_over(const struct sg_session *s)
{
	if (s->opts->all || s->opts->command)
		return false;
	for (size_t i = 0; i < s->n_targets; i++) {
		if (!sg_session_target_is_over(s, s->targets[i]))
			return false;
	}
	return true;
}

/*
 * What appears is taken before what ends is ended: a cgroup can do both between two looks. And what
 * ends meanwhile waits for the next time, for a cgroup below it may have appeared since.
 */
int sg_session_follow(struct sg_session *s, struct sg_error *err)
{
	bool some = mark_those_over(s);
	int r = 0;

	if (s->allocates)
		r = sg_session_take_new(s, err);
	if (r == 0)
		r = end_instances(s, some, err);
	return r < 0 ? r : 0;
}

static int on_new_cgroups(void *session, struct sg_error *err)
{
	return sg_session_follow(session, err);
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

static int poll_one(struct sg_session *s, struct sg_session_target *t, struct sg_instance *instance,
		    struct sg_error *err)
{
	bool has_news = false;
	int r = sg_instance_poll(s, instance, err);

	if (r == 0 && s->live)
		r = sg_instance_has_news(s, t, instance, &has_news, err);
	if (has_news)
		sg_session_target_write_soon(s, t);
	return r;
}

/* What is known of a target in its first seconds is pinned at once: neither it nor this process may
 * be there at the next look. */
static int poll_young(struct sg_session *s, uint64_t now, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; s->live && r == 0 && i < s->n_targets; i++) {
		for (size_t k = 0; r == 0 && k < s->targets[i]->n_instances; k++) {
			struct sg_instance *instance = s->targets[i]->instances[k];

			if (now - instance->start < YOUNG_NS &&
			    (!instance->seen.user ||
			     (instance->workload && !instance->workload->is_settled)))
				r = poll_one(s, s->targets[i], instance, err);
		}
	}
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
	r = sg_session_follow(s, err);
	if (r < 0)
		return r;
	if (sg_session_time_is_up(s, now))
		return 1;
	if (is_over(s)) {
		if (!s->opts->once)
			sg_notice("the cgroup is gone: the recording ends");
		return 1;
	}
	r = poll_young(s, now, err);
	if (r < 0)
		return r;
	sg_session_report_missed(s, false);
	show_status(s, now);
	sg_session_checkpoint(s);
	r = sg_session_save_state(s, err);
	if (r < 0)
		return r;
	if (now - s->last_reclaim < RECLAIM_NS)
		return 0;
	s->last_reclaim = now;
	return sg_recorder_reclaim(s->recorder, err);
}

/* A look at each; of very many a part, the others next time. */
static int on_poll(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	size_t instances = 0, nth = 0, from;
	int r = 0;

	if (s->allocates) { /* to know what was lost before a cgroup appeared */
		memcpy(s->losses_before, s->losses, sizeof(s->losses));
		memset(s->losses, 0, sizeof(s->losses));
		sg_session_losses(s, s->losses);
	}
	for (size_t i = 0; i < s->n_targets; i++)
		instances += s->targets[i]->n_instances;
	from = instances > POLLS_AT_ONCE ? s->next_poll % instances : 0;
	for (size_t i = 0; i < s->n_targets; i++) {
		for (size_t k = 0; r == 0 && k < s->targets[i]->n_instances; k++, nth++) {
			if ((nth + instances - from) % instances < POLLS_AT_ONCE)
				r = poll_one(s, s->targets[i], s->targets[i]->instances[k], err);
		}
	}
	s->next_poll = from + POLLS_AT_ONCE;
	return r;
}

int sg_session_loop(struct sg_session *s, struct sg_error *err)
{
	int r;

	r = sg_loop_new(&s->loop, err);
	if (r == 0)
		r = sg_loop_add_fd(s->loop, s->signal_fd, sg_session_take_signals, s, err);
	if (r == 0 && s->allocates)
		r = sg_loop_add_fd(s->loop, sg_recorder_new_cgroups_fd(s->recorder), on_new_cgroups,
				   s, err);
	if (r == 0 && s->audit)
		r = sg_loop_add_fd(s->loop, sg_audit_watch_fd(s->audit), on_audit, s, err);
	if (r == 0)
		r = sg_loop_add_timer(s->loop, TICK_NS, on_tick, s, err);
	if (r == 0)
		r = sg_loop_add_timer(s->loop, POLL_NS, on_poll, s, err);
	return r < 0 ? r : sg_loop_run(s->loop, err);
}
