/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_SYSCALL_MULTIPLEXED_H
#define SG_SYSCALL_MULTIPLEXED_H

#include <stdbool.h>
#include <stdint.h>

#include "syscall/multiplexed_calls.h"
#include "syscall/syscall_id.h"

/*
 * Calls that go through socketcall(2) and ipc(2), whose first argument says which
 * (include/uapi/linux/net.h and ipc.h). Where an architecture has those, libseccomp makes of a rule
 * for such a name one for `socketcall` with argument 0 equal to its number, and one for the call's
 * own number if there is one.
 */

/* The number of @name under @arch, of its own or as above. Returns 0, or -ENOENT and leaves
 * *ret. */
int sg_syscall_nr_or_multiplexed(uint32_t arch, const char *name, uint32_t *ret_nr);

/* Whether @name goes through a multiplexer of @arch, with a number of its own or not. */
bool sg_is_multiplexed(uint32_t arch, const char *name);

/* Whether @id is socketcall or ipc. */
bool sg_is_multiplexer(struct sg_syscall_id id);

/* Whether @id, of a number of its own or not, is made through @multiplexer as number *ret. */
bool sg_is_made_through(struct sg_syscall_id id, struct sg_syscall_id multiplexer, uint64_t *ret);

#endif
