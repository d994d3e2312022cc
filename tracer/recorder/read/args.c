/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of calls: which of them the kernel half watches, and what it has seen of them. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "recorder/read/private.h"
#include "syscall/table.h"

/* One target can fill its rows to the last; of many, most are small. A service has 30 to 90. */
#define TUPLES_PER_SLOT 128
#define TUPLES_MIN	4096
#define TUPLES_MAX	(1u << 18)
#define STATES_PER_SLOT 40
#define STATES_MIN	256
#define STATES_MAX	(1u << 16)

/* What an element of a hash map takes in addition to key and value; about. */
#define HASH_OVERHEAD 48

#define BATCH 2048

/* The keys of `arg_tuples`, by slot, as of the last time that they were read. */
struct sg_arg_keys {
	struct sg_arg_count *per_cpu; /* room for the values of one */
	struct sg_arg_key *keys;
	size_t n;
	uint32_t new_tuples[SG_SLOTS_MAX]; /* the kernel half's new_tuples, read before them */
	bool is_read;
};

size_t sg_recorder_args_slot_size(size_t cpus)
{
	return TUPLES_PER_SLOT * (HASH_OVERHEAD + sizeof(struct sg_arg_key) +
				  cpus * sizeof(struct sg_arg_count)) +
	       STATES_PER_SLOT *
		       (HASH_OVERHEAD + sizeof(struct sg_arg_key) + sizeof(struct sg_arg_state));
}

static uint32_t rows(uint32_t slots, uint32_t per_slot, uint32_t min, uint32_t max)
{
	uint64_t n = (uint64_t)slots * per_slot;

	return n < min ? min : n > max ? max : (uint32_t)n;
}

static void fill_row(struct sg_arg_row *row, const struct sg_arg_call *call, enum sg_arg_set set)
{
	row->n = (uint8_t)sg_arg_call_n(call, set);
	for (size_t i = 0; i < row->n; i++) {
		row->index[i] = call->args[i].index;
		row->wide |= (uint8_t)((call->args[i].width > 32) << i);
	}
}

void sg_recorder_args_prepare(struct recorder_bpf *skel, uint32_t slots, enum sg_arg_set set)
{
	if (set == SG_ARG_SET_NONE)
		return;
	for (uint32_t abi = 0; abi < SG_ABI_MAX_; abi++) {
		struct sg_syscall_id id = { .arch = sg_abi_arch[abi] };
		size_t pos = 0;

		while (sg_syscall_next(id.arch, &pos, &id.nr) && id.nr < SG_NR_MAX) {
			const struct sg_arg_call *call = sg_arg_call_find(id, set);

			if (call)
				fill_row(&skel->rodata->arg_rows[abi][id.nr], call, set);
		}
	}
	bpf_map__set_max_entries(skel->maps.arg_tuples,
				 rows(slots, TUPLES_PER_SLOT, TUPLES_MIN, TUPLES_MAX));
	bpf_map__set_max_entries(skel->maps.arg_states,
				 rows(slots, STATES_PER_SLOT, STATES_MIN, STATES_MAX));
}

void sg_recorder_args_done(struct sg_recorder *rec)
{
	if (rec->arg_keys) {
		free(rec->arg_keys->per_cpu);
		free(rec->arg_keys->keys);
	}
	free(rec->arg_keys);
}

static int compare_slots(const void *pa, const void *pb)
{
	const struct sg_arg_key *a = pa, *b = pb;

	return a->slot < b->slot ? -1 : a->slot > b->slot;
}

/* Where the slot's keys begin. */
static size_t first_key(const struct sg_arg_keys *keys, uint32_t slot)
{
	size_t low = 0, high = keys->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (keys->keys[mid].slot < slot)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int read_keys(struct sg_recorder *rec, struct sg_arg_keys *keys, struct sg_error *err)
{
	_cleanup_free_ struct sg_arg_count *values =
		calloc(BATCH * (size_t)rec->cpus, sizeof(*values));
	int fd = bpf_map__fd(rec->skel->maps.arg_tuples), r;
	uint32_t position = 0, n;
	bool first = true;

	if (!values)
		return sg_error_oom(err);
	keys->n = 0;
	do {
		struct sg_arg_key *p =
			reallocarray(keys->keys, keys->n + BATCH, sizeof(*keys->keys));

		if (!p)
			return sg_error_oom(err);
		keys->keys = p;
		n = BATCH;
		r = bpf_map_lookup_batch(fd, first ? NULL : &position, &position, p + keys->n,
					 values, &n, NULL);
		if (r < 0 && errno != ENOENT)
			return sg_error_set(err, -errno, "read the arguments: %s", strerror(errno));
		first = false;
		keys->n += n;
	} while (r == 0);
	qsort(keys->keys, keys->n, sizeof(*keys->keys), compare_slots);
	return 0;
}

/*
 * Read the keys again when the slot has some that are not among them. The kernel half counts a new
 * tuple after the insert, so who reads the count first cannot miss what it counts.
 */
static int refresh(struct sg_recorder *rec, uint32_t slot, struct sg_error *err)
{
	const uint32_t *new_tuples = rec->skel->bss->new_tuples;
	struct sg_arg_keys *keys = rec->arg_keys;
	int r;

	if (!keys) {
		keys = rec->arg_keys = calloc(1, sizeof(*keys));
		if (!keys)
			return sg_error_oom(err);
		keys->per_cpu = calloc((size_t)rec->cpus, sizeof(*keys->per_cpu));
	}
	if (!keys->per_cpu)
		return sg_error_oom(err);
	if (keys->is_read &&
	    __atomic_load_n(&new_tuples[slot], __ATOMIC_ACQUIRE) == keys->new_tuples[slot])
		return 0;
	for (size_t i = 0; i < SG_SLOTS_MAX; i++)
		keys->new_tuples[i] = __atomic_load_n(&new_tuples[i], __ATOMIC_ACQUIRE);
	keys->is_read = false;
	r = read_keys(rec, keys, err);
	keys->is_read = r == 0;
	return r;
}

/* The run's entry for the call, when its arguments were watched and the application made it. */
static struct sg_entry *watched_entry(struct sg_run *run, uint32_t abi, uint32_t nr)
{
	struct sg_syscall_id id = { .arch = sg_abi_arch[abi], .nr = nr };
	const struct sg_entry *entry = sg_run_find(run, id);

	if (!entry || !entry->count[SG_STAGE_APP])
		return NULL;
	return &run->entries[entry - run->entries];
}

static int need_obs(struct sg_entry *entry, const struct sg_arg_row *row, struct sg_error *err)
{
	return entry->args ? 0 : sg_arg_obs_new(row->index, row->n, row->wide, &entry->args, err);
}

/* How often the combination occurred on all CPUs, and when first. False: its row is gone. */
static bool read_count(struct sg_recorder *rec, const struct sg_arg_key *key,
		       struct sg_arg_count *ret)
{
	struct sg_arg_count *per_cpu = rec->arg_keys->per_cpu, sum = { 0 };

	if (bpf_map__lookup_elem(rec->skel->maps.arg_tuples, key, sizeof(*key), per_cpu,
				 (size_t)rec->cpus * sizeof(*per_cpu), 0))
		return false;
	for (int cpu = 0; cpu < rec->cpus; cpu++) {
		uint64_t first = per_cpu[cpu].first_boot_ns; /* of the CPU that made the row */

		sum.count += per_cpu[cpu].count;
		if (first)
			sum.first_boot_ns = first;
	}
	*ret = sum;
	return true;
}

static int add_tuple(struct sg_recorder *rec, const struct sg_arg_key *key, struct sg_run *run,
		     struct sg_error *err)
{
	const struct sg_arg_row *row = &rec->skel->rodata->arg_rows[key->abi][key->nr];
	struct sg_entry *entry = watched_entry(run, key->abi, key->nr);
	struct sg_arg_tuple tuple = { .high = key->high };
	struct sg_arg_count count;
	int r;

	if (!entry || !row->n || !read_count(rec, key, &count))
		return 0;
	r = need_obs(entry, row, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < row->n; i++)
		tuple.value[i] = key->value[i];
	tuple.count = count.count;
	tuple.first_seen = sg_recorder_to_real(rec, count.first_boot_ns);
	return sg_arg_obs_add(entry->args, &tuple, err);
}

/* The bits that were ever set, and those that always were; of a wide argument only half is known,
 * so all. */
static void bits_of(const struct sg_arg_state *state, const struct sg_arg_row *row,
		    uint64_t *ret_ever, uint64_t *ret_always)
{
	for (size_t i = 0; i < row->n; i++) {
		bool is_wide = row->wide >> i & 1;

		ret_ever[i] = is_wide ? UINT64_MAX : 0;
		ret_always[i] = is_wide ? 0 : UINT32_MAX;
		for (size_t b = 0; !is_wide && b < SG_ARG_BITS; b++) {
			if (state->bit[1][i][b])
				ret_ever[i] |= UINT64_C(1) << b;
			if (state->bit[0][i][b])
				ret_always[i] &= ~(UINT64_C(1) << b);
		}
	}
}

/* What the combinations that have a row do not say: how many have none, and why. */
static int add_rest(struct sg_recorder *rec, uint32_t slot, uint32_t abi, uint32_t nr,
		    struct sg_run *run, struct sg_error *err)
{
	const struct sg_arg_row *row = &rec->skel->rodata->arg_rows[abi][nr];
	struct sg_arg_key key = { .slot = (uint16_t)slot, .abi = (uint8_t)abi, .nr = nr };
	struct sg_entry *entry = watched_entry(run, abi, nr);
	uint64_t ever[SG_ARG_TUPLE_LEN], always[SG_ARG_TUPLE_LEN], seen = 0;
	struct sg_arg_state state = { 0 };
	int r;

	if (!entry)
		return 0;
	r = need_obs(entry, row, err);
	if (r < 0)
		return r;
	if (bpf_map__lookup_elem(rec->skel->maps.arg_states, &key, sizeof(key), &state,
				 sizeof(state), 0) == 0) {
		bits_of(&state, row, ever, always);
		sg_arg_obs_add_unkept(entry->args, state.overflow, ever, always);
		run->loss[SG_LOSS_ARGUMENTS_ANY] += state.overflow;
		entry->args->last_new = sg_recorder_to_real(rec, state.last_new_boot_ns);
		entry->args->last_new_bits =
			state.overflow ? sg_recorder_to_real(rec, state.last_bit_boot_ns) : 0;
	}
	seen = state.overflow;
	for (size_t i = 0; i < entry->args->n_tuples; i++)
		seen += entry->args->tuples[i].count;
	if (seen < entry->count[SG_STAGE_APP]) {
		uint64_t missing = entry->count[SG_STAGE_APP] - seen;

		sg_arg_obs_add_unkept(entry->args, missing, NULL, NULL);
		run->loss[SG_LOSS_ARGUMENTS_NO_ROOM] += missing;
	}
	return 0;
}

int sg_recorder_collect_args(struct sg_recorder *rec, uint32_t slot, struct sg_run *run,
			     struct sg_error *err)
{
	struct sg_arg_keys *keys;
	int r;

	if (!rec->pinned->watches_args)
		return 0;
	r = refresh(rec, slot, err);
	if (r < 0)
		return r;
	keys = rec->arg_keys;
	for (size_t i = first_key(keys, slot); i < keys->n && keys->keys[i].slot == slot; i++) {
		const struct sg_arg_key *key = &keys->keys[i];

		if (key->abi >= SG_ABI_MAX_ || key->nr >= SG_NR_MAX)
			continue;
		r = add_tuple(rec, key, run, err);
		if (r < 0)
			return r;
	}
	for (uint32_t abi = 0; abi < SG_ABI_MAX_; abi++) {
		for (uint32_t nr = 0; nr < SG_NR_MAX; nr++) {
			if (!rec->skel->rodata->arg_rows[abi][nr].n)
				continue;
			r = add_rest(rec, slot, abi, nr, run, err);
			if (r < 0)
				return r;
		}
	}
	return 0;
}
