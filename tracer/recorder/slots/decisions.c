/* SPDX-License-Identifier: Apache-2.0 */
/* What changes when it is known whose a cgroup is: calls and processes that waited for it. */
#include <bpf/libbpf.h>
#include <errno.h>

#include "recorder/slots/private.h"

/* The same, or that is not decided yet. */
static bool is_wanted(const struct sg_recorder *rec, uint32_t slot, uint64_t cgroup_id)
{
	return slot && slot <= rec->pinned->slots &&
	       rec->allocations[slot].cgroup_id == cgroup_id &&
	       __atomic_load_n(&rec->skel->bss->target_of[slot], __ATOMIC_SEQ_CST) != SG_NO_TARGET;
}

/* What it is not any more once that target is given back: it was set-up, or of one target all the
 * time. */
static void came_from_target(struct sg_recorder *rec, const struct sg_undecided_key *key)
{
	const struct bpf_map *map = rec->skel->maps.undecided;
	struct sg_undecided_key to = *key;
	struct sg_undecided row, sum = { 0 };

	if (bpf_map__lookup_elem(map, key, sizeof(*key), &row, sizeof(row), 0))
		return;
	to.kind = SG_CAME_FROM;
	if (bpf_map__lookup_elem(map, &to, sizeof(to), &sum, sizeof(sum), 0) == 0)
		row.count += sum.count;
	bpf_map__delete_elem(map, key, sizeof(*key), 0); /* its room is needed */
	bpf_map__update_elem(map, &to, sizeof(to), &row, sizeof(row), BPF_ANY);
}

void sg_recorder_moved_decided(struct sg_recorder *rec, uint32_t slot)
{
	const struct recorder_bpf *skel = rec->skel;
	uint64_t id = rec->allocations[slot].cgroup_id;
	struct sg_undecided_key key, next;
	struct sg_went_on_key place, next_place;
	bool more;

	if (!id || !__atomic_load_n(&skel->bss->follows_into[slot], __ATOMIC_SEQ_CST))
		return;
	sg_recorder_grace(); /* who has not seen the decision yet adds no more rows */
	more = bpf_map__get_next_key(skel->maps.undecided, NULL, &key, sizeof(key)) == 0;
	while (more) {
		more = bpf_map__get_next_key(skel->maps.undecided, &key, &next, sizeof(next)) == 0;
		if (key.kind == SG_WENT_TO && key.other == id)
			bpf_map__delete_elem(skel->maps.undecided, &key, sizeof(key), 0);
		if (key.kind == SG_BACK_FROM && key.other == id)
			came_from_target(rec, &key);
		key = next;
	}
	more = bpf_map__get_next_key(skel->maps.went_on, NULL, &place, sizeof(place)) == 0;
	while (more) {
		more = bpf_map__get_next_key(skel->maps.went_on, &place, &next_place,
					     sizeof(next_place)) == 0;
		if (place.cgroup_id == id)
			bpf_map__delete_elem(skel->maps.went_on, &place, sizeof(place), 0);
		place = next_place;
	}
}

/* Nobody wanted the cgroup that the process went into: it is its old target's as before. */
static void return_process(struct sg_recorder *rec, uint32_t task, const struct sg_setup_task *row,
			   uint32_t slot)
{
	const struct recorder_bpf *skel = rec->skel;
	struct sg_member member;

	if (bpf_map__lookup_elem(skel->maps.members, &task, sizeof(task), &member, sizeof(member),
				 0) == 0 &&
	    member.slot == row->slot) {
		member.slot = slot;
		bpf_map__update_elem(skel->maps.members, &task, sizeof(task), &member,
				     sizeof(member), BPF_EXIST);
	}
	if (bpf_map__delete_elem(skel->maps.setup_tasks, &task, sizeof(task), 0) == 0)
		__atomic_fetch_sub(&skel->bss->slot_flags[row->slot], 1, __ATOMIC_SEQ_CST);
	bpf_map__delete_elem(skel->maps.setup_calls, &task, sizeof(task), 0);
}

static uint32_t origin(const struct sg_recorder *rec, const struct sg_setup_task *row)
{
	if (is_wanted(rec, row->left_slot, row->left_id))
		return row->left_slot;
	if (is_wanted(rec, row->before_slot, row->before_id))
		return row->before_slot;
	return is_wanted(rec, row->from_slot, row->from_id) ? row->from_slot : 0;
}

static void return_processes(struct sg_recorder *rec)
{
	const struct bpf_map *map = rec->skel->maps.setup_tasks;
	struct sg_setup_task row;
	uint32_t task, next;
	bool more = bpf_map__get_next_key(map, NULL, &task, sizeof(task)) == 0;

	while (more) {
		more = bpf_map__get_next_key(map, &task, &next, sizeof(next)) == 0;
		if (bpf_map__lookup_elem(map, &task, sizeof(task), &row, sizeof(row), 0) == 0 &&
		    sg_recorder_is_released(rec, row.slot) && origin(rec, &row))
			return_process(rec, task, &row, origin(rec, &row));
		task = next;
	}
}

/*
 * Calls that were set-up in a slot that nobody wanted are those of a target that was left for it.
 */
static int return_calls(struct sg_recorder *rec, struct sg_error *err)
{
	const struct bpf_map *map = rec->skel->maps.undecided;
	struct sg_undecided_key key, next;
	bool more = bpf_map__get_next_key(map, NULL, &key, sizeof(key)) == 0;

	while (more) {
		struct sg_undecided row, sum = { 0 };
		struct sg_undecided_key to = { .kind = SG_WENT_TO, .nr = key.nr };

		more = bpf_map__get_next_key(map, &key, &next, sizeof(next)) == 0;
		if (key.kind == SG_CAME_FROM && sg_recorder_is_released(rec, key.slot) &&
		    bpf_map__lookup_elem(map, &key, sizeof(key), &row, sizeof(row), 0) == 0 &&
		    is_wanted(rec, row.other_slot, key.other)) {
			to.slot = (uint16_t)row.other_slot;
			to.class = (uint8_t)SG_CLASS(key.class / SG_BPF_STAGE_MAX_, SG_BPF_APP);
			bpf_map__lookup_elem(map, &to, sizeof(to), &sum, sizeof(sum), 0);
			if (!sum.count)
				sum = row;
			else
				sum.count += row.count;
			bpf_map__delete_elem(map, &key, sizeof(key), 0); /* its room is needed */
			if (bpf_map__update_elem(map, &to, sizeof(to), &sum, sizeof(sum), BPF_ANY))
				return sg_error_set(err, -ENOSPC,
						    "keep the calls of processes that moved");
		}
		key = next;
	}
	return 0;
}

int sg_recorder_moved_reclaim(struct sg_recorder *rec, struct sg_error *err)
{
	const struct recorder_bpf__bss *bss = rec->skel->bss;
	bool moved = false, undecided = false;

	for (uint32_t slot = 1; slot <= rec->pinned->slots; slot++) {
		if (rec->phases[slot] != SG_SLOT_RELEASED)
			continue;
		moved |= bss->follows_into[slot];
		undecided |= bss->has_undecided[slot];
	}
	if (moved)
		return_processes(rec);
	return undecided ? return_calls(rec, err) : 0;
}
