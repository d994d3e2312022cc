/* SPDX-License-Identifier: Apache-2.0 */
#include "session/follow/loop.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/clock.h"

#define SOURCES_MAX 16
#define NS_PER_MS   1000000u

struct source {
	sg_loop_call *call;
	void *data;
	uint64_t interval, next; /* 0: by descriptor */
};

struct sg_loop {
	struct source sources[SOURCES_MAX];
	struct pollfd fds[SOURCES_MAX]; /* one a source; fd -1 for timers */
	nfds_t n;
	bool hurry;
};

int sg_loop_new(struct sg_loop **ret, struct sg_error *err)
{
	struct sg_loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return sg_error_oom(err);
	*ret = loop;
	return 0;
}

void sg_loop_free(struct sg_loop *loop)
{
	free(loop);
}

static int add(struct sg_loop *loop, int fd, const struct source *source, struct sg_error *err)
{
	if (loop->n == SOURCES_MAX)
		return sg_error_set(err, -ENOSPC, "too many sources of events");
	loop->sources[loop->n] = *source;
	loop->fds[loop->n] = (struct pollfd){ .fd = fd, .events = POLLIN };
	loop->n++;
	return 0;
}

int sg_loop_add_fd(struct sg_loop *loop, int fd, sg_loop_call *call, void *data,
		   struct sg_error *err)
{
	return add(loop, fd, &(struct source){ .call = call, .data = data }, err);
}

int sg_loop_add_timer(struct sg_loop *loop, uint64_t interval_ns, sg_loop_call *call, void *data,
		      struct sg_error *err)
{
	return add(loop, -1,
		   &(struct source){ .call = call,
				     .data = data,
				     .interval = interval_ns,
				     .next = sg_now_monotonic() + interval_ns },
		   err);
}

void sg_loop_hurry(struct sg_loop *loop)
{
	loop->hurry = true;
}

static int wait_ms(const struct sg_loop *loop)
{
	uint64_t now = sg_now_monotonic(), next = now + 1000u * NS_PER_MS;

	if (loop->hurry)
		return 0;
	for (nfds_t i = 0; i < loop->n; i++) {
		if (loop->sources[i].interval && loop->sources[i].next < next)
			next = loop->sources[i].next;
	}
	return next <= now ? 0 : (int)((next - now + NS_PER_MS - 1) / NS_PER_MS);
}

static bool is_due(struct source *s, const struct pollfd *fd, uint64_t now)
{
	if (!s->interval)
		return fd->revents != 0;
	if (now < s->next)
		return false;
	s->next = now + s->interval;
	return true;
}

int sg_loop_run(struct sg_loop *loop, struct sg_error *err)
{
	for (;;) {
		int n = poll(loop->fds, loop->n, wait_ms(loop));
		uint64_t now = sg_now_monotonic();

		if (n < 0 && errno != EINTR)
			return sg_error_set(err, -errno, "wait: %s", strerror(errno));
		loop->hurry = false;
		for (nfds_t i = 0; i < loop->n; i++) {
			struct source *s = &loop->sources[i];
			int r;

			if (n < 0)
				loop->fds[i].revents = 0;
			if (!is_due(s, &loop->fds[i], now))
				continue;
			r = s->call(s->data, err);
			if (r != 0)
				return r < 0 ? r : 0;
		}
	}
}
