/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_CGROUP_VIEW_H
#define SG_TRACER_CGROUP_VIEW_H

/*
 * What the numbers of processes say. cgroup.procs numbers them as our PID namespace
 * does, and those that are in none of its namespaces 0; /proc as the namespace that it was mounted
 * in; and the kernel half as the initial one.
 */
enum sg_view {
	SG_VIEW_ALL,  /* all three are one: every process is to be seen */
	SG_VIEW_PROC, /* /proc is the initial namespace's, and we are in another: it has them all */
	SG_VIEW_OURS, /* our namespace is not the initial one, and /proc is ours */
	SG_VIEW_NONE, /* /proc is of a third, or is not there: numbers mean nothing in it */
};

/* By what /proc is now. */
enum sg_view sg_view(void);

/* The numbers that sg_cgroup_processes() gives are the kernel half's, too. */
static inline int sg_view_is_initial(enum sg_view view)
{
	return view == SG_VIEW_ALL || view == SG_VIEW_PROC;
}

#endif
