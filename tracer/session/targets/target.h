/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_TARGET_H
#define SG_TRACER_SESSION_TARGETS_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/options.h"
#include "session/targets/sources.h"
#include "session/targets/instance.h"
#include "store/sink.h"
#include "workload/find.h"
#include "workload/workload.h"

/* For tracer/session/ only. What one recording is of. */
struct sg_session_target {
	struct sg_selector *selector; /* borrowed; NULL for a command and under --all */
	const char *command;	      /* its name, borrowed; NULL: it is none */
	const char *kind;	      /* target.kind of its runs; NULL under --all */
	struct sg_instance **instances;
	size_t n_instances;
	struct sg_recording *past; /* runs that have ended */
	/* of some of these the slots are released only when the file has them: should this process
	 * die, another recorder finds them there */
	struct sg_instance **unwritten;
	size_t n_unwritten;
	bool has_lived;		/* somebody was found, now or before */
	bool follows;		/* continues when its instances have ended */
	char *where;		/* the file that has its latest state; NULL: none yet */
	struct sg_file_id file; /* … by which it is known */
	/* the same, pinned: recorder/copies.h; 0 bytes: none */
	uint32_t copy_id, copy_generation, copy_before;
	size_t copy_bytes;
	uint64_t last_checkpoint; /* CLOCK_MONOTONIC, ns */
	uint64_t audit_serial;	  /* what is written has the trail up to here */
	bool checkpoint_failed;
	uint64_t nameless;   /* cgroups that were gone before their names were asked */
	bool failed;	     /* several could be meant: not recorded, and reported */
	size_t n_others;     /* cgroups that are called so and are not it */
	uint64_t last_other; /* id of the last of them */
};

/* A cgroup that has appeared, before it is decided whose it is. */
struct sg_appeared {
	struct sg_cgroup cgroup;
	struct sg_workload *workload;
	struct sg_creator creator;
	uint32_t slot;
	uint64_t made_real, since; /* since: CLOCK_MONOTONIC, ns */
	uint64_t losses_before[SG_LOSS_MAX_];
};

struct sg_targets {
	const struct sg_session_options *opts; /* borrowed */
	struct sg_session_target **list;
	size_t n;
	struct sg_appeared *appeared;
	size_t n_appeared;
	struct sg_managers *managers; /* NULL for a command */
	struct sg_inventory *inventory;
	bool allocates;	  /* the kernel half allocates slots for cgroups that appear */
	bool catches_up;  /* with what appeared while no recorder was there */
	bool writes_soon; /* pinned: what is new of a target is written at the next tick */
	bool some_failed; /* one was not recorded, or not written: the command fails */
};

void sg_targets_done(struct sg_targets *ts);

int sg_targets_add(struct sg_targets *ts, struct sg_selector *selector, const char *kind,
		   struct sg_session_target **ret, struct sg_error *err);

/* Free the target at @i; the last one takes its place. */
void sg_targets_remove(struct sg_targets *ts, size_t i);

/* How many instances all of them have. */
size_t sg_targets_instances(const struct sg_targets *ts);

/* Takes *@instance. */
int sg_session_target_take_instance(struct sg_session_target *t, struct sg_instance **instance,
				    struct sg_error *err);

/* Takes @instance, which is over and not in the file yet. */
int sg_session_target_add_unwritten(struct sg_session_target *t, struct sg_instance *instance,
				    struct sg_error *err);

/* What is over is in the file now: its slots are free. */
void sg_session_target_written(struct sg_sources *src, struct sg_session_target *t);

/* Takes @run, which is over. */
int sg_session_target_add_run(struct sg_session_target *t, struct sg_run *run,
			      struct sg_error *err);

/* What nobody but this process knows now is to survive it: the next tick writes it. */
void sg_session_target_write_soon(const struct sg_targets *ts, struct sg_session_target *t);

bool sg_session_target_is_over(const struct sg_targets *ts, const struct sg_session_target *t);

/* "container web", "command make"; *ret is the caller's. */
int sg_session_target_describe(const struct sg_session_target *t, char **ret, struct sg_error *err);

void sg_appeared_done(struct sg_appeared *a);

#endif
