/* SPDX-License-Identifier: Apache-2.0 */
/* Cgroups that appear, to which the kernel half has given slots. */
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/recorder.h"
#include "recorder/slots/private.h"

int sg_recorder_new_cgroups_fd(const struct sg_recorder *rec)
{
	return ring_buffer__epoll_fd(rec->new_cgroup_events);
}

struct new_slot {
	uint64_t made_boot_ns;
	uint32_t slot;
};

static int compare_made(const void *a, const void *b)
{
	uint64_t one = ((const struct new_slot *)a)->made_boot_ns;
	uint64_t other = ((const struct new_slot *)b)->made_boot_ns;

	return (one > other) - (one < other);
}

/* Oldest first: what is above is reported before what is below. */
static size_t list_new(const struct sg_recorder *rec, struct new_slot *list)
{
	size_t n = 0;

	for (uint32_t slot = 1; slot <= rec->pinned->slots; slot++) {
		const struct sg_allocation *row = &rec->allocations[slot];

		if (rec->phases[slot] == SG_SLOT_READY &&
		    __atomic_load_n(&row->cgroup_id, __ATOMIC_ACQUIRE) && row->path[0])
			list[n++] = (struct new_slot){ row->made_boot_ns, slot };
	}
	qsort(list, n, sizeof(*list), compare_made);
	return n;
}

static void describe_new(const struct sg_recorder *rec, uint32_t slot, struct sg_new_cgroup *ret)
{
	const struct sg_allocation *row = &rec->allocations[slot];

	*ret = (struct sg_new_cgroup){ .slot = slot,
				       .id = row->cgroup_id,
				       .parent_id = row->parent_id,
				       .made = sg_recorder_to_real(rec, row->made_boot_ns),
				       .creator_tgid = row->creator_tgid };
	memcpy(ret->creator, row->creator_comm, SG_COMM_LEN);
	memcpy(ret->path, row->path, SG_CGROUP_PATH_MAX);
	ret->creator[SG_COMM_LEN - 1] = ret->path[SG_CGROUP_PATH_MAX - 1] = '\0';
	ret->path_is_cut = strlen(ret->path) == SG_CGROUP_PATH_MAX - 1;
}

int sg_recorder_new_cgroups(struct sg_recorder *rec,
			    int (*visit)(const struct sg_new_cgroup *cgroup, void *data,
					 struct sg_error *err),
			    void *data, struct sg_error *err)
{
	_cleanup_free_ struct new_slot *list = calloc(rec->pinned->slots, sizeof(*list));
	size_t n;
	int r = 0;

	if (!list)
		return sg_error_oom(err);
	ring_buffer__consume(rec->new_cgroup_events); /* before the list is read: what comes after
							 it sends another */
	n = list_new(rec, list);
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct sg_new_cgroup cgroup;

		describe_new(rec, list[i].slot, &cgroup);
		rec->phases[list[i].slot] = SG_SLOT_USED;
		r = visit(&cgroup, data, err);
	}
	return r;
}

uint64_t sg_recorder_cgroup_gone(const struct sg_recorder *rec, uint32_t slot)
{
	return sg_recorder_to_real(
		rec, __atomic_load_n(&rec->allocations[slot].gone_boot_ns, __ATOMIC_RELAXED));
}
