/* SPDX-License-Identifier: Apache-2.0 */
#include "syscall/multiplexed.h"

#include <errno.h>
#include <string.h>

#include "syscall/table.h"

int sg_syscall_nr_or_multiplexed(uint32_t arch, const char *name, uint32_t *ret_nr)
{
	uint32_t nr;
	size_t i;

	if (sg_syscall_nr(arch, name, ret_nr) == 0)
		return 0;
	i = sg_multiplexed_index(name);
	if (i == sg_multiplexed_n ||
	    sg_syscall_nr(arch, sg_multiplexers[sg_multiplexed_calls[i].multiplexer], &nr) < 0)
		return -ENOENT;
	*ret_nr = SG_NR_MULTIPLEXED | (uint32_t)i;
	return 0;
}

bool sg_is_multiplexed(uint32_t arch, const char *name)
{
	size_t i = sg_multiplexed_index(name);
	uint32_t nr;

	return i < sg_multiplexed_n &&
	       sg_syscall_nr(arch, sg_multiplexers[sg_multiplexed_calls[i].multiplexer], &nr) == 0;
}

bool sg_is_multiplexer(struct sg_syscall_id id)
{
	const char *name = sg_syscall_name(id);

	return name && (strcmp(name, sg_multiplexers[SG_SOCKETCALL]) == 0 ||
			strcmp(name, sg_multiplexers[SG_IPC]) == 0);
}

bool sg_is_made_through(struct sg_syscall_id id, struct sg_syscall_id multiplexer, uint64_t *ret)
{
	const char *name = id.arch == multiplexer.arch ? sg_syscall_name(id) : NULL;
	const char *through = sg_syscall_name(multiplexer);
	size_t i;

	if (!name || !through)
		return false;
	i = sg_multiplexed_index(name);
	if (i == sg_multiplexed_n ||
	    strcmp(sg_multiplexers[sg_multiplexed_calls[i].multiplexer], through) != 0)
		return false;
	*ret = sg_multiplexed_calls[i].number;
	return true;
}
