/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_ORIGIN_PROC_H
#define SG_ORIGIN_PROC_H

#include <stdbool.h>
#include <stdint.h>

/* What files of /proc/PID/ say of a process or thread, from their text (proc(5)). */

/*
 * /proc/PID/syscall: "NR 0xARG0 … 0xARG5 0xSP 0xPC". False when it is in no call ("running", "-1
 * …"), and then *ret_nr and *ret_pc are undefined.
 */
bool sg_proc_syscall_parse(const char *text, uint32_t *ret_nr, uint64_t *ret_pc);

/*
 * The number after "@field:" in the text of /proc/PID/status, the first of several. False when
 * there is none or it does not fit. A line of a process' own making ("Name:") has no newline in it.
 */
bool sg_proc_status_u32(const char *text, const char *field, uint32_t *ret);

/* Real, effective, saved and file system uid of /proc/PID/status. */
bool sg_proc_status_uids(const char *text, uint32_t ret[4]);

/* How many numbers follow "@field:" (NSpid: one a PID namespace); 0: none, or no such field. */
unsigned int sg_proc_status_count(const char *text, const char *field);

/* The state of /proc/PID/status ('R', 'S', …); '\0' when there is none. */
char sg_proc_status_state(const char *text);

/* The flags of /proc/PID/stat (PF_*, linux/sched.h). False when there are none. */
bool sg_proc_stat_flags(const char *text, uint32_t *ret);

/* The state of /proc/PID/stat ('R', 'S', …); '\0' when there is none. */
char sg_proc_stat_state(const char *text);

#endif
