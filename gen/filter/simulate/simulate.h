/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_FILTER_SIMULATE_SIMULATE_H
#define SG_FILTER_SIMULATE_SIMULATE_H

#include "filter/filter.h"
#include "profile/action.h"
#include "recording/recording.h"

/*
 * What filters would do with the calls that a recording holds: proof, before a profile is deployed,
 * that nothing which was recorded would be denied.
 *
 * Where a filter looks at arguments, the combinations that were recorded are tried one by one. Of
 * what was not watched everything that it can be is tried, and the call is undecided if some would
 * pass and some would not.
 */
enum sg_sim_answer {
	SG_SIM_ALLOWED,	  /* ALLOW or LOG, whatever is not known of the arguments */
	SG_SIM_DENIED,	  /* neither; NOTIFY and TRACE count here */
	SG_SIM_UNDECIDED, /* it depends on arguments that are not known */
	/* ENOSYS, to a call that is tried first and then replaced by one that passes or may pass:
	 * planned, and no denial (profile/tried_first.h) */
	SG_SIM_FALLS_BACK,
	SG_SIM_MAX_,
};

extern const char *const sg_sim_answer_names[SG_SIM_MAX_]; /* "allowed", "denied", … */

/* Calls with arguments of which the same is known, and that are not allowed. */
struct sg_sim_case {
	const struct sg_arg_tuple *tuple; /* the run's, borrowed; NULL: arguments not known */
	uint64_t count;
	enum sg_sim_answer answer;
	struct sg_verdict verdict, least_severe; /* as below */
};

struct sg_sim_call {
	struct sg_syscall_id id;
	/* calls, in the stages asked for; of denied ones, attempts */
	uint64_t stages[SG_STAGE_MAX_];
	uint64_t count;		      /* … in all of them */
	uint64_t counts[SG_SIM_MAX_]; /* … by answer */
	/* DENIED when any is, else UNDECIDED when any is, else FALLS_BACK when any does */
	enum sg_sim_answer answer;
	struct sg_verdict verdict;	/* the strongest that can come out */
	struct sg_verdict least_severe; /* of those that can */
	bool depends_on_args;		/* more than one verdict can come out, permissive or not */
	bool is_cached; /* the kernel's bitmap answers without running a filter (Linux 5.11+) */
	unsigned int min_executed, max_executed; /* BPF instructions, over all filters */
	const struct sg_arg_obs *args; /* the run's, borrowed: what the tuples are of; or NULL */
	struct sg_sim_case *cases;     /* the worst first */
	size_t n_cases;
};

struct sg_simulation {
	struct sg_sim_call *calls; /* sorted by id, unique */
	size_t n_calls;
	size_t n_answers[SG_SIM_MAX_]; /* distinct calls */
	uint64_t counts[SG_SIM_MAX_];  /* how often they were made, by what became of them */
	/* numbers that no system call has, and to which the filters answer ENOSYS as the kernel
	 * does: not among @calls */
	size_t n_absent;
	uint64_t absent;   /* how often they were tried */
	uint64_t n_cached; /* of the calls made, those that the bitmap answers */
	uint64_t executed; /* instructions for all calls made, at most, the bitmap's not counted */
};

struct sg_sim_options {
	uint32_t stages;     /* bit per enum sg_stage; 0 means the application's */
	bool include_denied; /* attempts that were denied when they were recorded count too */
	/* what the run is the fold of: tells which numbers its kernels have no call for; or NULL */
	const struct sg_recording *rec;
};

/*
 * Judge @run's calls by @filters, which are stacked: the first was loaded first. The strongest
 * verdict of all counts, as in the kernel. To judge several runs, fold them
 * (recording/recording.h).
 *
 * @run is borrowed until the result is released. The bitmap holds the numbers that the kernel has;
 * taken for that is the table's highest (Linux 6.18).
 * @opts may be NULL. Release the result with sg_simulation_done(). Returns 0, -ENOMEM.
 */
int sg_simulate(const struct sg_filter *const *filters, size_t n_filters, const struct sg_run *run,
		const struct sg_sim_options *opts, struct sg_simulation *ret, struct sg_error *err);
void sg_simulation_done(struct sg_simulation *sim);

/*
 * The same for one call. @args: bit i of @known_args says that argument i is known and at @args[i].
 * *ret's counts and stages are left 0, it has no cases, and what falls back is DENIED.
 */
int sg_simulate_call(const struct sg_filter *const *filters, size_t n_filters,
		     struct sg_syscall_id id, const uint64_t *args, uint32_t known_args,
		     struct sg_sim_call *ret, struct sg_error *err);

#endif
