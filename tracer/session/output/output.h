/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_OUTPUT_OUTPUT_H
#define SG_TRACER_SESSION_OUTPUT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "confine/helper.h"
#include "session/output/index.h"

/* For tracer/session/ only. Where recordings go. */
struct sg_output {
	bool in_directory;   /* into the directory opts->output */
	bool is_stream;	     /* … or into a pipe, a terminal or the like: whole, at the end */
	bool made_directory; /* it was not there before; goes again when nothing comes into it */
	bool is_unwritten;   /* there is something of a target, and it could not be written */
	uint64_t n_finished; /* recordings that --all has finished */
	char *redirected;    /* another output than was asked for at first */
	struct sg_helper writer; /* from the time on that this process is confined */
	struct sg_recording_index index;
};

#endif
