// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ways to count a call of one cgroup, each as little as it takes: what the recorder's own way is
 * compared with. None of these tells 32-bit calls, set-up or first sights.
 */
#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define NRS	     512
#define CGRP_STORAGE 32 /* BPF_MAP_TYPE_CGRP_STORAGE, which headers before 6.2 lack */

struct counts {
	u64 n[NRS];
};

struct call {
	u64 cgroup_id;
	u64 nr;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct call);
	__type(value, u64);
} by_call SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct call);
	__type(value, u64);
} by_call_and_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, u32);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, u32);
	__type(value, struct counts);
} by_slot SEC(".maps");

struct {
	__uint(type, CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u32);
} of_cgroup SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u32);
} of_task SEC(".maps");

u64 seen, everybody[NRS];

static __always_inline int count_in(u32 slot, u64 nr)
{
	struct counts *c = bpf_map_lookup_elem(&by_slot, &slot);

	if (c && nr < NRS)
		c->n[nr]++;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(cgroup_id_alone, struct pt_regs *regs, long nr)
{
	seen = bpf_get_current_cgroup_id();
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(one_array, struct pt_regs *regs, long nr)
{
	if ((u64)nr < NRS)
		everybody[nr]++;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(hash_of_calls, struct pt_regs *regs, long nr)
{
	struct call key = { bpf_get_current_cgroup_id(), (u64)nr };
	u64 *n = bpf_map_lookup_elem(&by_call, &key);

	if (n)
		__sync_fetch_and_add(n, 1);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(percpu_hash_of_calls, struct pt_regs *regs, long nr)
{
	struct call key = { bpf_get_current_cgroup_id(), (u64)nr };
	u64 *n = bpf_map_lookup_elem(&by_call_and_cpu, &key);

	if (n)
		++*n;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(hash_then_array, struct pt_regs *regs, long nr)
{
	u64 id = bpf_get_current_cgroup_id();
	u32 *slot = bpf_map_lookup_elem(&slots, &id);

	return slot ? count_in(*slot, (u64)nr) : 0;
}

/* From Linux 6.2 on. */
SEC("tp_btf/sys_enter")
int BPF_PROG(cgrp_storage, struct pt_regs *regs, long nr)
{
	struct cgroup *cgrp = bpf_get_current_task_btf()->cgroups->dfl_cgrp;
	u32 *slot = bpf_cgrp_storage_get(&of_cgroup, cgrp, 0, 0);

	return slot ? count_in(*slot, (u64)nr) : 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(task_storage, struct pt_regs *regs, long nr)
{
	u32 *slot = bpf_task_storage_get(&of_task, bpf_get_current_task_btf(), 0, 0);

	return slot ? count_in(*slot, (u64)nr) : 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
