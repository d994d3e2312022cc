// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The yardstick: what any program on sys_enter costs before it does anything. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("tp_btf/sys_enter")
int on_sys_enter(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
