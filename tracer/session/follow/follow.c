/* SPDX-License-Identifier: Apache-2.0 */
#include "session/follow/follow.h"

#include <errno.h>

#include "cli/clock.h"
#include "cli/log.h"
#include "session/end/end.h"
#include "session/follow/poll.h"
#include "session/follow/status.h"
#include "session/output/save.h"
#include "session/pinned/persist.h"
#include "session/targets/run.h"

#define NS_PER_S      1000000000u
#define TICK_NS	      100000000u
#define POLL_NS	      NS_PER_S /* totals, and facts of a process of the target */
#define YOUNG_NS      (5 * (uint64_t)NS_PER_S)
#define POLLS_AT_ONCE 64
#define RECLAIM_NS    NS_PER_S

static bool is_over(const struct sg_session *s)
{
	if (s->opts->all || s->opts->command)
		return false;
	for (size_t i = 0; i < s->targets.n; i++) {
		if (!sg_session_target_is_over(&s->targets, s->targets.list[i]))
			return false;
	}
	return true;
}

static int on_new_cgroups(void *session, struct sg_error *err)
{
	return sg_session_follow(session, err);
}

static int on_signals(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	struct sg_instance *instance = s->opts->command ? s->targets.list[0]->instances[0] : NULL;
	bool is_over = false;
	int r = sg_signals_take(&s->signals, &s->command, &s->output.writer, instance, &is_over,
				err);

	return r < 0 ? r : is_over;
}

static int on_audit(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	bool drained;
	int r = sg_audit_watch_read(s->sources.audit, &drained, err);

	if (r == 0 && !drained)
		sg_loop_hurry(s->schedule.loop);
	return r;
}

static int poll_one(struct sg_session *s, struct sg_session_target *t, struct sg_instance *instance,
		    struct sg_error *err)
{
	bool has_news = false;
	int r = sg_instance_poll(&s->targets, &s->sources, instance, err);

	if (r == 0 && s->pinned.live)
		r = sg_instance_has_news(&s->targets, t, instance, &has_news, err);
	if (has_news)
		sg_session_target_write_soon(&s->targets, t);
	return r;
}

/* What is known of a target in its first seconds is pinned at once: neither it nor this process may
 * be there at the next poll. */
static int poll_young(struct sg_session *s, uint64_t now, struct sg_error *err)
{
	int r = 0;

	for (size_t i = 0; s->pinned.live && r == 0 && i < s->targets.n; i++) {
		for (size_t k = 0; r == 0 && k < s->targets.list[i]->n_instances; k++) {
			struct sg_instance *instance = s->targets.list[i]->instances[k];

			if (now - instance->start < YOUNG_NS &&
			    (!instance->seen.user ||
			     (instance->workload && !instance->workload->is_settled)))
				r = poll_one(s, s->targets.list[i], instance, err);
		}
	}
	return r;
}

static int on_tick(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	uint64_t now = sg_now_monotonic();
	int r;

	if (s->sources.audit) { /* overruns of its buffer are reported without input */
		r = on_audit(s, err);
		if (r < 0)
			return r;
	}
	r = sg_session_follow(s, err);
	if (r < 0)
		return r;
	if (sg_command_time_is_up(&s->command, s->opts, &s->output.writer, s->schedule.start, now))
		return 1;
	if (is_over(s)) {
		if (!s->opts->once)
			sg_notice("the cgroup is gone: the recording ends");
		return 1;
	}
	r = poll_young(s, now, err);
	if (r < 0)
		return r;
	sg_missed_report(&s->schedule.missed, s->sources.recorder, s->opts->all, false);
	sg_session_show_status(&s->targets, s->schedule.start, now);
	sg_session_checkpoint(s);
	r = sg_session_save_state(s, err);
	if (r < 0)
		return r;
	if (now - s->schedule.last_reclaim < RECLAIM_NS)
		return 0;
	s->schedule.last_reclaim = now;
	return sg_recorder_reclaim(s->sources.recorder, err);
}

/* Poll each; of very many a part, the others next time. */
static int on_poll(void *session, struct sg_error *err)
{
	struct sg_session *s = session;
	size_t instances = sg_targets_instances(&s->targets), nth = 0, from;
	int r = 0;

	if (s->targets.allocates)
		sg_sources_poll_losses(&s->sources);
	from = instances > POLLS_AT_ONCE ? s->schedule.next_poll % instances : 0;
	for (size_t i = 0; i < s->targets.n; i++) {
		for (size_t k = 0; r == 0 && k < s->targets.list[i]->n_instances; k++, nth++) {
			if ((nth + instances - from) % instances < POLLS_AT_ONCE)
				r = poll_one(s, s->targets.list[i],
					     s->targets.list[i]->instances[k], err);
		}
	}
	s->schedule.next_poll = from + POLLS_AT_ONCE;
	return r;
}

int sg_session_loop(struct sg_session *s, struct sg_error *err)
{
	int r;

	r = sg_loop_new(&s->schedule.loop, err);
	if (r == 0)
		r = sg_loop_add_fd(s->schedule.loop, s->signals.fd, on_signals, s, err);
	if (r == 0 && s->targets.allocates)
		r = sg_loop_add_fd(s->schedule.loop,
				   sg_recorder_new_cgroups_fd(s->sources.recorder), on_new_cgroups,
				   s, err);
	if (r == 0 && s->sources.audit)
		r = sg_loop_add_fd(s->schedule.loop, sg_audit_watch_fd(s->sources.audit), on_audit,
				   s, err);
	if (r == 0)
		r = sg_loop_add_timer(s->schedule.loop, TICK_NS, on_tick, s, err);
	if (r == 0)
		r = sg_loop_add_timer(s->schedule.loop, POLL_NS, on_poll, s, err);
	return r < 0 ? r : sg_loop_run(s->schedule.loop, err);
}
