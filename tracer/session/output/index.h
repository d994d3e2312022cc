/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_OUTPUT_INDEX_H
#define SG_TRACER_SESSION_OUTPUT_INDEX_H

#include <stddef.h>

#include "session/targets/target.h"
#include "store/sink.h"

/*
 * For tracer/session/ only. Where the recordings of --all are, so that a container that comes again
 * finds its own. The oldest make room: what comes again later has a recording of its own.
 */
struct sg_index_row {
	char *key, *where;
	struct sg_file_id file;
};

struct sg_recording_index {
	struct sg_index_row *rows;
	size_t n, next;
};

/* The run of @instance went into the recording of @t. */
int sg_recording_index_add(struct sg_recording_index *index, const struct sg_session_target *t,
			   const struct sg_instance *instance, struct sg_error *err);

/* Where runs of the same target went before; NULL: nowhere that is known. Borrowed. */
const struct sg_index_row *sg_recording_index_lookup(const struct sg_recording_index *index,
						     const struct sg_instance *instance);

void sg_recording_index_done(struct sg_recording_index *index);

#endif
