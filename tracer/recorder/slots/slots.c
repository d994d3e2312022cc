/* SPDX-License-Identifier: Apache-2.0 */
/* Slots, and the cgroups that have them: what userspace gives a slot to, and the kernel half's
 * cache. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "cli/clock.h"
#include "recorder/recorder.h"
#include "recorder/slots/private.h"

static int ignore_event(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

int sg_recorder_put_back(struct sg_recorder *rec, uint32_t slot)
{
	return bpf_map__update_elem(rec->skel->maps.free_slots, NULL, 0, &slot, sizeof(slot),
				    BPF_ANY);
}

int sg_recorder_slots_open(struct sg_recorder *rec, struct sg_error *err)
{
	const struct bpf_map *map = rec->skel->maps.allocations;
	size_t page = (size_t)getpagesize();
	void *memory;

	rec->phases = calloc(rec->pinned->slots + 1, sizeof(*rec->phases));
	rec->states = calloc(rec->pinned->slots + 1, sizeof(*rec->states));
	if (!rec->phases || !rec->states)
		return sg_error_oom(err);
	rec->allocations_size =
		(sizeof(struct sg_allocation) * (rec->pinned->slots + 1) + page - 1) / page * page;
	memory = mmap(NULL, rec->allocations_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      bpf_map__fd(map), 0);
	if (memory == MAP_FAILED)
		return sg_error_set(err, -errno, "map the table of new cgroups: %s",
				    strerror(errno));
	rec->allocations = memory;
	rec->new_cgroup_events = ring_buffer__new(bpf_map__fd(rec->skel->maps.new_cgroup_events),
						  ignore_event, NULL, NULL);
	if (!rec->new_cgroup_events)
		return sg_error_set(err, -errno, "open the events of new cgroups: %s",
				    strerror(errno));
	sg_recorder_grace_prepare();
	return 0;
}

int sg_recorder_slots_fill(struct sg_recorder *rec, uint32_t reserve, struct sg_error *err)
{
	rec->first_reserved = 1;
	rec->end_reserved = 1 + (reserve < rec->pinned->slots ? reserve : rec->pinned->slots);
	for (uint32_t slot = rec->end_reserved; slot <= rec->pinned->slots; slot++) {
		if (sg_recorder_put_back(rec, slot))
			return sg_error_set(err, -errno, "fill the queue of slots: %s",
					    strerror(errno));
	}
	return 0;
}

void sg_recorder_slots_done(struct sg_recorder *rec)
{
	ring_buffer__free(rec->new_cgroup_events);
	if (rec->allocations)
		munmap(rec->allocations, rec->allocations_size);
	for (uint32_t slot = 0; rec->states && slot <= rec->pinned->slots; slot++)
		free(rec->states[slot]);
	free(rec->states);
	free(rec->phases);
	free(rec->unflushed);
}

static int put_in_slots(struct sg_recorder *rec, uint64_t cgroup_id, uint32_t slot, bool is_below,
			struct sg_error *err)
{
	const struct bpf_map *map = rec->skel->maps.slots;
	int r;

	if (SG_ARRAY_GROW(rec->unflushed, rec->n_unflushed) < 0)
		return sg_error_oom(err);
	/* those below are to leave room for each slot's own */
	if (is_below &&
	    __atomic_load_n(&rec->skel->bss->inherited, __ATOMIC_RELAXED) >= SG_INHERITED_MAX) {
		errno = E2BIG;
		r = -E2BIG;
	} else {
		r = bpf_map__update_elem(map, &cgroup_id, sizeof(cgroup_id), &slot, sizeof(slot),
					 BPF_NOEXIST);
	}
	if (r == 0 && is_below) {
		__atomic_fetch_add(&rec->skel->bss->inherited, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&rec->skel->bss->inherited_by[slot], 1, __ATOMIC_RELAXED);
	} else if (r < 0 && errno == EEXIST) { /* one that has appeared, and is reported */
		r = bpf_map__update_elem(map, &cgroup_id, sizeof(cgroup_id), &slot, sizeof(slot),
					 BPF_ANY);
	}
	if (r == 0) {
		rec->unflushed[rec->n_unflushed++] = (struct sg_tracked){ cgroup_id, slot };
		return 0;
	}
	if (errno == E2BIG || errno == ENOSPC)
		return sg_error_set(
			err, -ENOSPC,
			"track cgroup %llu: the table of cgroups is full: record a smaller "
			"subtree, or use --no-descendants",
			(unsigned long long)cgroup_id);
	return sg_error_set(err, -errno, "track cgroup %llu: %s", (unsigned long long)cgroup_id,
			    strerror(errno));
}

int sg_recorder_track(struct sg_recorder *rec, uint64_t cgroup_id, uint32_t slot,
		      struct sg_error *err)
{
	return put_in_slots(rec, cgroup_id, slot, true, err);
}

int sg_recorder_take(struct sg_recorder *rec, uint64_t cgroup_id, uint32_t owner,
		     uint32_t *ret_slot, struct sg_error *err)
{
	const struct recorder_bpf *skel = rec->skel;
	uint32_t slot;
	int r;

	if (bpf_map__lookup_elem(skel->maps.slots, &cgroup_id, sizeof(cgroup_id), &slot,
				 sizeof(slot), 0) == 0 &&
	    slot != SG_SLOT_FOLLOW)
		return sg_error_set(err, -EEXIST, "cgroup %llu: is recorded already",
				    (unsigned long long)cgroup_id);
	if (rec->first_reserved < rec->end_reserved)
		slot = rec->first_reserved++;
	else if (bpf_map__lookup_and_delete_elem(skel->maps.free_slots, NULL, 0, &slot,
						 sizeof(slot), 0))
		return sg_error_set(err, -ENOSPC,
				    "cgroup %llu: %u cgroups are recorded, and there is no room "
				    "for more",
				    (unsigned long long)cgroup_id, rec->pinned->slots);
	rec->phases[slot] = SG_SLOT_USED;
	rec->skel->bss->top_of[slot] = (uint16_t)slot;
	sg_recorder_decide(rec, slot, slot);
	rec->allocations[slot].made_boot_ns = sg_now_boot();
	rec->allocations[slot].owner = owner;
	rec->allocations[slot].missed_before = sg_recorder_missed_by(rec, owner);
	rec->allocations[slot].cgroup_id = cgroup_id; /* so that its end is recorded */
	r = put_in_slots(rec, cgroup_id, slot, false, err);
	if (r < 0)
		return r;
	*ret_slot = slot;
	return 0;
}

/* Where the kernel half's cache says @wrong of the cgroup, it is to say @right. */
void sg_recorder_correct_cells(struct sg_recorder *rec, uint64_t id, uint64_t wrong, uint64_t right)
{
	const uint64_t at[] = { SG_CACHE_FIRST(id), SG_CACHE_SECOND(id) };

	for (size_t i = 0; i < SG_ARRAY_SIZE(at); i++) {
		__u64 expected = wrong;

		__atomic_compare_exchange_n(&rec->skel->bss->slot_cache[at[i]], &expected, right,
					    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	}
}

void sg_recorder_unreserve(struct sg_recorder *rec)
{
	while (rec->first_reserved < rec->end_reserved)
		sg_recorder_put_back(
			rec,
			rec->first_reserved++); /* there is room: they were in the queue's size */
}

/*
 * A program that looked the id up before it was in `slots` may still write "not tracked" into the
 * cache; after a grace period none is left, and what it wrote can be put right for good.
 */
void sg_recorder_flush(struct sg_recorder *rec)
{
	if (rec->n_unflushed == 0)
		return;
	sg_recorder_grace();
	for (size_t i = 0; i < rec->n_unflushed; i++) {
		uint64_t id = rec->unflushed[i].cgroup_id, wrong = id << SG_SLOT_BITS;

		sg_recorder_correct_cells(rec, id, wrong, wrong | rec->unflushed[i].slot);
		sg_recorder_correct_cells(rec, id, wrong | SG_SLOT_FOLLOW,
					  wrong | rec->unflushed[i].slot);
	}
	rec->n_unflushed = 0;
}

void sg_recorder_decide(struct sg_recorder *rec, uint32_t slot, uint32_t first)
{
	__atomic_store_n(&rec->skel->bss->target_of[slot], (uint16_t)first, __ATOMIC_SEQ_CST);
	sg_recorder_moved_decided(rec, slot);
}

void sg_recorder_inherit(struct sg_recorder *rec, uint32_t slot, bool on)
{
	__atomic_store_n(&rec->skel->bss->inherits[slot], on, __ATOMIC_RELAXED);
}

void sg_recorder_members_complete(struct sg_recorder *rec, uint32_t slot)
{
	__atomic_store_n(&rec->skel->bss->members_complete[slot], 1, __ATOMIC_RELAXED);
}
