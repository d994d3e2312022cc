/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_PINNED_PERSIST_H
#define SG_TRACER_SESSION_PINNED_PERSIST_H

#include "session/parts.h"

/*
 * For tracer/session/ only. What another recorder needs to continue: the state of what this process
 * alone knows, and a copy of each recording as it was written last. The state is saved when it
 * changes: at each tick, and before and after a recording is written. Whoever continues from a
 * state that is a moment old finds what has happened since in the kernel half: a cgroup that
 * appeared is reported again, a slot that was released says so itself. A run whose slot is not
 * released is in the state before it can be in the copy, and is found by its id when it is there;
 * it is released when the state that names that copy is saved.
 */

/* Room for the state, and for that of each cgroup that can be recorded at a time. */
#define SG_PINNED_STATE_BYTES	     32768
#define SG_PINNED_STATE_BYTES_A_SLOT 1024

/* Pin the kernel half, and save the first state. */
int sg_session_pin(struct sg_session *s, struct sg_error *err);

/* Save the state of what is pinned. A failure is warned of once; -ENOMEM. */
int sg_session_save_state(struct sg_session *s, struct sg_error *err);

/* What was pinned, and never began, is removed. */
void sg_pinned_done(struct sg_pinned *pinned);

/* Where we are, and where the store is: before the process is confined. */
int sg_pinned_find_places(struct sg_pinned *pinned, struct sg_error *err);

/* Pin @text, which is the recording of @t, with the state; and, once the state is saved that names
 * it, take the one before away. */
void sg_pinned_put_copy(struct sg_pinned *pinned, struct sg_session_target *t, const char *text,
			size_t len);
void sg_pinned_drop_copy(const struct sg_pinned *pinned, const struct sg_session_target *t);

#endif
