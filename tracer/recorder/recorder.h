/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_RECORDER_RECORDER_H
#define SG_TRACER_RECORDER_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "args/table.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "recording/recording.h"

/*
 * The kernel half, loaded and attached. A cgroup that is recorded has a slot, in which its calls
 * are counted. Slots come to cgroups in two ways: the kernel gives one to each cgroup that appears
 * (opts.allocate), before a task can enter it; and the caller takes one for a cgroup that is there.
 */
struct sg_recorder;

struct sg_recorder_options {
	uint32_t
		slots; /* how many cgroups can be recorded at a time: 1 … sg_recorder_slots_max() */
	bool allocate; /* cgroups that appear get slots */
	/* of them, how many cgroups that appear do not get before _unreserve(): for those that are
	 * there and are taken after _attach() */
	uint32_t reserve;
	enum sg_arg_set args; /* calls whose arguments are watched */
	/* a v1 hierarchy: its number in /proc/self/cgroup and its controller's name; 0 and NULL for
	 * v2 */
	uint32_t v1_hierarchy;
	const char *v1_controller;
};

uint32_t sg_recorder_slots_max(void);

/*
 * Whether this process and this kernel can record at all, before anything is made for it. -EPERM
 * names the missing capabilities, -ENOTSUP what the kernel lacks.
 */
int sg_recorder_check(struct sg_error *err);

/* What a slot takes of kernel memory on this machine, in bytes; about. */
size_t sg_recorder_slot_size(void);

/* Load programs and maps. -EPERM names the missing capability, -ENOTSUP what the kernel lacks. */
int sg_recorder_new(const struct sg_recorder_options *opts, struct sg_recorder **ret,
		    struct sg_error *err);
void sg_recorder_free(struct sg_recorder *rec);

/* Start counting: from here on cgroups that appear get their slots. */
int sg_recorder_attach(struct sg_recorder *rec, struct sg_error *err);

/*
 * Take a slot for a cgroup that is there, @owner's (sg_cgroup_owner()). -EEXIST when it has one
 * already, -ENOSPC when none is free. Then _inherit, _track what is below, and in the end _flush:
 * from then on no call is missed.
 */
int sg_recorder_take(struct sg_recorder *rec, uint64_t cgroup_id, uint32_t owner,
		     uint32_t *ret_slot, struct sg_error *err);

void sg_recorder_unreserve(struct sg_recorder *rec);

/* Count the calls of one more cgroup in @slot. -ENOSPC when the table of cgroups is full. */
int sg_recorder_track(struct sg_recorder *rec, uint64_t cgroup_id, uint32_t slot,
		      struct sg_error *err);

/* Make the kernel half's cache agree with what was taken and tracked. */
void sg_recorder_flush(struct sg_recorder *rec);

/* Whether cgroups made below the slot's from now on take the slot too. Off at first. */
void sg_recorder_inherit(struct sg_recorder *rec, uint32_t slot, bool on);

/* Whose the cgroups of @slot are: the target's whose first slot is @first. Of a slot that was
 * reported; before it, nothing that processes call on their way there is anybody's for good. */
void sg_recorder_decide(struct sg_recorder *rec, uint32_t slot, uint32_t first);

/* A process that is in @slot already, by its number in the initial PID namespace; one that was not
 * added is taken for coming from outside when it moves. */
int sg_recorder_add_process(struct sg_recorder *rec, uint32_t tgid, uint32_t slot,
			    struct sg_error *err);

/* A thread that is in @slot alone, its process elsewhere or of other threads' slots. */
int sg_recorder_add_thread(struct sg_recorder *rec, uint32_t tid, uint32_t slot,
			   struct sg_error *err);

/* All processes of the slot have been added: calls of others are of processes that are being moved
 * in. */
void sg_recorder_members_complete(struct sg_recorder *rec, uint32_t slot);

/*
 * The process @tgid is about to be moved into @slot by us: what it does there before its exec is
 * set-up. The kernel tells of a move only after it was made, which leaves a process that runs
 * meanwhile a moment too long.
 */
int sg_recorder_expect_process(struct sg_recorder *rec, uint32_t tgid, uint32_t slot,
			       struct sg_error *err);

/*
 * Which slot the process @tgid was in at the time @real_ns (CLOCK_REALTIME; give or take the
 * resolution of audit's clock). 0: in none, or it ended so long ago that it is forgotten
 * (_processes_forgotten).
 */
uint32_t sg_recorder_slot_of_process(struct sg_recorder *rec, uint32_t tgid, uint64_t real_ns);

/*
 * Whether, since the last call of this function, so many processes ended that some were forgotten.
 */
bool sg_recorder_forgot_processes(struct sg_recorder *rec);

/*
 * Watch the slot's denied calls, or stop. It takes a program on sys_exit, which every process of
 * the host pays for, so it is attached only while some slot asks for it. Before Linux 5.15 it takes
 * one on seccomp, which stays once it is there (_can_stop_watching). -ENOTSUP where there is
 * neither.
 */
int sg_recorder_watch_denials(struct sg_recorder *rec, uint32_t slot, bool on,
			      struct sg_error *err);

/* The same for cgroups that appear from now on, from their first instruction. */
int sg_recorder_watch_denials_of_new(struct sg_recorder *rec, bool on, struct sg_error *err);

bool sg_recorder_can_stop_watching(const struct sg_recorder *rec);

/* Whether a task with a seccomp filter was met in the slot. */
bool sg_recorder_saw_filter(const struct sg_recorder *rec, uint32_t slot);
/* Whether the application made a process of the slot in new namespaces. */
bool sg_recorder_saw_namespaces(const struct sg_recorder *rec, uint32_t slot);

/* Stop counting. When this returns no program is running any more. */
void sg_recorder_detach(struct sg_recorder *rec);

/*
 * From here on a helper attaches and detaches, and removes what is pinned (@live, or NULL;
 * borrowed, as it is now), so that this process can give that away. _wait(): until it can be asked.
 */
struct sg_live;
int sg_recorder_hand_over(struct sg_recorder *rec, const struct sg_live *live,
			  struct sg_error *err);
int sg_recorder_hand_over_wait(struct sg_recorder *rec, struct sg_error *err);
int sg_recorder_remove_pins(struct sg_recorder *rec, const struct sg_live *live,
			    struct sg_error *err);

/* How the kernel half works here, for the recording: "tp_btf, task BTF, cgroup v2". Borrowed. */
const char *sg_recorder_mechanism(const struct sg_recorder *rec);

/* What the status line shows of a slot; cheap enough for every second. */
struct sg_recorder_totals {
	uint64_t calls;	   /* the application's */
	uint32_t distinct; /* different calls of the application */
	uint64_t losses;   /* sum of the set-relevant losses, over all slots */
};
int sg_recorder_totals(struct sg_recorder *rec, uint32_t slot, struct sg_recorder_totals *ret,
		       struct sg_error *err);

/* Put all that was counted in @slot so far into the empty @run: entries, sources, the slot's own
 * losses. */
int sg_recorder_collect(struct sg_recorder *rec, uint32_t slot, struct sg_run *run,
			struct sg_error *err);

/*
 * What was called on the way from one cgroup to another, of the slots of one target; after
 * _collect() of all of them, into the same run, whose target learns where its processes went.
 */
int sg_recorder_collect_moved(struct sg_recorder *rec, const uint32_t *slots, size_t n_slots,
			      struct sg_run *run, struct sg_error *err);

/* Where processes of these slots continued outside of their target's cgroups, which they left or
 * were started in; @visit is called with each place, the struct being borrowed. */
struct sg_went_to {
	uint64_t cgroup_id;
	const char *path; /* below the root of the hierarchy; "": not known */
	uint64_t processes;
	uint64_t unfollowed; /* of these, whose calls there are lost */
};
int sg_recorder_went_on(struct sg_recorder *rec, const uint32_t *slots, size_t n_slots,
			int (*visit)(const struct sg_went_to *place, void *data,
				     struct sg_error *err),
			void *data, struct sg_error *err);

/* The losses up to now of which nobody can say whose they are; these put every recording in doubt
 * that was made at the time. */
void sg_recorder_losses(struct sg_recorder *rec, uint64_t loss[SG_LOSS_MAX_]);

/*
 * Cgroups that appear. Each that is not made below one whose slot is inherited is reported once.
 * The caller keeps its slot as long as it likes, also when the cgroup is gone; then it releases it,
 * and the counters are lost with it.
 */
#define SG_NEW_CGROUP_PATH 512

struct sg_new_cgroup {
	uint32_t slot;
	uint64_t id, parent_id;
	uint64_t made;		       /* CLOCK_REALTIME, ns */
	uint32_t creator_tgid;	       /* who made it: a runtime, or systemd for it */
	char creator[16];	       /* its comm */
	char path[SG_NEW_CGROUP_PATH]; /* below the root of the hierarchy */
	bool path_is_cut;
};

/* Readable when there may be some, or one is gone; -1 without opts.allocate. To be polled now and
 * then all the same. */
int sg_recorder_new_cgroups_fd(const struct sg_recorder *rec);

/* Call @visit with each that was not reported yet, the struct being borrowed; stops at its first
 * error.
 */
int sg_recorder_new_cgroups(struct sg_recorder *rec,
			    int (*visit)(const struct sg_new_cgroup *cgroup, void *data,
					 struct sg_error *err),
			    void *data, struct sg_error *err);

/* When the slot's cgroup was removed (CLOCK_REALTIME, ns); 0 while it is there. */
uint64_t sg_recorder_cgroup_gone(const struct sg_recorder *rec, uint32_t slot);

/*
 * Cgroups that appeared while no slot was free, or none on the share of who owns them: root's, and
 * users' (*ret_by_users), together. A user has a quarter of the slots at most, and all users three
 * quarters, so that nobody but root can use up root's.
 */
uint64_t sg_recorder_cgroups_missed(const struct sg_recorder *rec, uint64_t *ret_by_users);

/* Those of the slot's own owner, since it was given: one of them may have been the target again. */
uint64_t sg_recorder_cgroups_missed_since(const struct sg_recorder *rec, uint32_t slot);

/* Give back a slot that was taken or reported. It is ready again after sg_recorder_reclaim(), which
 * waits for two grace periods of the kernel's, milliseconds each: so not for every slot. */
void sg_recorder_release(struct sg_recorder *rec, uint32_t slot);
int sg_recorder_reclaim(struct sg_recorder *rec, struct sg_error *err);

/*
 * Pin everything in @dir, a directory in bpffs of its own: from now on the kernel half counts on
 * when this process dies. _detach() takes the links away, whoever made the directory the rest.
 */
int sg_recorder_pin(struct sg_recorder *rec, const char *dir, const char *shown,
		    struct sg_error *err);

/*
 * Take over what is pinned in @dir, whose process has died; it counts, or counted until it was
 * detached (_counts). The caller then claims the slots that it knows of: @cgroup_id is the slot's
 * (0: one of a cgroup below). False: it is not so, or the slot was released. _claimed_all() deals
 * with the others. -EPROTO when another version has begun it.
 */
int sg_recorder_adopt(const char *dir, const char *shown, struct sg_recorder **ret,
		      struct sg_error *err);
/* Links that were pinned and that somebody has removed since: what they had to see is missing. */
uint64_t sg_recorder_links_missing(const struct sg_recorder *rec);
bool sg_recorder_counts(const struct sg_recorder *rec);
uint32_t sg_recorder_slots(const struct sg_recorder *rec);
bool sg_recorder_claim(struct sg_recorder *rec, uint32_t slot, uint64_t cgroup_id);
void sg_recorder_claimed_all(struct sg_recorder *rec);

/* Whether denied calls of the slot, of new cgroups (slot 0), are watched. */
bool sg_recorder_watches_denials(const struct sg_recorder *rec, uint32_t slot);

/* What the last process had dated: @run is of @slot, as it was written last. */
int sg_recorder_restore(struct sg_recorder *rec, uint32_t slot, const struct sg_run *run,
			struct sg_error *err);

SG_DEFINE_CLEANUP(struct sg_recorder, sg_recorder_free)

#endif
