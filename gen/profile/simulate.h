/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_PROFILE_SIMULATE_H
#define SG_PROFILE_SIMULATE_H

#include "profile/action.h"
#include "profile/filter.h"
#include "recording/recording.h"

/*
 * What filters would do with the calls that a recording holds: proof, before a profile is deployed,
 * that nothing which was recorded would be denied.
 *
 * Of most calls only the number is known. Where a filter looks at arguments, all that they can be
 * is tried, and the call is undecided if some would pass and some would not.
 */
enum sg_sim_answer {
	SG_SIM_ALLOWED,	  /* ALLOW or LOG, whatever the arguments */
	SG_SIM_DENIED,	  /* neither, whatever the arguments; NOTIFY and TRACE count here */
	SG_SIM_UNDECIDED, /* it depends on arguments that are not known */
	SG_SIM_MAX_,
};

extern const char *const sg_sim_answer_names[SG_SIM_MAX_]; /* "allowed", "denied", "undecided" */

struct sg_sim_call {
	struct sg_syscall_id id;
	uint64_t count;	 /* calls in the stages asked for; of denied ones, the attempts */
	uint32_t stages; /* those of them in which it was made: bit per enum sg_stage */
	enum sg_sim_answer answer;
	struct sg_verdict verdict; /* the strongest that can come out */
	struct sg_verdict mildest; /* the same again unless undecided */
	bool depends_on_args;	   /* more than one verdict can come out, permissive or not */
	bool is_cached; /* the kernel's bitmap answers without running a filter (Linux 5.11+) */
	unsigned int min_executed, max_executed; /* BPF instructions, over all filters */
};

struct sg_simulation {
	struct sg_sim_call *calls; /* sorted by id, unique */
	size_t n_calls;
	size_t n_answers[SG_SIM_MAX_]; /* distinct calls */
	uint64_t counts[SG_SIM_MAX_];  /* how often they were made */
	uint64_t n_cached;	       /* of the calls made, those that the bitmap answers */
	uint64_t executed; /* instructions for all calls made, at most, the bitmap's not counted */
};

struct sg_sim_options {
	uint32_t stages;     /* bit per enum sg_stage; 0 means the application's */
	bool include_denied; /* attempts that were denied when they were recorded count too */
};

/*
 * Judge @run's calls by @filters, which are stacked: the first was loaded first. The strongest
 * verdict of all counts, as in the kernel. To judge several runs, fold them
 * (recording/recording.h).
 *
 * The bitmap holds the numbers that the kernel has; taken for that is the table's highest
 * (Linux 6.18).
 * @opts may be NULL. Release the result with sg_simulation_done(). Returns 0, -ENOMEM.
 */
int sg_simulate(const struct sg_filter *const *filters, size_t n_filters, const struct sg_run *run,
		const struct sg_sim_options *opts, struct sg_simulation *ret, struct sg_error *err);
void sg_simulation_done(struct sg_simulation *sim);

/*
 * The same for one call. @args: bit i of @known_args says that argument i is known and at @args[i].
 * *ret's count and stages are left 0.
 */
int sg_simulate_call(const struct sg_filter *const *filters, size_t n_filters,
		     struct sg_syscall_id id, const uint64_t *args, uint32_t known_args,
		     struct sg_sim_call *ret, struct sg_error *err);

#endif
