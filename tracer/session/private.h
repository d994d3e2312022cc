/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_SESSION_PRIVATE_H
#define SG_TRACER_SESSION_PRIVATE_H

#include <signal.h>

#include "audit/watch.h"
#include "cgroup/cgroup.h"
#include "recorder/live.h"
#include "recorder/recorder.h"
#include "recording/pinned/pinned_state.h"
#include "recording/recording.h"
#include "session/loop.h"
#include "session/session.h"
#include "session/spawn.h"
#include "session/writer.h"
#include "store/sink.h"
#include "workload/workload.h"

/*
 * For tracer/session/ only. A watch is a target: one recording. A instance is one stretch of it: a
 * cgroup with what is below it, from its appearance to its end: one run of the recording. A target
 * that is started again has several, one after the other, and a pod one a container.
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
	struct sg_target seen; /* what looks at its processes told */
	uint64_t start_real, start, last_new;
	uint64_t losses_before[SG_LOSS_MAX_]; /* the session's when it began */
	struct sg_recorder_totals totals;
	bool watching_denials;
	bool is_over;		       /* at the last look */
	unsigned int unfiltered_polls; /* in a row, with the application running */
	uint64_t filters_unwatched;    /* times that a filter was found while not watching */
	uint64_t processes_before;     /* that ran in it when it began */
	uint64_t processes_unseen;     /* of them, those of which /proc tells nothing */
	struct sg_run *in_progress;    /* what they were in the middle of; NULL: nothing */
	/* what the recorder before this one had written of it, for what only that one saw; or NULL
	 */
	struct sg_run *before;
	size_t n_went_on; /* places that were reported */
	bool warned;
	size_t n_facts;		   /* of the target, that were known at the last look */
	unsigned int client_polls; /* for clients of managers among its processes */
	uint64_t seconds;	   /* others that fitted as well, while it ran */
};

struct sg_session_target {
	struct sg_selector *selector; /* borrowed; NULL for a command and under --all */
	const char *kind;	      /* target.kind of its runs; NULL under --all */
	struct sg_instance **instances;
	size_t n_instances;
	struct sg_recording *past; /* runs that have ended */
	/* of some of these the slots are kept until the file has them: should we die, another
	 * recorder finds them there */
	struct sg_instance **unwritten;
	size_t n_unwritten;
	bool has_lived;		/* somebody was found, now or before */
	bool follows;		/* goes on when its instances have ended */
	char *where;		/* the file that has its latest state; NULL: none yet */
	struct sg_file_id file; /* … by which it is known */
	/* the same, pinned: recorder/copies.h; 0 bytes: none */
	uint32_t copy_id, copy_generation, copy_before;
	size_t copy_bytes;
	uint64_t last_checkpoint;
	uint64_t audit_serial; /* what is written has the trail up to here */
	bool checkpoint_failed;
	uint64_t nameless;   /* cgroups that were gone before their names were asked */
	bool failed;	     /* it could not be told which was meant: not recorded, and said */
	size_t n_others;     /* cgroups that are called so and are not it */
	uint64_t last_other; /* id of the last of them */
};

/* A cgroup that has appeared and whose it is has not been told yet. */
struct sg_appeared {
	struct sg_cgroup cgroup;
	struct sg_workload *workload;
	struct sg_creator creator;
	uint32_t slot;
	uint64_t made_real, since; /* since: CLOCK_MONOTONIC */
	uint64_t losses_before[SG_LOSS_MAX_];
};

/* Where the recordings of --all are, so that a container that comes again finds its own. */
struct sg_index_row {
	char *key, *where;
	struct sg_file_id file;
};

struct sg_session {
	const struct sg_session_options *opts;
	struct sg_loop *loop;
	struct sg_recorder *recorder;
	struct sg_audit_watch *audit; /* NULL: not asked for, or not to be had */
	bool audit_is_read;	      /* for all that is over by now */
	struct sg_managers *managers;
	struct sg_inventory *inventory;
	struct sg_session_target **targets;
	size_t n_targets;
	struct sg_appeared *appeared;
	size_t n_appeared;
	struct sg_index_row *known;
	size_t n_indexed, next_indexed;
	bool in_directory;   /* recordings go into the directory opts->output */
	bool is_stream;	     /* … or into a pipe, a terminal or the like: whole, at the end */
	bool made_directory; /* it was not there before; goes again when nothing comes into it */
	bool allocates;	     /* cgroups that appear are told */
	bool watch_new;	     /* their denied calls are watched from the start */

	struct sg_cgroup own_cgroup; /* made for the command; removed at the end */
	struct sg_spawn spawn;
	struct sg_helper writer; /* from the time on that this process is confined */
	int signal_fd;
	sigset_t signals_before;
	bool command_ended, is_over;
	int exit_code;
	uint64_t start, term_sent, last_reclaim;
	size_t next_poll;     /* whose turn it is */
	struct sg_live *live; /* where it is pinned; NULL: it is not */
	bool is_pinned;	      /* … and another recorder could go on */
	bool state_failed, copy_failed;
	struct sg_pinned_state
		*notes;	    /* of the recorder before this one; strings are borrowed from it */
	char *redirected;   /* another output than was asked for at first */
	char *here, *store; /* the working directory, and where the store is, for the notes */
	struct sg_session_options resumed;
	uint64_t start_real;
	bool catches_up;     /* with what appeared while no recorder was there */
	bool is_unwritten;   /* there is something of a target, and it could not be written */
	uint64_t n_finished; /* recordings that --all has finished */
	uint64_t missed_reported, missed_of_users_reported, missed_reported_at;
	/* of the last look but one, so from before anything that was not told yet appeared; and of
	 * the last one */
	uint64_t losses_before[SG_LOSS_MAX_], losses[SG_LOSS_MAX_];
};

/* guard.c: from here on this process can write nothing, and its helpers do that. */
int sg_session_confine(struct sg_session *s, struct sg_error *err);

/* start.c */
int sg_session_start(struct sg_session *s, struct sg_error *err);
/* The audit trail is evidence beside BPF's: where it cannot be had, recording goes on without it.
 */
int sg_session_open_audit(struct sg_session *s, uint32_t slots, struct sg_error *err);

/* follow.c: until there is a reason to end; and what has appeared or ended by now. */
int sg_session_loop(struct sg_session *s, struct sg_error *err);
int sg_session_follow(struct sg_session *s, struct sg_error *err);
void sg_session_report_missed(struct sg_session *s, bool last);

/* watch.c */
int sg_session_target_add(struct sg_session *s, struct sg_selector *selector, const char *kind,
			  struct sg_session_target **ret, struct sg_error *err);
void sg_session_target_free(struct sg_session_target *t);
/* Takes *instance. */
int sg_session_target_take_instance(struct sg_session *s, struct sg_session_target *t,
				    struct sg_instance **instance, struct sg_error *err);
/* What nobody but this process knows now is to survive it: the next tick writes it. */
void sg_session_target_write_soon(const struct sg_session *s, struct sg_session_target *t);
/* The instance is over: put its run into the recording, write that, give its slots back. */
int sg_session_end_instance(struct sg_session *s, struct sg_session_target *t, size_t i,
			    struct sg_error *err);
/* What is over is in the file now: its slots are free. */
void sg_session_target_written(struct sg_session *s, struct sg_session_target *t);
bool sg_session_target_is_over(const struct sg_session *s, const struct sg_session_target *t);
/* All that is known now: the past and the present. */
int sg_session_target_snapshot(struct sg_session *s, const struct sg_session_target *t,
			       bool complete, struct sg_recording **ret, struct sg_error *err);
/* "container web", "command make"; *ret is the caller's. */
int sg_session_target_describe(const struct sg_session *s, const struct sg_session_target *t,
			       char **ret, struct sg_error *err);

/* instance.c */
int sg_instance_new(struct sg_session *s, struct sg_cgroup *cgroup, uint32_t slot,
		    struct sg_instance **ret, struct sg_error *err);
void sg_instance_free(struct sg_instance *instance);
int sg_instance_add_slot(struct sg_instance *instance, uint32_t slot, struct sg_error *err);
/* When its cgroup went away; 0: it is there. */
bool sg_instance_is_over(const struct sg_session *s, const struct sg_instance *instance);
int sg_instance_snapshot(struct sg_session *s, const struct sg_session_target *t,
			 struct sg_instance *instance, bool complete, struct sg_run **ret,
			 struct sg_error *err);
/* Totals, facts, denials: once a second or so. */
int sg_instance_poll(struct sg_session *s, struct sg_instance *instance, struct sg_error *err);
/* Whether more is known of the target than at the last look: see sg_session_target_write_soon(). */
int sg_instance_has_news(const struct sg_session *s, const struct sg_session_target *t,
			 struct sg_instance *instance, bool *ret, struct sg_error *err);
void sg_instance_release(struct sg_session *s, const struct sg_instance *instance);
/* What is to be known of the target, for better or worse; once. */
void sg_instance_warn(struct sg_instance *instance, const struct sg_run *run);

/* threads.c: what is in it already, where its cgroup is a threaded one; and processes whose first
 * thread has exited. */
int sg_instance_adopt_threads(struct sg_session *s, struct sg_instance *instance,
			      struct sg_error *err);
/* Whether others of its threads live on; this one is listed by the cgroup in which it exited, even
 * if those have gone elsewhere. */
bool sg_process_is_leaderless(uint32_t tgid);

/* went_on.c: where processes of it went on outside of its cgroups, and how many were lost there;
 * and report what is new. */
int sg_outside_collect(struct sg_session *s, const struct sg_instance *instance, struct sg_run *run,
		       struct sg_error *err);
int sg_outside_report(struct sg_session *s, struct sg_instance *instance, struct sg_error *err);

/* denials.c */
int sg_instance_start_denials(struct sg_session *s, struct sg_instance *instance,
			      struct sg_error *err);
int sg_instance_adjust_denials(struct sg_session *s, struct sg_instance *instance,
			       struct sg_error *err);

/* appear.c: cgroups that appear */
int sg_session_take_new(struct sg_session *s, struct sg_error *err);
void sg_appeared_done(struct sg_appeared *a);

/* begin.c: those that were there */
int sg_session_find_targets(struct sg_session *s, struct sg_error *err);
int sg_session_begin(struct sg_session *s, struct sg_session_target *t, struct sg_cgroup *cgroup,
		     struct sg_workload *workload, struct sg_error *err);
void sg_instance_report_begin(const struct sg_session *s, const struct sg_session_target *t,
			      const struct sg_instance *instance);

/* others.c: cgroups that are called as the target is, and are not it */
void sg_session_target_report_other(struct sg_session *s, struct sg_session_target *t,
				    const char *other);
/* One of somebody else's has appeared. */
void sg_session_target_found_other(struct sg_session *s, struct sg_session_target *t,
				   const struct sg_appeared *a);
/* One that fits, and is another than was found before. */
void sg_session_target_found_second(struct sg_session *s, struct sg_session_target *t,
				    const struct sg_appeared *a);
/* Whether the target runs, and this is a second one of its name; that is said. */
bool sg_session_target_has_second(struct sg_session *s, struct sg_session_target *t,
				  const struct sg_appeared *a);
/* Whether the unit, which has ended where it was, is what has appeared at @path. */
bool sg_session_target_continues_in(const struct sg_session *s, const struct sg_session_target *t,
				    const char *path);

/* save.c */
int sg_session_save(struct sg_session *s, struct sg_session_target *t,
		    const struct sg_recording *rec, struct sg_error *err);
/* Like that; a recording that cannot be written where it was asked for is kept elsewhere, and the
 * command fails. */
int sg_session_save_last(struct sg_session *s, struct sg_session_target *t,
			 const struct sg_recording *rec, struct sg_error *err);
void sg_session_checkpoint(struct sg_session *s);
int sg_session_check_output(struct sg_session *s, struct sg_error *err);
void sg_session_summarise(const struct sg_session *s, const struct sg_session_target *t,
			  const struct sg_recording *rec);

/* known.c */
/* The run goes into the recording that --all has of this target from before, or into one of its
 * own. */
int sg_session_index_add(struct sg_session *s, const struct sg_session_target *t,
			 const struct sg_instance *instance, struct sg_error *err);
const struct sg_index_row *sg_session_index_lookup(const struct sg_session *s,
						   const struct sg_instance *instance);
void sg_session_index_done(struct sg_session *s);

/* command.c */
int sg_session_catch_signals(struct sg_session *s, struct sg_error *err);
/* They are ours no more; those that wait end us, if they are to. */
void sg_session_release_signals(struct sg_session *s);
int sg_session_take_signals(void *session, struct sg_error *err);
int sg_session_make_cgroup(struct sg_session *s, struct sg_error *err);
int sg_session_start_command(struct sg_session *s, struct sg_error *err);
void sg_session_remove_cgroup(struct sg_session *s);
bool sg_session_time_is_up(struct sg_session *s, uint64_t now);

/* keep.c: what another recorder needs to go on. */
int sg_session_pin(struct sg_session *s, struct sg_error *err);
int sg_session_save_state(struct sg_session *s, struct sg_error *err);
/* Where we are, and where the store is: before the process is confined. */
int sg_session_find_places(struct sg_session *s, struct sg_error *err);
/* Pin @text, which is the recording of @w, beside the notes; and, once the notes are written that
 * name it, take the one before away. */
void sg_session_put_copy(struct sg_session *s, struct sg_session_target *t, const char *text,
			 size_t len);
void sg_session_drop_copy(struct sg_session *s, struct sg_session_target *t);

/* resume.c: the session as the notes have it. */
int sg_session_restore(struct sg_session *s, const char *name, struct sg_error *err);

/* The losses of which nobody can say whose they are, up to now. */
void sg_session_losses(struct sg_session *s, uint64_t loss[SG_LOSS_MAX_]);

SG_DEFINE_CLEANUP(struct sg_instance, sg_instance_free)

#endif
