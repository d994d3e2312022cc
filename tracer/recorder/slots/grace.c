/* SPDX-License-Identifier: Apache-2.0 */
/* Wait until no program runs any more that began before. */
#include <bpf/bpf.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "recorder/slots/private.h"

/*
 * Updating a map of maps waits for the programs that run, since the map that was replaced may be in
 * use: the kernel's other way to ask for a grace period, where membarrier(2) is refused (nohz_full,
 * a filter). The maps are made at the start: a recorder at work can make none.
 */
static int grace_inner = -1, grace_outer = -1;

void sg_recorder_grace_prepare(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	if (grace_outer >= 0 ||
	    syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0) & MEMBARRIER_CMD_GLOBAL)
		return;
	grace_inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "sg_inner", 4, 4, 1, NULL);
	opts.inner_map_fd = (uint32_t)grace_inner;
	grace_outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "sg_grace", 4, 4, 1, &opts);
}

void sg_recorder_grace(void)
{
	uint32_t zero = 0;

	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0)
		bpf_map_update_elem(grace_outer, &zero, &grace_inner, BPF_ANY);
}
