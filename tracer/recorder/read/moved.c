/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What processes called on their way from one cgroup to another, which only here can be said whose
 * it is; who never got out of set-up; and where processes of a target went. See
 * bpf/tasks/stage.bpf.h and bpf/tasks/setup.bpf.h.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include "recorder/read/private.h"
#include "recorder/recorder.h"

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
