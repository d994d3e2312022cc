/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_RECORDING_DERIVE_NUMBERS_H
#define SG_RECORDING_DERIVE_NUMBERS_H

#include "base/strbuf.h"
#include "recording/recording.h"

/*
 * A number that a program tried and that the table (syscall/table.h) has no name for: either no
 * system call has it, and the kernel answers ENOSYS, or it is one that the table does not know
 * yet. Which of the two, the kernel's version tells: the table has every call of every release up
 * to its newest, and numbers are never given a second time. A kernel with calls of its own, which
 * no release has, is not distinguished from others.
 */
enum sg_number {
	SG_NUMBER_NAMED,
	SG_NUMBER_ABSENT,  /* the kernel of every run that has it can have no such call */
	SG_NUMBER_UNKNOWN, /* the kernel of a run is newer than the table, or is not known */
};

/* @id is a call of one of @rec's runs at least. */
enum sg_number sg_recording_number(const struct sg_recording *rec, struct sg_syscall_id id);

/* Take the entries of ABSENT numbers out of @folded, which is @rec's fold; returns how many. */
size_t sg_run_drop_absent(struct sg_run *folded, const struct sg_recording *rec);

/* "500 of x86_64"; the architecture is a number where it has no name. */
void sg_number_text(struct sg_syscall_id id, struct sg_strbuf *out);

/*
 * Why an UNKNOWN one has no name, as the end of a sentence: "the table ends with Linux 7.3, and the
 * recording is of Linux 7.9.1". Terminal-safe.
 */
void sg_number_why_unknown(const struct sg_recording *rec, struct sg_syscall_id id,
			   struct sg_strbuf *out);

#endif
