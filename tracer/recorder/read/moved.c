/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What processes called on their way from one cgroup to another, which only here can be said whose
 * it is; who never got out of set-up; and where processes of a target went. See
 * bpf/tasks/stage.bpf.h and bpf/tasks/setup.bpf.h.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include "recorder/private.h"

/* The slots of one target, and the run that is filled. */
struct collection {
	struct sg_recorder *rec;
	const uint32_t *slots;
	size_t n_slots;
	struct sg_run *run;
};

static bool has_slot(const struct collection *c, uint32_t slot)
{
	for (size_t i = 0; i < c->n_slots; i++) {
		if (c->slots[i] == slot)
			return true;
	}
	return false;
}

static bool has_cgroup(const struct collection *c, uint64_t id)
{
	for (size_t i = 0; id && i < c->n_slots; i++) {
		if (c->rec->allocations[c->slots[i]].cgroup_id == id)
			return true;
	}
	return false;
}

static bool any(const struct collection *c, const uint8_t *by_slot)
{
	for (size_t i = 0; i < c->n_slots; i++) {
		if (__atomic_load_n(&by_slot[c->slots[i]], __ATOMIC_ACQUIRE))
			return true;
	}
	return false;
}

/* Whether the slot is still the cgroup's, and a target's. */
static bool is_target(const struct sg_recorder *rec, uint32_t slot, uint64_t cgroup_id)
{
	uint16_t of;

	if (slot == 0 || slot > rec->pinned->slots || rec->allocations[slot].cgroup_id != cgroup_id)
		return false;
	of = __atomic_load_n(&rec->skel->bss->target_of[slot], __ATOMIC_SEQ_CST);
	return of && of != SG_NO_TARGET;
}

/* The same, or that is not decided yet. */
static bool is_wanted(const struct sg_recorder *rec, uint32_t slot, uint64_t cgroup_id)
{
	return slot && slot <= rec->pinned->slots &&
	       rec->allocations[slot].cgroup_id == cgroup_id &&
	       __atomic_load_n(&rec->skel->bss->target_of[slot], __ATOMIC_SEQ_CST) != SG_NO_TARGET;
}

/* --- calls */

/* In *ret_stage whose the calls are; false: not this target's. */
static bool decide(const struct collection *c, const struct sg_undecided_key *key,
		   const struct sg_undecided *row, enum sg_stage *ret_stage)
{
	bool mine = has_slot(c, key->slot), others_too = has_cgroup(c, key->other);

	*ret_stage = SG_STAGE_APP;
	if (key->kind == SG_BACK_FROM && !is_target(c->rec, row->other_slot, key->other))
		return mine;
	if (key->kind == SG_WENT_TO)
		return mine && !others_too &&
		       !(key->other && is_target(c->rec, row->other_slot, key->other));
	if (mine && !others_too)
		*ret_stage = (enum sg_stage)(key->class % SG_BPF_STAGE_MAX_);
	/* of the target that it left it is the application's, whatever it prepares elsewhere */
	return mine || others_too;
}

static int add_calls(const struct collection *c, const struct sg_undecided_key *key,
		     struct sg_undecided *row, enum sg_stage stage, struct sg_error *err)
{
	uint32_t arch = sg_abi_arch[key->class / SG_BPF_STAGE_MAX_];
	struct sg_entry *entry;
	int r;

	r = sg_run_entry(
		c->run,
		(struct sg_syscall_id){ .arch = arch, .nr = sg_recorder_public_nr(arch, key->nr) },
		&entry, err);
	if (r < 0)
		return r;
	entry->count[stage] = sg_add_capped(entry->count[stage], row->count);
	entry->sources |= SG_SOURCE_BPF;
	return sg_recorder_add_sight(entry, SG_FIRST_CALLED, stage,
				     sg_recorder_to_real(c->rec, row->boot_ns), 0, row->comm, err);
}

static int collect_undecided(const struct collection *c, struct sg_error *err)
{
	const struct bpf_map *map = c->rec->skel->maps.undecided;
	struct sg_undecided_key key, *previous = NULL;
	struct sg_undecided row;
	enum sg_stage stage;
	int r;

	if (!any(c, c->rec->skel->bss->has_undecided))
		return 0;
	while (bpf_map__get_next_key(map, previous, &key, sizeof(key)) == 0) {
		previous = &key;
		if (key.class >= SG_CLASSES ||
		    bpf_map__lookup_elem(map, &key, sizeof(key), &row, sizeof(row), 0) ||
		    !decide(c, &key, &row, &stage))
			continue;
		r = add_calls(c, &key, &row, stage, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* --- set-up without an end */

/* Whether it made a call that the application did not make. */
static bool lacks_some(const struct collection *c, const struct sg_call_set *set)
{
	if (set->others)
		return true;
	for (uint32_t nr = 0; nr < SG_NR_MAX; nr++) {
		const struct sg_entry *entry;

		if (!set->made[nr])
			continue;
		entry = sg_run_find(c->run, (struct sg_syscall_id){
						    .arch = sg_abi_arch[SG_ABI_NATIVE], .nr = nr });
		if (!entry || !entry->count[SG_STAGE_APP])
			return true;
	}
	return false;
}

/* Whether its program is the runtime's, which is never the workload: who starts that says so. */
static bool is_runtimes(const struct collection *c, uint32_t slot, uint32_t runtime,
			bool moved_itself, const struct sg_file_id *own)
{
	const struct sg_file_id *starter = &c->rec->skel->bss->runtime_of[slot];

	if (runtime == SG_RUNTIME_COPY)
		return true;
	if (moved_itself || !starter->inode)
		return false;
	return runtime == SG_MOVERS_PROGRAM ||
	       (own->inode == starter->inode && own->device == starter->device);
}

static uint64_t unfinished_ended(const struct collection *c)
{
	const struct bpf_map *map = c->rec->skel->maps.unfinished;
	struct sg_unfinished_key key, *previous = NULL;
	struct sg_call_set set;
	uint64_t n = 0;

	if (!any(c, c->rec->skel->bss->has_unfinished))
		return 0;
	for (size_t i = 0; i < c->n_slots; i++)
		n += c->rec->skel->bss->setup_exited[c->slots[i]];
	while (bpf_map__get_next_key(map, previous, &key, sizeof(key)) == 0) {
		previous = &key;
		if (has_slot(c, key.slot) && !has_cgroup(c, key.from_id) &&
		    !is_runtimes(c, key.slot, key.runtime, key.moved_itself, &key.own) &&
		    bpf_map__lookup_elem(map, &key, sizeof(key), &set, sizeof(set), 0) == 0 &&
		    lacks_some(c, &set))
			n += set.processes;
	}
	return n;
}

static bool is_unfinished(const struct collection *c, uint32_t task,
			  const struct sg_setup_task *row)
{
	const struct bpf_map *calls = c->rec->skel->maps.setup_calls;
	struct sg_call_set set;

	if (!has_slot(c, row->slot) || row->has_execed ||
	    (row->from_slot && has_cgroup(c, row->from_id)) ||
	    is_runtimes(c, row->slot, row->runtime, row->moved_itself, &row->own))
		return false;
	if (bpf_map__lookup_elem(calls, &task, sizeof(task), &set, sizeof(set), 0))
		return true;
	return lacks_some(c, &set);
}

static uint64_t unfinished_there(const struct collection *c)
{
	const struct bpf_map *map = c->rec->skel->maps.setup_tasks;
	uint32_t task, *previous = NULL, in_setup = 0;
	struct sg_setup_task row;
	uint64_t n = 0;

	for (size_t i = 0; i < c->n_slots; i++)
		in_setup |= c->rec->skel->bss->slot_flags[c->slots[i]] & SG_FLAG_SETUP_MASK;
	while (in_setup && bpf_map__get_next_key(map, previous, &task, sizeof(task)) == 0) {
		previous = &task;
		if (bpf_map__lookup_elem(map, &task, sizeof(task), &row, sizeof(row), 0) == 0)
			n += is_unfinished(c, task, &row);
	}
	return n;
}

int sg_recorder_collect_moved(struct sg_recorder *rec, const uint32_t *slots, size_t n_slots,
			      struct sg_run *run, struct sg_error *err)
{
	const struct collection c = { rec, slots, n_slots, run };
	int r = collect_undecided(&c, err);

	if (r < 0)
		return r;
	run->loss[SG_LOSS_SETUP_UNFINISHED] += unfinished_ended(&c) + unfinished_there(&c);
	return 0;
}

int sg_recorder_went_on(struct sg_recorder *rec, const uint32_t *slots, size_t n_slots,
			int (*visit)(const struct sg_went_to *place, void *data,
				     struct sg_error *err),
			void *data, struct sg_error *err)
{
	const struct collection c = { .rec = rec, .slots = slots, .n_slots = n_slots };
	const struct bpf_map *map = rec->skel->maps.went_on;
	struct sg_went_on_key key, *previous = NULL;
	struct sg_went_on row;
	int r = 0;

	if (!any(&c, rec->skel->bss->has_went_on))
		return 0;
	while (r == 0 && bpf_map__get_next_key(map, previous, &key, sizeof(key)) == 0) {
		struct sg_went_to place = { .cgroup_id = key.cgroup_id, .path = row.path };

		previous = &key;
		if (!has_slot(&c, key.slot) || has_cgroup(&c, key.cgroup_id) ||
		    bpf_map__lookup_elem(map, &key, sizeof(key), &row, sizeof(row), 0))
			continue;
		row.path[SG_WENT_ON_PATH - 1] = '\0';
		place.processes = row.processes;
		place.unfollowed = row.unfollowed;
		r = visit(&place, data, err);
	}
	return r;
}

/* --- decisions */

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

/* Calls that were set-up in a slot that nobody wanted are those of a target that was left for it.
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
