/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_LOSS_H
#define SG_RECORDING_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The loss ledger: every way in which a call, or what is known of it, can have been missed has a
 * counter. A recording without losses is exact; one with losses says which.
 */
enum sg_loss {
#define LOSS(name, id, class, meaning) SG_LOSS_##name,
#include "recording/losses.def"
#undef LOSS
	SG_LOSS_MAX_,
};

/* What a counter above zero puts in doubt. */
enum sg_loss_class {
	SG_LOSS_CLASS_SET,    /* a call can be missing from the set: emit refuses */
	SG_LOSS_CLASS_AUDIT,  /* a record is missing: as SET where audit is the only source */
	SG_LOSS_CLASS_DETAIL, /* counts or provenance are less than whole; the set is whole */
};

struct sg_loss_kind {
	const char *name; /* as recordings write it: "cgroups_untracked" */
	enum sg_loss_class class;
	const char *meaning; /* one line for people */
};

extern const struct sg_loss_kind sg_loss_kinds[SG_LOSS_MAX_];

#endif
