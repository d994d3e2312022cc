/* SPDX-License-Identifier: Apache-2.0 */
#include "session/start/confine.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "confine/confine.h"
#include "session/output/writer.h"

static int start_writer(struct sg_session *s, struct sg_error *err)
{
	_cleanup_free_ const char **written = calloc(s->targets.n + 1, sizeof(*written));
	struct sg_writer_work work = { .output = s->opts->output,
				       .in_directory = s->output.in_directory,
				       .is_stream = s->output.is_stream,
				       .may_rescue = !s->pinned.live,
				       .made_directory = s->output.made_directory,
				       .written = written,
				       .cgroup = &s->command.cgroup,
				       .command = s->command.spawn.pid,
				       .lock_fd = s->pinned.live ? s->pinned.live->fd : -1 };

	if (!written)
		return sg_error_oom(err);
	for (size_t i = 0; i < s->targets.n; i++) {
		if (s->targets.list[i]->where)
			written[work.n_written++] = s->targets.list[i]->where;
	}
	return sg_writer_start(&work, &s->output.writer, err);
}

int sg_session_confine(struct sg_session *s, struct sg_error *err)
{
	int r;

	r = sg_recorder_hand_over(s->sources.recorder, s->pinned.is_pinned ? s->pinned.live : NULL,
				  err);
	if (r == 0)
		r = start_writer(s, err);
	if (r == 0)
		r = sg_confine(SG_PART_RECORDER, err);
	/* report now what is wrong with them, and not when they are needed */
	if (r == 0)
		r = sg_recorder_hand_over_wait(s->sources.recorder, err);
	return r < 0 ? r : sg_helper_wait(&s->output.writer, err);
}
