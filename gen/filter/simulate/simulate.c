/* SPDX-License-Identifier: Apache-2.0 */
#include "filter/simulate/simulate.h"

#include <assert.h>
#include <stdlib.h>

const char *const sg_sim_answer_names[SG_SIM_MAX_] = {
	[SG_SIM_ALLOWED] = "allowed",
	[SG_SIM_DENIED] = "denied",
	[SG_SIM_UNDECIDED] = "undecided",
	[SG_SIM_FALLS_BACK] = "falls_back",
};
static_assert(SG_ARRAY_SIZE(sg_sim_answer_names) == 4, "an answer has no name");

void sg_simulation_done(struct sg_simulation *sim)
{
	for (size_t i = 0; i < sim->n_calls; i++)
		free(sim->calls[i].cases);
	free(sim->calls);
	*sim = (struct sg_simulation){ 0 };
}
