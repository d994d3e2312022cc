/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_INFER_OPTIONS_H
#define SG_INFER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "args/table.h"
#include "infer/floor/floor.h"

/* What sg_infer() is asked for. */
struct sg_infer_options {
	bool no_fallbacks; /* leave out what a recording can miss */
	/* infer even though the ledger shows a set-relevant loss, or a number has no name */
	bool allow_lossy;
	bool include_denied;  /* add calls that the application was denied */
	enum sg_arg_set args; /* calls that are conditioned on their observed arguments */
	size_t max_insns;     /* of the filter, with conditions; 0: half of what the kernel takes */
	uint32_t bundles; /* by bit of sg_bundles: add what is missing of them (infer/bundles.h) */
	const struct sg_floor *floor; /* the runtime's own calls, borrowed; NULL: none but execve */
};

#endif
