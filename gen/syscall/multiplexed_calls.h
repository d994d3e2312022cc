/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_MULTIPLEXED_CALLS_H
#define SG_SYSCALL_MULTIPLEXED_CALLS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The calls that socketcall(2) and ipc(2) make, and the names of those that have no number of their
 * own: a call that an architecture has in this way only has none there. Profiles know it by one
 * that no kernel has: this bit, and an index of ours below it.
 */
#define SG_NR_MULTIPLEXED 0x80000000u

/* The name for a number with SG_NR_MULTIPLEXED; NULL when there is none. Static storage. */
const char *sg_multiplexed_name(uint32_t nr);

/* For gen/syscall/ only: the table. */
enum sg_multiplexer { SG_SOCKETCALL, SG_IPC };

struct sg_multiplexed_call {
	const char *name;
	uint8_t multiplexer, number; /* number: the multiplexer's argument 0 */
};

extern const char *const sg_multiplexers[]; /* "socketcall", "ipc" */
extern const struct sg_multiplexed_call sg_multiplexed_calls[];
extern const size_t sg_multiplexed_n;

/* The place of @name in sg_multiplexed_calls; sg_multiplexed_n when it is not there. */
size_t sg_multiplexed_index(const char *name);

#endif
