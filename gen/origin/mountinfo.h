/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_MOUNTINFO_H
#define SG_ORIGIN_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>

/* The lines of /proc/PID/mountinfo and /proc/PID/cgroup (proc(5), cgroups(7)). */

/* One mount; all borrowed from the line. */
struct sg_mountinfo {
	const char *root; /* which part of the file system it shows */
	const char *dir;  /* where */
	const char *type; /* "cgroup2" */
	const char
		*super; /* the file system's own options, of cgroup v1 its controllers; or NULL */
};

/* Take @line apart in its place, the octal escapes undone. False when it is no such line. */
bool sg_mountinfo_parse(char *line, struct sg_mountinfo *ret);

/* Whether the comma-separated @list has @word. */
bool sg_list_has_word(const char *list, const char *word);

/* A process' place in one hierarchy; borrowed from the line. */
struct sg_cgroup_line {
	uint32_t hierarchy;	 /* 0: cgroup v2 */
	const char *controllers; /* comma-separated, "" for v2 */
	const char *path;	 /* "/…" */
};

/* Take "HIERARCHY:CONTROLLERS:PATH" apart in its place. False when it is no such line. */
bool sg_cgroup_line_parse(char *line, struct sg_cgroup_line *ret);

#endif
