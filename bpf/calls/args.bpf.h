/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_ARGS_BPF_H
#define SG_ARGS_BPF_H

/*
 * Arguments of the calls that arg_rows lists: which values, or combinations of up to three,
 * occurred. A call seen with a combination that has a row costs one lookup. New ones get a row up
 * to SG_ARG_TUPLES_MAX a call; beyond that the call is ANY, which is a fact of the recording and
 * not a loss.
 */

#include "tasks/stage.bpf.h"

/* Which arguments of a call are watched; set before load. All zero: none, and nothing is paid. */
const volatile struct sg_arg_row arg_rows[SG_ABI_MAX_][SG_NR_MAX];

/*
 * Counted by CPU: with one counter the threads of a busy service would take its cache line from
 * each other at every such call, 60 to 120 ns a call on two CPUs and more on many.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1); /* set at load, by the number of slots */
	__type(key, struct sg_arg_key);
	__type(value, struct sg_arg_count);
} arg_tuples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);		/* set at load, by the number of slots */
	__type(key, struct sg_arg_key); /* with no values */
	__type(value, struct sg_arg_state);
} arg_states SEC(".maps");

/* What a fresh state is copied from: it is too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct sg_arg_state);
} arg_state_zero SEC(".maps");

static __always_inline void read_args(struct pt_regs *regs, u32 abi, u64 *a)
{
#ifdef __TARGET_ARCH_x86
	if (abi == SG_ABI_COMPAT) {
		a[0] = (u32)regs->bx;
		a[1] = (u32)regs->cx;
		a[2] = (u32)regs->dx;
		a[3] = (u32)regs->si;
		a[4] = (u32)regs->di;
		a[5] = (u32)regs->bp;
		return;
	}
	a[0] = regs->di;
	a[1] = regs->si;
	a[2] = regs->dx;
	a[3] = regs->r10;
	a[4] = regs->r8;
	a[5] = regs->r9;
#else
	for (int i = 0; i < 6; i++)
		a[i] = abi == SG_ABI_COMPAT ? (u32)regs->regs[i] : regs->regs[i];
	a[0] = abi == SG_ABI_COMPAT ? (u32)regs->orig_x0 : regs->orig_x0;
#endif
}

/*
 * By slot: how many combinations were new; incremented after the insert.
 */
__u32 new_tuples[SG_SLOTS_MAX];

static __always_inline void count_tuple(struct sg_arg_count *row)
{
	if (cfg_preemptible)
		__sync_fetch_and_add(&row->count, 1);
	else
		row->count++;
}

static __noinline struct sg_arg_state *arg_state_of(const struct sg_arg_key *tuple)
{
	struct sg_arg_key key = { .slot = tuple->slot, .abi = tuple->abi, .nr = tuple->nr };
	struct sg_arg_state *state = bpf_map_lookup_elem(&arg_states, &key);
	u32 zero = 0;

	if (state)
		return state;
	state = bpf_map_lookup_elem(&arg_state_zero, &zero);
	if (state)
		bpf_map_update_elem(&arg_states, &key, state, BPF_NOEXIST);
	return bpf_map_lookup_elem(&arg_states, &key);
}

/*
 * What bits the values have that the call was not seen with, set or clear. By value, as a function
 * that the verifier walks by itself: as part of its caller it would be walked from each state in
 * which that can be.
 */
__noinline int note_bits(u32 slot, u32 call, u64 v0, u64 v1, u64 v2)
{
	struct sg_arg_key key = { .slot = (u16)slot,
				  .abi = (u8)(call >> 24),
				  .nr = call & 0xffffff };
	struct sg_arg_state *state = bpf_map_lookup_elem(&arg_states, &key);
	const u32 values[SG_ARG_TUPLE_LEN] = { (u32)v0, (u32)v1, (u32)v2 };

	if (!state)
		return 0;
		/* unrolled: verifiers before 6.8 refuse the loop that clang makes, as one that has
		 * two ends */
#pragma unroll
	for (u32 i = 0; i < SG_ARG_TUPLE_LEN; i++) {
#pragma unroll
		for (u32 polarity = 0; polarity < 2; polarity++) {
			u32 bits = polarity ? values[i] : ~values[i];

			bits &= ~state->seen[polarity][i];
			if (likely(!bits))
				continue;
#pragma unroll
			for (u32 b = 0; b < SG_ARG_BITS; b++) {
				if (bits & 1U << b)
					state->bit[polarity][i][b] = 1;
			}
			state->last_bit_boot_ns = bpf_ktime_get_boot_ns();
			/* what a race loses here is set again */
			state->seen[polarity][i] |= bits;
		}
	}
	return 0;
}

/*
 * A combination that has no row: give it one, or find that the call has too many. Where there is no
 * room only the loss is recorded: the combinations then add up to fewer calls than were made,
 * and userspace takes that for ANY.
 */
static __noinline int new_tuple(struct sg_arg_key *tuple)
{
	struct sg_arg_count first = { .count = 1, .first_boot_ns = bpf_ktime_get_boot_ns() };
	struct sg_arg_state *state = arg_state_of(tuple);
	struct sg_arg_count *row;
	long r;

	if (!state) {
		count_loss(SG_BPF_LOSS_ARGS, tuple->slot);
		return 0;
	}
	note_bits(tuple->slot, (u32)tuple->abi << 24 | tuple->nr, tuple->value[0], tuple->value[1],
		  tuple->value[2]);
	if (state->distinct >= SG_ARG_TUPLES_MAX) {
		state->last_new_boot_ns = first.first_boot_ns;
		__sync_fetch_and_add(&state->overflow, 1);
		return 0;
	}
	r = bpf_map_update_elem(&arg_tuples, tuple, &first, BPF_NOEXIST);
	if (!r) {
		state->last_new_boot_ns = first.first_boot_ns;
		__sync_fetch_and_add(&state->distinct, 1);
		__sync_fetch_and_add(&new_tuples[SLOT_INDEX(tuple->slot)], 1);
		return 0;
	}
	row = r == -EEXIST ? bpf_map_lookup_elem(&arg_tuples, tuple)
			   : 0; /* another CPU was first */
	if (row)
		count_tuple(row);
	else
		count_loss(SG_BPF_LOSS_ARGS, tuple->slot);
	return 0;
}

/* Whose the call is: as in first_sight(), a new combination asks for the strict stage. */
static __noinline int count_args(struct pt_regs *regs, u32 slot, u32 abi, u32 nr)
{
	struct sg_arg_key tuple = { .slot = (u16)slot, .abi = (u8)abi, .nr = nr };
	const volatile struct sg_arg_row *row;
	struct sg_arg_count *count;
	u64 a[8] = {};
	u32 stage;

	if (nr >= SG_NR_MAX || abi >= SG_ABI_MAX_)
		return SG_BPF_APP;
	row = &arg_rows[abi][nr];
	read_args(regs, abi, a);
	/* without branches: each would double what the verifier walks, and loading took 135 ms with
	 * them */
	for (u32 i = 0; i < SG_ARG_TUPLE_LEN; i++) {
		u64 used = (u64)(((s64)i - row->n) >> 63); /* all ones while i < n */
		u64 wide = -(u64)(row->wide >> i & 1);
		u64 v = a[row->index[i] & 7] & used;
		u64 above = v >> 32 & ~wide;

		/* the kernel reads 32 bits of it; whether there is something above is in the key */
		tuple.high |= (u8)((above | -above) >> 63 << i);
		tuple.value[i] = v & (wide | 0xffffffff);
	}
	count = bpf_map_lookup_elem(&arg_tuples, &tuple);
	if (likely(count)) {
		count_tuple(count);
		return SG_BPF_APP;
	}
	stage = stage_strict(slot);
	if (stage == SG_BPF_APP)
		new_tuple(&tuple);
	return (int)stage;
}

#endif
