/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From root to somebody who can read and nothing else. What is still to be written, attached and
 * removed is the helpers' business: forked here, when it is known what that will be.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "session/private.h"

static int start_writer(struct sg_session *s, struct sg_error *err)
{
	_cleanup_free_ const char **written = calloc(s->n_targets + 1, sizeof(*written));
	struct sg_writer_work work = { .output = s->opts->output,
				       .in_directory = s->in_directory,
				       .is_stream = s->is_stream,
				       .may_rescue = !s->live,
				       .made_directory = s->made_directory,
				       .written = written,
				       .cgroup = &s->own_cgroup,
				       .command = s->spawn.pid,
				       .lock_fd = s->live ? s->live->fd : -1 };

	if (!written)
		return sg_error_oom(err);
	for (size_t i = 0; i < s->n_targets; i++) {
		if (s->targets[i]->where)
			written[work.n_written++] = s->targets[i]->where;
	}
	return sg_writer_start(&work, &s->writer, err);
}

int sg_session_confine(struct sg_session *s, struct sg_error *err)
{
	int r;

	r = sg_recorder_hand_over(s->recorder, s->is_pinned ? s->live : NULL, err);
	if (r == 0)
		r = start_writer(s, err);
	if (r == 0)
		r = sg_confine(SG_PART_RECORDER, err);
	/* what they say is wrong is better known now than when they are needed */
	if (r == 0)
		r = sg_recorder_hand_over_wait(s->recorder, err);
	return r < 0 ? r : sg_helper_wait(&s->writer, err);
}
