/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_VIEW_SIMULATE_H
#define SG_VIEW_SIMULATE_H

#include "base/strbuf.h"
#include "filter/compile/compile.h"
#include "filter/simulate/simulate.h"

/* Whether a runtime starts the container under the filters. */
struct sg_simulate_floor {
	const char *runtime;	       /* as struct sg_floor says it */
	struct sg_syscall_id *missing; /* what it needs and is denied */
	size_t n_missing;
	bool depends; /* on its version, which is not known: not all need one of these */
};

/* What `simulate` judged and by what. All borrowed. */
struct sg_simulate_report {
	const char *filter_name; /* the profile's file, "process 4711" */
	const char *recording_name;
	const struct sg_compiled *compiled; /* NULL: the filters were not compiled here */
	enum sg_compile_flavor flavor;	    /* of it */
	const struct sg_filter *const *filters;
	size_t n_filters;
	const struct sg_simulation *sim;
	const struct sg_simulate_floor *floors; /* of the runtimes that may start it */
	size_t n_floors;
	bool show_all; /* in the table for people, also the calls that are allowed */
};

/* How many instructions the filters have. */
size_t sg_simulate_size(const struct sg_simulate_report *report);

/* For people: what was judged, totals, a table. Returns 0, -ENOMEM. */
int sg_simulate_print(const struct sg_simulate_report *report, struct sg_strbuf *out,
		      struct sg_error *err);

/* For programs; the form is stable (seccomp-gen-simulate(1)). */
void sg_simulate_print_json(const struct sg_simulate_report *report, struct sg_strbuf *out);

#endif
