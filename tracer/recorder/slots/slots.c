/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots that the kernel half gives to cgroups as they appear, and their way back. A slot is used
 * again only when nothing can count in it any more: its cgroup is gone, or was taken out of `slots`
 * and `slot_cache` two grace periods ago.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/clock.h"
#include "recorder/private.h"

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

static int ignore_event(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

static int put_back(struct sg_recorder *rec, uint32_t slot)
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
		if (put_back(rec, slot))
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
	struct sg_tracked *grown =
		reallocarray(rec->unflushed, rec->n_unflushed + 1, sizeof(*rec->unflushed));
	const struct bpf_map *map = rec->skel->maps.slots;
	int r;

	if (!grown)
		return sg_error_oom(err);
	rec->unflushed = grown;
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
		grown[rec->n_unflushed++] = (struct sg_tracked){ cgroup_id, slot };
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

/* The user's row, as the kernel half finds it; NULL: he has none yet, nor missed anything. */
static struct sg_share *share_of(const struct sg_recorder *rec, uint32_t uid)
{
	struct sg_share *shares = rec->skel->bss->shares;

	for (uint32_t i = 0; i < SG_SHARE_PROBES && uid != SG_OWNER_OTHERS; i++) {
		if (shares[(uid + i) % SG_SHARES].uid == uid)
			return &shares[(uid + i) % SG_SHARES];
		if (!shares[(uid + i) % SG_SHARES].uid)
			return NULL;
	}
	return &shares[SG_SHARE_OTHERS];
}

static uint64_t missed_by(const struct sg_recorder *rec, uint32_t uid)
{
	const struct sg_share *share = uid ? share_of(rec, uid) : NULL;

	if (!uid)
		return __atomic_load_n(&rec->skel->bss->missed_roots, __ATOMIC_RELAXED);
	return share ? __atomic_load_n(&share->missed, __ATOMIC_RELAXED) : 0;
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
	rec->allocations[slot].missed_before = missed_by(rec, owner);
	rec->allocations[slot].cgroup_id = cgroup_id; /* so that its end is recorded */
	r = put_in_slots(rec, cgroup_id, slot, false, err);
	if (r < 0)
		return r;
	*ret_slot = slot;
	return 0;
}

/* Where the kernel half's cache says @wrong of the cgroup, it is to say @right. */
static void correct_cells(struct sg_recorder *rec, uint64_t id, uint64_t wrong, uint64_t right)
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
		put_back(rec,
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

		correct_cells(rec, id, wrong, wrong | rec->unflushed[i].slot);
		correct_cells(rec, id, wrong | SG_SLOT_FOLLOW, wrong | rec->unflushed[i].slot);
	}
	rec->n_unflushed = 0;
}

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

uint64_t sg_recorder_cgroups_missed(const struct sg_recorder *rec, uint64_t *ret_by_users)
{
	uint64_t by_users = 0;

	for (size_t i = 0; i <= SG_SHARE_OTHERS; i++)
		by_users += rec->skel->bss->shares[i].missed;
	*ret_by_users = by_users;
	return missed_by(rec, 0) + by_users;
}

uint64_t sg_recorder_cgroups_missed_since(const struct sg_recorder *rec, uint32_t slot)
{
	const struct sg_allocation *row = &rec->allocations[slot];

	return missed_by(rec, row->owner) - row->missed_before;
}

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
		__atomic_fetch_sub(&share_of(rec, rec->allocations[slot].owner)->slots, 1,
				   __ATOMIC_RELAXED);
		__atomic_fetch_sub(&rec->skel->bss->shared, 1, __ATOMIC_RELAXED);
	}
	memset(&rec->allocations[slot], 0, sizeof(rec->allocations[slot]));
	free(rec->states[slot]);
	rec->states[slot] = NULL;
	rec->phases[slot] = SG_SLOT_READY;
	rec->n_released--;
	if (put_back(rec, slot))
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

	correct_cells(rec, id, id << SG_SLOT_BITS | slot,
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
	/* until the cache has dropped it, targets' processes that went there are still searched for
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

/* The others: what was released is so still, what was reported and nobody claims is reported again.
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
