/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What watching arguments costs a recorded process: each call with and without rows of the security
 * set, the programs attached in turn within one process. getppid and getpgid have no row; the
 * others have one, two and three arguments watched, and are made so that they fail or end at once:
 * the cheapest calls there are, hence the worst ratios.
 *
 * usage: bench_args [ROUNDS [CALLS]]   (root)
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/audit.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "args/table.h"
#include "recorder_abi.h"
#include "timing.h"
/* the skeleton speaks of its types */
#include "recorder.skel.h"

#ifdef __x86_64__
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#else
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

enum variant { NOTHING, NO_ROWS, ROWS, VARIANTS };

static const struct {
	const char *name;
	long nr, a[4];
} calls[] = {
	{ "getppid", SYS_getppid, { 0 } },
	{ "getpgid", SYS_getpgid, { 0 } },
	{ "personality (1)", SYS_personality, { 0xffffffff } },
	{ "ioctl (1)", SYS_ioctl, { -1, 0x5401 } },
	{ "setsockopt (2)", SYS_setsockopt, { -1, 1, 2 } },
	{ "socket (3)", SYS_socket, { 99, 1, 0 } },
	{ "mprotect (1)", SYS_mprotect, { 0, 0, 3 } },
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static double time_call(size_t which, unsigned long n)
{
	double start = now_ns();

	for (unsigned long i = 0; i < n; i++)
		syscall(calls[which].nr, calls[which].a[0], calls[which].a[1], calls[which].a[2],
			calls[which].a[3]);
	return (now_ns() - start) / (double)n;
}

/* As tracer/recorder/read/args.c fills them, for the machine's own calls. */
static void fill_rows(struct recorder_bpf *skel)
{
	for (uint32_t nr = 0; nr < SG_NR_MAX; nr++) {
		struct sg_arg_row *row = &skel->rodata->arg_rows[SG_ABI_NATIVE][nr];
		struct sg_syscall_id id = { NATIVE_ARCH, nr };
		const struct sg_arg_call *call = sg_arg_call_find(id, SG_ARG_SET_SECURITY);

		if (!call)
			continue;
		row->n = (unsigned char)sg_arg_call_n(call, SG_ARG_SET_SECURITY);
		for (size_t i = 0; i < row->n; i++) {
			row->index[i] = call->args[i].index;
			row->wide |= (unsigned char)((call->args[i].width > 32) << i);
		}
	}
	bpf_map__set_max_entries(skel->maps.arg_tuples, 4096);
	bpf_map__set_max_entries(skel->maps.arg_states, 256);
}

static struct recorder_bpf *open_recorder(bool has_rows, uint64_t cgroup_id)
{
	struct recorder_bpf *skel = recorder_bpf__open();
	struct bpf_program *prog;
	uint32_t slot = 1;

	if (!skel)
		die("open");
	bpf_object__for_each_program(prog, skel->obj)
		bpf_program__set_autoload(prog, prog == skel->progs.on_sys_enter);
	bpf_map__set_max_entries(skel->maps.counts, 2);
	bpf_map__set_max_entries(skel->maps.rare_counts, 2);
	if (has_rows)
		fill_rows(skel);
	if (recorder_bpf__load(skel))
		die("load");
	if (bpf_map__update_elem(skel->maps.slots, &cgroup_id, sizeof(cgroup_id), &slot,
				 sizeof(slot), BPF_ANY))
		die("slots");
	return skel;
}

static double median(double *values, unsigned long n)
{
	qsort(values, n, sizeof(double), by_value);
	return values[n / 2];
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 31;
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 100000;
	struct recorder_bpf *skel[VARIANTS] = { NULL };
	double *ns[VARIANTS][CALLS], *ratio = calloc(rounds, sizeof(double));
	uint64_t id = own_cgroup_id();

	stay_on_this_cpu();
	skel[NO_ROWS] = open_recorder(false, id);
	skel[ROWS] = open_recorder(true, id);
	for (int v = 0; v < VARIANTS; v++) {
		for (size_t c = 0; c < CALLS; c++)
			ns[v][c] = calloc(rounds, sizeof(double));
	}
	for (unsigned long r = 0; r < rounds; r++) {
		for (size_t c = 0; c < CALLS; c++) {
			for (int i = 0; i < VARIANTS; i++) {
				/* first is now one, now the other: the clock speed drifts */
				int v = r % 2 ? VARIANTS - 1 - i : i;
				struct bpf_link *link =
					skel[v] ? bpf_program__attach(skel[v]->progs.on_sys_enter)
						: NULL;

				time_call(c, n / 10); /* caches, branch predictors */
				ns[v][c][r] = time_call(c, n);
				bpf_link__destroy(link);
			}
		}
	}
	printf("%-18s %8s %8s %8s %8s %8s %8s\n", "call", "bare ns", "no args", "args", "x no args",
	       "p10", "p90");
	for (size_t c = 0; c < CALLS; c++) {
		for (unsigned long r = 0; r < rounds; r++)
			ratio[r] = ns[ROWS][c][r] / ns[NO_ROWS][c][r];
		qsort(ratio, rounds, sizeof(double), by_value);
		printf("%-18s %8.1f %8.1f %8.1f %8.3f %8.3f %8.3f\n", calls[c].name,
		       median(ns[NOTHING][c], rounds), median(ns[NO_ROWS][c], rounds),
		       median(ns[ROWS][c], rounds), ratio[rounds / 2], ratio[rounds / 10],
		       ratio[rounds * 9 / 10]);
	}
	return 0;
}
