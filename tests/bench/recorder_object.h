/* SPDX-License-Identifier: Apache-2.0 */
/* The recorder's program and its tables, without the recorder: to be attached and detached in turn
 * with others. */
#ifndef SG_BENCH_RECORDER_OBJECT_H
#define SG_BENCH_RECORDER_OBJECT_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "recorder_abi.h"
#include "timing.h"

static inline struct bpf_object *open_object(const char *path, uint32_t slots)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	struct bpf_program *prog;
	struct bpf_map *map;

	if (!obj)
		die(path);
	bpf_object__for_each_map(map, obj)
	{
		const char *name = bpf_map__name(map);

		if (!strcmp(name, "counts") || !strcmp(name, "rare_counts"))
			bpf_map__set_max_entries(map, slots + 1);
	}
	/* only what is measured; what other kernels need does not load here */
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), "on_sys_enter"));
	if (bpf_object__load(obj))
		die(path);
	return obj;
}

static inline void track(struct bpf_object *obj, uint64_t id, uint32_t slot)
{
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(obj, "slots"), &id, &slot, BPF_ANY))
		die("slots");
}

static inline struct bpf_link *attach(struct bpf_object *obj)
{
	struct bpf_link *link =
		bpf_program__attach(bpf_object__find_program_by_name(obj, "on_sys_enter"));

	if (!link)
		die("attach");
	return link;
}

/* Nothing that was called may be missing. */
static inline void check_count(struct bpf_object *obj, uint32_t slot, unsigned long made)
{
	int cpus = libbpf_num_possible_cpus();
	struct sg_counts *counts = calloc((size_t)cpus, sizeof(*counts));
	uint64_t sum = 0;

	if (!counts ||
	    bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(obj, "counts"), &slot, counts))
		die("counts");
	for (int i = 0; i < cpus; i++)
		sum += counts[i].n[SYS_getppid];
	if (sum != made) {
		fprintf(stderr, "%s: %lu calls were made, %lu counted\n",
			program_invocation_short_name, made, (unsigned long)sum);
		exit(1);
	}
	free(counts);
}

#endif
