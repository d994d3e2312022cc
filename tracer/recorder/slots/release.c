/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a slot back to the free ones. It is used again only when nothing can count in it any
 * more: its cgroup is gone, or was taken out of `slots` and `slot_cache` two grace periods ago.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/recorder.h"
#include "recorder/slots/private.h"

/* Maps whose rows belong to a slot, and where the row says to which. */
struct owned {
	const struct bpf_map *map;
	bool in_value;
	size_t offset, size;
};

#define BATCH 2048

static uint32_t owner(const struct owned *o, const void *key, const void *value)
{
	const char *at = (const char *)(o->in_value ? value : key) + o->offset;
	uint16_t narrow;
	uint32_t slot;

	if (o->size == sizeof(slot)) {
		memcpy(&slot, at, sizeof(slot));
		return slot;
	}
	memcpy(&narrow, at, sizeof(narrow));
	return narrow;
}

/* Processes that are in set-up are counted: whoever deletes the row takes it off the count. */
static void clear_setup_task(struct sg_recorder *rec, int fd, const void *key)
{
	struct sg_setup_task row;

	if (bpf_map_lookup_elem(fd, key, &row) || !sg_recorder_is_released(rec, row.slot) ||
	    bpf_map_delete_elem(fd, key))
		return;
	bpf_map__delete_elem(rec->skel->maps.setup_calls, key, sizeof(uint32_t), 0);
	__atomic_fetch_sub(&rec->skel->bss->slot_flags[row.slot], 1, __ATOMIC_SEQ_CST);
}

static void forget_thread(struct sg_recorder *rec, const void *key)
{
	uint32_t task;

	memcpy(&task, key, sizeof(task));
	if (task & SG_THREAD)
		__atomic_fetch_sub(&rec->skel->bss->threads_apart, 1, __ATOMIC_SEQ_CST);
}

/* Delete the rows of all released slots. */
static int clear_rows(struct sg_recorder *rec, const struct owned *o, struct sg_error *err)
{
	bool is_per_cpu = bpf_map__type(o->map) == BPF_MAP_TYPE_PERCPU_HASH;
	size_t key_size = bpf_map__key_size(o->map);
	size_t value_size = bpf_map__value_size(o->map) * (is_per_cpu ? (size_t)rec->cpus : 1);
	_cleanup_free_ char *keys = malloc(BATCH * key_size), *values = malloc(BATCH * value_size);
	int fd = bpf_map__fd(o->map), r;
	uint32_t position = 0, n;
	bool first = true;

	if (!keys || !values)
		return sg_error_oom(err);
	do {
		n = BATCH;
		r = bpf_map_lookup_batch(fd, first ? NULL : &position, &position, keys, values, &n,
					 NULL);
		if (r < 0 && errno != ENOENT)
			return sg_error_set(err, -errno, "give slots back: read %s: %s",
					    bpf_map__name(o->map), strerror(errno));
		first = false;
		for (uint32_t i = 0; i < n; i++) {
			const char *key = keys + i * key_size;

			if (!sg_recorder_is_released(rec, owner(o, key, values + i * value_size)))
				continue;
			if (o->map == rec->skel->maps.setup_tasks)
				clear_setup_task(rec, fd, key);
			else if (bpf_map_delete_elem(fd, key) == 0 &&
				 o->map == rec->skel->maps.members)
				forget_thread(rec, key);
		}
	} while (r == 0);
	return 0;
}

static int wipe(struct sg_recorder *rec, uint32_t slot, const void *zero, struct sg_error *err)
{
	struct sg_error none = { 0 };

	sg_recorder_watch_denials(rec, slot, false, &none);
	rec->skel->bss->filtered[slot] = 0;
	rec->skel->bss->new_namespaces[slot] = 0;
	rec->skel->bss->setup_exited[slot] = 0;
	rec->skel->bss->has_unfinished[slot] = rec->skel->bss->has_undecided[slot] = 0;
	rec->skel->bss->has_went_on[slot] = rec->skel->bss->follows_into[slot] = 0;
	memset(&rec->skel->bss->runtime_of[slot], 0, sizeof(rec->skel->bss->runtime_of[slot]));
	rec->skel->bss->top_of[slot] = rec->skel->bss->target_of[slot] = 0;
	__atomic_fetch_and(&rec->skel->bss->slot_flags[slot], ~SG_FLAG_RELEASED, __ATOMIC_SEQ_CST);
	if (bpf_map__update_elem(rec->skel->maps.counts, &slot, sizeof(slot), zero,
				 (size_t)rec->cpus * sizeof(struct sg_counts), BPF_ANY) ||
	    bpf_map__update_elem(rec->skel->maps.rare_counts, &slot, sizeof(slot), zero,
				 sizeof(struct sg_rare_counts), BPF_ANY))
		return sg_error_set(err, -errno, "give slot %u back: %s", slot, strerror(errno));
	rec->skel->bss->has_denied[slot] = 0;
	memset(&rec->skel->bss->losses[slot], 0, sizeof(rec->skel->bss->losses[slot]));
	if (rec->allocations[slot].on_share) {
		__atomic_fetch_sub(&sg_recorder_share_of(rec, rec->allocations[slot].owner)->slots,
				   1, __ATOMIC_RELAXED);
		__atomic_fetch_sub(&rec->skel->bss->shared, 1, __ATOMIC_RELAXED);
	}
	memset(&rec->allocations[slot], 0, sizeof(rec->allocations[slot]));
	free(rec->states[slot]);
	rec->states[slot] = NULL;
	rec->phases[slot] = SG_SLOT_READY;
	rec->n_released--;
	if (sg_recorder_put_back(rec, slot))
		return sg_error_set(err, -errno, "give slot %u back: %s", slot, strerror(errno));
	return 0;
}

/* Take the cgroup out of the kernel half's cache, or have its calls examined for those that went
 * into it.
 */
static void forget_cell(struct sg_recorder *rec, uint32_t slot)
{
	uint64_t id = rec->allocations[slot].cgroup_id;
	bool follows = rec->skel->bss->follows_into[slot] && !rec->allocations[slot].gone_boot_ns;

	sg_recorder_correct_cells(rec, id, id << SG_SLOT_BITS | slot,
				  follows ? id << SG_SLOT_BITS | SG_SLOT_FOLLOW : 0);
}

/* The cgroup is nobody's, but processes of targets may be in it: the kernel half's goes_into_slot()
 * does this when it comes later. */
static void follow_into(struct sg_recorder *rec, uint32_t slot, uint64_t id)
{
	uint32_t follow = SG_SLOT_FOLLOW;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&rec->skel->bss->follows_into[slot], __ATOMIC_SEQ_CST) &&
	    !rec->allocations[slot].gone_boot_ns &&
	    bpf_map__update_elem(rec->skel->maps.slots, &id, sizeof(id), &follow, sizeof(follow),
				 BPF_NOEXIST) == 0) {
		__atomic_fetch_add(&rec->skel->bss->inherited, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&rec->skel->bss->inherited_by[follow], 1, __ATOMIC_RELAXED);
	}
}

void sg_recorder_release(struct sg_recorder *rec, uint32_t slot)
{
	uint64_t id = rec->allocations[slot].cgroup_id;

	/* first: who takes over from us then continues where we were */
	__atomic_store_n(&rec->allocations[slot].released, 1, __ATOMIC_SEQ_CST);
	sg_recorder_inherit(rec, slot, false);
	__atomic_store_n(&rec->skel->bss->target_of[slot], SG_NO_TARGET, __ATOMIC_SEQ_CST);
	/*
	 * until the cache has dropped it, targets' processes that went there are still searched for
	 */
	__atomic_fetch_or(&rec->skel->bss->slot_flags[slot], SG_FLAG_RELEASED, __ATOMIC_SEQ_CST);
	__atomic_store_n(&rec->skel->bss->members_complete[slot], 0, __ATOMIC_RELAXED);
	bpf_map__delete_elem(rec->skel->maps.slots, &id, sizeof(id), 0);
	follow_into(rec, slot, id);
	rec->phases[slot] = SG_SLOT_RELEASED;
	rec->n_released++;
}

bool sg_recorder_claim(struct sg_recorder *rec, uint32_t slot, uint64_t cgroup_id)
{
	const struct sg_allocation *a;

	if (slot == 0 || slot > rec->pinned->slots)
		return false;
	a = &rec->allocations[slot];
	if (a->released || (cgroup_id ? a->cgroup_id != cgroup_id : !a->cgroup_id))
		return false;
	rec->phases[slot] = SG_SLOT_USED;
	return true;
}

/*
 * The others: what was released is so still, what was reported and nobody claims is reported again.
 */
void sg_recorder_claimed_all(struct sg_recorder *rec)
{
	for (uint32_t slot = 1; slot <= rec->pinned->slots; slot++) {
		if (rec->allocations[slot].released)
			sg_recorder_release(rec, slot);
	}
}

/*
 * After the first grace period nobody who read the slot in `slots` is left to write it into
 * the cache; after the second nobody who read it from there.
 */
int sg_recorder_reclaim(struct sg_recorder *rec, struct sg_error *err)
{
	const struct recorder_bpf *skel = rec->skel;
	const struct owned owned[] = {
		{ skel->maps.members, true, offsetof(struct sg_member, slot), 4 },
		{ skel->maps.setup_tasks, true, offsetof(struct sg_setup_task, slot), 4 },
		{ skel->maps.unfinished, false, offsetof(struct sg_unfinished_key, slot), 4 },
		{ skel->maps.undecided, false, offsetof(struct sg_undecided_key, slot), 2 },
		{ skel->maps.went_on, false, offsetof(struct sg_went_on_key, slot), 4 },
		{ skel->maps.first_seen, false, offsetof(struct sg_first_seen_key, slot), 2 },
		{ skel->maps.denied, false, offsetof(struct sg_denied_key, slot), 2 },
		{ skel->maps.arg_tuples, false, offsetof(struct sg_arg_key, slot), 2 },
		{ skel->maps.arg_states, false, offsetof(struct sg_arg_key, slot), 2 },
	};
	size_t size = (size_t)rec->cpus * sizeof(struct sg_counts);
	_cleanup_free_ void *zero = NULL;
	int r = 0;

	if (!rec->n_released)
		return 0;
	zero = calloc(1,
		      size > sizeof(struct sg_rare_counts) ? size : sizeof(struct sg_rare_counts));
	if (!zero)
		return sg_error_oom(err);
	sg_recorder_grace();
	for (uint32_t slot = 1; slot <= rec->pinned->slots; slot++) {
		if (rec->phases[slot] == SG_SLOT_RELEASED)
			forget_cell(rec, slot);
	}
	sg_recorder_grace();
	r = sg_recorder_moved_reclaim(rec, err);
	for (size_t i = 0; r == 0 && i < SG_ARRAY_SIZE(owned); i++)
		r = clear_rows(rec, &owned[i], err);
	for (uint32_t slot = 1; r == 0 && slot <= rec->pinned->slots; slot++) {
		if (rec->phases[slot] == SG_SLOT_RELEASED)
			r = wipe(rec, slot, zero, err);
	}
	return r;
}
