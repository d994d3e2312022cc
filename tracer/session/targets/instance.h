/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_TARGETS_INSTANCE_H
#define SG_TRACER_SESSION_TARGETS_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cgroup/cgroup.h"
#include "recording/recording.h"
#include "session/targets/sources.h"
#include "workload/workload.h"

/*
 * For tracer/session/ only. One stretch of a target: a cgroup with what is below it, from its
 * appearance to its end. It becomes one run of the recording. A target that is started again has
 * several, one after the other, and a pod one a container.
 */
struct sg_instance {
	char id[37]; /* of the run */
	struct sg_cgroup cgroup;
	/* the first is the cgroup's own; others are of cgroups below that appeared before it was
	 * known whose they are */
	uint32_t *slots;
	size_t n_slots;
	bool inherits;		      /* cgroups below belong to it */
	struct sg_workload *workload; /* NULL for a command */
	struct sg_creator creator;
	struct sg_target seen; /* what /proc said of its processes */
	uint64_t start_real, start, last_new;
	uint64_t losses_before[SG_LOSS_MAX_]; /* the sources' when it began */
	struct sg_recorder_totals totals;
	bool watching_denials;
	bool is_over;		       /* at the last poll */
	unsigned int unfiltered_polls; /* in a row, with the application running */
	uint64_t filters_unwatched;    /* times that a filter was found while not watching */
	uint64_t processes_before;     /* that ran in it when it began */
	uint64_t processes_unseen;     /* of them, those of which /proc says nothing */
	struct sg_run *in_progress;    /* what they were in the middle of; NULL: nothing */
	/* what the recorder before this one had written of it, for what only that one saw; NULL:
	 * there was none */
	struct sg_run *before;
	size_t n_went_on; /* places that were reported */
	bool warned;
	size_t n_facts;		   /* of the target, that were known at the last poll */
	unsigned int client_polls; /* for clients of managers among its processes */
	uint64_t seconds;	   /* other cgroups that fitted as well, while it ran */
	char *ended;		   /* how a command ended; NULL: it has not, or is none */
};

/* Takes what @cgroup holds. */
int sg_instance_new(struct sg_sources *src, struct sg_cgroup *cgroup, uint32_t slot,
		    struct sg_instance **ret, struct sg_error *err);
void sg_instance_free(struct sg_instance *instance);

int sg_instance_add_slot(struct sg_instance *instance, uint32_t slot, struct sg_error *err);

/* Whether its cgroup went away. */
bool sg_instance_is_over(const struct sg_sources *src, const struct sg_instance *instance);

/* Give its slots back; what was counted in them is lost. */
void sg_instance_release(struct sg_sources *src, const struct sg_instance *instance);

/* Say once what a person has to know of @run, its run, for better or worse. */
void sg_instance_warn(struct sg_instance *instance, const struct sg_run *run);

SG_DEFINE_CLEANUP(struct sg_instance, sg_instance_free)

#endif
