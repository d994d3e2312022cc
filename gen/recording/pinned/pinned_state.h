/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_PINNED_STATE_H
#define SG_RECORDING_PINNED_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json/json.h"
#include "recording/loss.h"

/*
 * The state of a pinned recording: what a recorder knows in addition to what the kernel half
 * counts, so that another one can continue when it has died. A JSON document, which only the same
 * version of the program reads.
 *
 * Strings are borrowed: from `texts` after sg_pinned_state_parse(), from whoever filled it
 * otherwise. NULL is "not known". Times are CLOCK_REALTIME in ns unless something else is said.
 */
#define SG_PINNED_VERSION 3

#define SG_PINNED_WHEN_MAX   3 /* auto, always, never: their numbers are below */
#define SG_PINNED_RUN_ID_LEN 36
#define SG_PINNED_COMM_LEN   15

/* What was asked for. */
struct sg_pinned_options {
	bool descendants, once, no_audit;
	uint32_t denials, wait; /* below SG_PINNED_WHEN_MAX */
	uint32_t args;		/* below SG_ARG_SET_MAX_ */
	uint64_t duration_ns;	/* 0: no limit */
	uint32_t slots;		/* 0: as many as is sensible */
	const char *output;	/* an absolute path, or NULL: the store */
	const char *store;	/* where that is; an absolute path */
};

/* A target as it was named, and who it turned out to be. */
struct sg_pinned_selector {
	uint32_t kind; /* the caller's enum: it checks it */
	bool is_users; /* of the user @uid, not of the system */
	uint32_t uid;
	const char *text, *container, *id, *name, *pod, *pod_namespace, *path, *manager;
};

/* An instance that continues, or is over and not in the recording yet. */
struct sg_pinned_instance {
	const char *run; /* SG_PINNED_RUN_ID_LEN bytes */
	const char *path, *dir;
	uint64_t cgroup_id;
	uint32_t v1_hierarchy;
	const char *v1_controller;
	uint32_t *slots;
	size_t n_slots;
	bool inherits, warned;
	uint32_t creator_tgid;
	const char *creator; /* at most SG_PINNED_COMM_LEN bytes */
	uint64_t start, processes_before, filters_unwatched, seconds;
	uint64_t losses_before[SG_LOSS_MAX_];
};

struct sg_pinned_target {
	const char *what; /* for people */
	struct sg_pinned_selector selector;
	bool follows, has_lived, failed;
	uint64_t nameless;  /* cgroups that were gone before their names were asked */
	uint64_t past_runs; /* that are over and nowhere but in the copy, or the file */
	uint64_t audit_serial;
	/* the recording as it was written last, pinned with the state: recorder/copies.h; 0
	 * bytes: it found no room, and only the file has it */
	uint32_t copy_id, copy_generation;
	uint64_t copy_bytes;
	const char *where; /* the file, an absolute path; NULL: none yet */
	/* of that file, so that another one in its place is known; 0: not known */
	uint64_t file_device, file_inode, file_changed_ns;
	struct sg_pinned_instance *instances;
	size_t n_instances;
};

struct sg_pinned_state {
	uint64_t pid, pid_namespace; /* of the last recorder */
	uint64_t start;
	uint64_t start_monotonic; /* CLOCK_MONOTONIC, ns */
	bool allocates, in_directory;
	uint64_t losses_before[SG_LOSS_MAX_];
	struct sg_pinned_options options;
	struct sg_pinned_target *targets;
	size_t n_targets;
	char **texts; /* what was read; none when the strings are somebody else's */
	size_t n_texts;
};

/*
 * @name is what messages call them. Nothing of the text is believed: numbers are in their ranges,
 * names in their lengths, and paths absolute. Returns 0, -EINVAL ("<name>:<line>:<column>: …",
 * also for another version), -E2BIG, -ENOMEM.
 */
int sg_pinned_state_parse(const char *name, const char *text, size_t len,
			  struct sg_pinned_state **ret, struct sg_error *err);
void sg_pinned_state_print(const struct sg_pinned_state *state, struct sg_strbuf *out);
/* With its arrays. */
void sg_pinned_state_free(struct sg_pinned_state *state);

SG_DEFINE_CLEANUP(struct sg_pinned_state, sg_pinned_state_free)

#endif
