/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SG_ARGS_BPF_H
#define SG_ARGS_BPF_H

/*
 * Arguments of the calls that arg_rows lists: which values, or combinations of up to three, occurred. A call seen
 * with a known combination costs one lookup. New ones are kept up to SG_ARG_TUPLES_MAX a call; beyond that the call is
 * ANY, which is a fact of the recording and not a loss.
 */

/* Which arguments of a call are watched; set before load. All zero: none, and nothing is paid. */
const volatile struct sg_arg_row arg_rows[SG_ABI_MAX_][SG_NR_MAX];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* set at load, by the number of slots */
	__type(key, struct sg_arg_key);
	__type(value, struct sg_arg_count);
} arg_tuples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1); /* set at load, by the number of slots */
	__type(key, struct sg_arg_key); /* with no values */
	__type(value, struct sg_arg_state);
} arg_states SEC(".maps");

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

/* A combination that has no row: give it one, or find that the call has too many. */
static __noinline int new_tuple(struct sg_arg_key *tuple)
{
	struct sg_arg_count first = { .count = 1, .first_boot_ns = bpf_ktime_get_boot_ns() };
	struct sg_arg_key key = { .slot = tuple->slot, .abi = tuple->abi, .nr = tuple->nr };
	struct sg_arg_state *state, fresh = { 0 };
	struct sg_arg_count *row;
	int r; /* of a long, before 6.4, only the lower half is defined: the call is inlined */

	state = bpf_map_lookup_elem(&arg_states, &key);
	if (!state) {
		bpf_map_update_elem(&arg_states, &key, &fresh, BPF_NOEXIST);
		state = bpf_map_lookup_elem(&arg_states, &key);
	}
	if (!state) { /* no word on this call at all: userspace takes it for ANY */
		lose(SG_BPF_LOSS_ARGS);
		return 0;
	}
	if (state->distinct < SG_ARG_TUPLES_MAX) {
		r = bpf_map_update_elem(&arg_tuples, tuple, &first, BPF_NOEXIST);
		if (!r) {
			state->last_new_boot_ns = first.first_boot_ns;
			__sync_fetch_and_add(&state->distinct, 1);
			return 0;
		}
		if (r == -EEXIST) { /* another CPU was first */
			row = bpf_map_lookup_elem(&arg_tuples, tuple);
			if (row)
				__sync_fetch_and_add(&row->count, 1);
			return 0;
		}
	}
	state->last_new_boot_ns = first.first_boot_ns;
	__sync_fetch_and_add(&state->overflow, 1);
	return 0;
}

static __noinline int count_args(struct pt_regs *regs, u32 slot, u32 abi, u32 nr)
{
	struct sg_arg_key tuple = { .slot = (u16)slot, .abi = (u8)abi, .nr = nr };
	const volatile struct sg_arg_row *row;
	struct sg_arg_count *count;
	u64 a[8] = {};

	if (nr >= SG_NR_MAX || abi >= SG_ABI_MAX_)
		return 0;
	row = &arg_rows[abi][nr];
	read_args(regs, abi, a);
	for (u32 i = 0; i < SG_ARG_TUPLE_LEN; i++) {
		u64 v;

		if (i >= row->n)
			break;
		v = a[row->index[i] & 7];
		if (!(row->wide & (1 << i))) { /* the kernel reads 32 bits of it; whatever is above is noted */
			if (v >> 32)
				tuple.high |= 1 << i;
			v = (u32)v;
		}
		tuple.value[i] = v;
	}
	count = bpf_map_lookup_elem(&arg_tuples, &tuple);
	if (likely(count))
		__sync_fetch_and_add(&count->count, 1);
	else
		new_tuple(&tuple);
	return 0;
}

#endif
