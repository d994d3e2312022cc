/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_PINNED_PINNED_H
#define SG_TRACER_SESSION_PINNED_PINNED_H

#include <stdbool.h>

#include "recorder/live.h"
#include "recording/pinned/pinned_state.h"

/* For tracer/session/ only. A recording with a name, which survives its recorder in bpffs. */
struct sg_pinned {
	struct sg_live *live; /* where it is pinned; NULL: it is not */
	bool is_pinned;	      /* … and another recorder could continue */
	bool state_failed, copy_failed;
	struct sg_pinned_state *before; /* of the recorder before this one; strings are borrowed
					   from it */
	char *here, *store; /* the working directory, and where the store is, for the state */
};

#endif
