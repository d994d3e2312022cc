/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_RECORDING_H
#define SG_RECORDING_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/number.h"
#include "recording/args.h"
#include "recording/loss.h"
#include "syscall/syscall_id.h"

/*
 * A recording is a set of runs. A run is one stretch of watching one target: what was called, by
 * whom, how often, and what can have been missed. Keeping the runs apart makes merge a plain set
 * union by run id, hence commutative, associative and idempotent, and keeps what estimates of
 * completeness need.
 *
 * Times are nanoseconds since the Unix epoch (CLOCK_REALTIME); 0 means not known.
 * Strings are owned by the structure that holds them; NULL means not known. They come from the
 * kernel and from logs: never print them to a terminal unescaped (base/escape.h).
 */
#define SG_RECORDING_VERSION 1

/* Which side of the container's start a call is on; by its calling task. */
enum sg_stage {
#define STAGE(name, id) SG_STAGE_##name,
#include "recording/stages.def"
#undef STAGE
	SG_STAGE_MAX_,
};

extern const char *const sg_stage_names[SG_STAGE_MAX_]; /* "setup", "floor", "app" */

enum sg_source_bit {
#define SOURCE(name, id) SG_SOURCE_BIT_##name,
#include "recording/sources.def"
#undef SOURCE
	SG_SOURCE_COUNT,
};

/* Where evidence comes from; a set. */
enum sg_source {
#define SOURCE(name, id) SG_SOURCE_##name = 1u << SG_SOURCE_BIT_##name,
#include "recording/sources.def"
#undef SOURCE
};

extern const char *const sg_source_names[SG_SOURCE_COUNT]; /* by bit: "bpf", "audit", "proc" */

/* What seccomp did with a denied call; the classes that evidence can tell apart. */
enum sg_denial {
#define DENIAL(name, id) SG_DENIAL_##name,
#include "recording/denials.def"
#undef DENIAL
	SG_DENIAL_MAX_,
};

extern const char *const sg_denial_names[SG_DENIAL_MAX_]; /* "unknown", "errno", … */

/* Yes, no, or not known. */
enum sg_tristate { SG_UNKNOWN, SG_NO, SG_YES };

/* What was seen of a call: each has a first time and a first program of its own. */
enum sg_first_of {
	SG_FIRST_CALLED, /* by the application, past seccomp */
	SG_FIRST_DENIED, /* the application's */
	SG_FIRST_LOGGED, /* by SCMP_ACT_LOG */
	SG_FIRST_MAX_,
};

struct sg_first {
	uint64_t at; /* 0: not known */
	char *by;    /* comm; NULL: not known */
};

struct sg_entry {
	struct sg_syscall_id id;
	/* calls that entered the kernel past seccomp; with SG_SOURCE_PROC and not _BPF, those in
	 * progress */
	uint64_t count[SG_STAGE_MAX_];
	uint64_t denied[SG_DENIAL_MAX_];
	/* of these, those of SETUP and FLOOR. The rest is the application's, also what nobody knows
	 * the stage of; [APP] stays 0 */
	uint64_t denied_stage[SG_STAGE_MAX_];
	uint64_t logged;      /* SCMP_ACT_LOG records */
	bool was_application; /* of a fold: sg_entry_is_application() in one of its runs */
	uint64_t first_seen, last_seen; /* of all of these, whoever made them */
	struct sg_first first[SG_FIRST_MAX_];
	/* comm of callers, sorted, unique: who was first, not everybody, where BPF counted */
	char **programs;
	size_t n_programs;
	uint32_t sources;	 /* SG_SOURCE_* */
	struct sg_arg_obs *args; /* of the calls of stage APP; NULL: see recording/args.h */
};

/* What was watched. Only what is known is set. */
struct sg_target {
	char *kind;   /* "cgroup", "command", "container", "pod", "unit", "log" */
	char *cgroup; /* path below the cgroup2 mount, "/…" */
	uint64_t cgroup_id;
	uint64_t processes_before; /* that ran in it when the recording began */
	bool descendants;
	/* "3 processes in /…": where they went outside of the cgroup; their calls are counted
	 * too */
	char **went_on;
	size_t n_went_on;
	char **command; /* argv, for kind "command" */
	size_t n_command;
	char *runtime, *runtime_version;
	char *engine, *engine_version; /* "docker", "podman", "containerd", "cri-o" */
	char *container_id, *container_name, *image;
	char *image_digest; /* "sha256:…": which image it was, whatever its name means now */
	char *pod, *pod_namespace, *unit, *user;
	char *owner; /* whose cgroup it is: a uid; NULL: the system's, or not known */
	enum sg_tristate no_new_privs, privileged;
	enum sg_tristate filtered; /* "Seccomp: 2" in /proc/PID/status */
};

struct sg_host {
	char *kernel;  /* uname -r */
	uint32_t arch; /* native AUDIT_ARCH_* */
	char *boot_id;
};

#define SG_ENDED_OK   "exit code 0"
#define SG_ENDED_GONE "its cgroup is gone"

struct sg_run {
	char *id; /* the identity under merge, a UUID; any 1 to 64 of [-0-9A-Z_a-z.] */
	struct sg_host host;
	struct sg_target target;
	uint64_t start, end;
	bool complete; /* false in a checkpoint: the recorder was still running */
	uint32_t sources;
	/* how the target ended: "exit code 1", "its cgroup is gone"; NULL: not before the recording
	 * did, or not known */
	char *ended;
	/* whether the application made processes in new namespaces, by clone or clone3 */
	enum sg_tristate new_namespaces;
	char *mechanism;	  /* how the kernel half worked, e.g. "tp_btf, cgroup v2" */
	char *tool;		  /* version of seccomp-gen that wrote it */
	struct sg_entry *entries; /* sorted by id, unique */
	size_t n_entries;
	uint64_t loss[SG_LOSS_MAX_];
};

struct sg_recording {
	struct sg_run **runs; /* sorted by id, unique */
	size_t n_runs;
};

/* -EINVAL when @id is none, -ENOMEM. */
int sg_run_new(const char *id, struct sg_run **ret, struct sg_error *err);
void sg_run_free(struct sg_run *run);

/* The entry of @id, made when it is not there. The pointer holds until the next call that adds. */
int sg_run_entry(struct sg_run *run, struct sg_syscall_id id, struct sg_entry **ret,
		 struct sg_error *err);
const struct sg_entry *sg_run_find(const struct sg_run *run, struct sg_syscall_id id);

/* Add a program's comm to the entry's set. */
int sg_entry_add_program(struct sg_entry *entry, const char *comm, struct sg_error *err);

/* What was seen of the call first, and by whom: stays where an earlier one is known. @by may be
 * NULL. */
int sg_entry_saw_first(struct sg_entry *entry, enum sg_first_of of, uint64_t at, const char *by,
		       struct sg_error *err);

/* What is known of it, of entries without entry->first too; its text is the entry's. */
struct sg_first sg_entry_first(const struct sg_entry *entry, enum sg_first_of of);

/* Whether anything of that was seen. */
bool sg_entry_has(const struct sg_entry *entry, enum sg_first_of of);

/* Denials of all kinds, and calls of all stages; of the denials, those of @stage. */
uint64_t sg_entry_denied(const struct sg_entry *entry);
uint64_t sg_entry_denied_in(const struct sg_entry *entry, enum sg_stage stage);
uint64_t sg_entry_called(const struct sg_entry *entry);

/* Its calls were in progress when the recording began, and none was made since. */
bool sg_entry_is_in_progress(const struct sg_entry *entry);

/* The application's calls, and how many distinct ones these are. */
void sg_run_totals(const struct sg_run *run, uint64_t *ret_calls, size_t *ret_distinct);

/*
 * Whether an entry of a run is evidence of the application. A logged call counts as well: audit
 * records know no stage, but what the runtime calls under its filter is logged too, so only what
 * exceeds that is the application's.
 */
bool sg_entry_is_application(const struct sg_entry *entry);

/* Whether the application made the call, or was denied it: BPF's evidence, which knows stages. */
bool sg_entry_was_tried_by_application(const struct sg_entry *entry);

/* What the runs of a recording saw of the application, together. */
struct sg_totals {
	uint64_t calls;	 /* made; 0 where only logs are at hand */
	uint64_t logged; /* of these, by SCMP_ACT_LOG */
	uint64_t denied;
	size_t distinct; /* calls made or logged */
};

/* @folded is what sg_recording_fold() made of @rec. */
struct sg_totals sg_recording_totals(const struct sg_recording *rec, const struct sg_run *folded);

/*
 * A run is lossy when a counter of its ledger says that a call can be missing from it: those of
 * class SET, and lost audit records where the run has no other source. A recording is when a run
 * is: `list`, `show` and `emit` all go by this.
 */
bool sg_run_is_lossy(const struct sg_run *run);
bool sg_recording_is_lossy(const struct sg_recording *rec);

/* What a counter says over all runs; over those in which it puts the set in doubt. */
uint64_t sg_recording_loss(const struct sg_recording *rec, enum sg_loss loss);
uint64_t sg_recording_set_loss(const struct sg_recording *rec, enum sg_loss loss);

/* Whether a run watched its target from the start on; of one that did, the others need not. Logs
 * tell nothing of it: true. */
bool sg_recording_saw_start(const struct sg_recording *rec);

/* Put @src's evidence into @dst, of the same id: counts add up to UINT64_MAX, sets unite. On
 * failure @dst is as it was. */
int sg_entry_join(struct sg_entry *dst, const struct sg_entry *src, struct sg_error *err);
void sg_entry_done(struct sg_entry *entry);

/* Set in @dst what is not known there and known in @src, which is left as it is. -ENOMEM. */
int sg_target_complete(struct sg_target *dst, const struct sg_target *src, struct sg_error *err);

/* How many facts of the target are known. */
size_t sg_target_known_facts(const struct sg_target *target);

/* Frees what @target owns and zeroes it. */
void sg_target_done(struct sg_target *target);

int sg_recording_new(struct sg_recording **ret, struct sg_error *err);
void sg_recording_free(struct sg_recording *rec);

/* Add a run; @run is taken on success. -EEXIST when a run of that id is there. */
int sg_recording_add(struct sg_recording *rec, struct sg_run *run, struct sg_error *err);

/*
 * All runs as one: a new run whose entries are the joins of all entries, with the earliest start,
 * the latest end, added losses, united sources. Of the facts it has those that all runs know and
 * agree on: of different targets no one is made.
 */
int sg_recording_fold(const struct sg_recording *rec, struct sg_run **ret, struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_run, sg_run_free)
SG_DEFINE_CLEANUP(struct sg_recording, sg_recording_free)

#endif
