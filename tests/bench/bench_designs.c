/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other ways of counting cost, each on the same loop, in turn with an empty program and with
 * the recorder: this process is the target of all of them.
 *
 * usage: bench_designs RECORDER.bpf.o EMPTY.bpf.o DESIGNS.bpf.o [ROUNDS [CALLS]]   (root)
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>

#include "timing.h"

#define MAX 16

static struct variant {
	const char *name;
	struct bpf_program *prog;
	double *ns;
} variants[MAX];
static size_t n_variants;

static void update(struct bpf_object *obj, const char *map, const void *key, const void *value)
{
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(obj, map), key, value, BPF_ANY))
		die(map);
}

static struct bpf_object *open_object(const char *path, const char *only)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	struct bpf_program *prog;

	if (!obj)
		die(path);
	bpf_object__for_each_program(prog, obj)
	{
		if (only)
			bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), only));
	}
	return obj;
}

static void load(struct bpf_object *obj, const char *name)
{
	struct bpf_program *prog;

	if (bpf_object__load(obj))
		die("load");
	bpf_object__for_each_program(prog, obj)
	{
		if (bpf_program__autoload(prog) && n_variants < MAX)
			variants[n_variants++] =
				(struct variant){ .name = name ? name : bpf_program__name(prog),
						  .prog = prog };
	}
}

static void load_recorder(const char *path, uint64_t id)
{
	struct bpf_object *obj = open_object(path, "on_sys_enter");
	uint32_t slot = 1;

	bpf_map__set_max_entries(bpf_object__find_map_by_name(obj, "counts"), 2);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(obj, "rare_counts"), 2);
	load(obj, "the recorder");
	update(obj, "slots", &id, &slot);
}

/* @cgroup, @pid: descriptors of this process's. */
static void load_designs(const char *path, uint64_t id, int cgroup, int pid)
{
	struct bpf_object *obj = open_object(path, NULL);
	struct {
		uint64_t cgroup_id, nr;
	} call = { id, SYS_getppid };
	uint64_t *zeros = calloc((size_t)libbpf_num_possible_cpus(), sizeof(*zeros));
	uint32_t slot = 1;

	load(obj, NULL);
	update(obj, "by_call", &call, zeros);
	update(obj, "by_call_and_cpu", &call, zeros);
	update(obj, "slots", &id, &slot);
	update(obj, "of_cgroup", &cgroup, &slot);
	update(obj, "of_task", &pid, &slot);
	free(zeros);
}

static int own_cgroup(void)
{
	static const char *const mounts[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	char line[4096], path[8192];
	FILE *f = fopen("/proc/self/cgroup", "re");
	int fd = -1;

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; !strncmp(line, "0::", 3) && fd < 0 && i < 2; i++) {
			snprintf(path, sizeof(path), "%s%s", mounts[i], line + 3);
			fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		}
	}
	if (fd < 0)
		die("/proc/self/cgroup");
	fclose(f);
	return fd;
}

static double measure(const struct variant *v, unsigned long calls)
{
	struct bpf_link *link = v->prog ? bpf_program__attach(v->prog) : NULL;
	double ns;

	if (v->prog && !link)
		die("attach");
	time_calls(calls / 10); /* caches, branch predictors */
	ns = time_calls(calls);
	bpf_link__destroy(link);
	return ns;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 4 ? strtoul(argv[4], NULL, 10) : 31;
	unsigned long calls = argc > 5 ? strtoul(argv[5], NULL, 10) : 200000;
	uint64_t id;

	if (argc < 4) {
		fprintf(stderr, "usage: bench_designs RECORDER.bpf.o EMPTY.bpf.o DESIGNS.bpf.o "
				"[ROUNDS [CALLS]]\n");
		return 2;
	}
	stay_on_this_cpu();
	id = own_cgroup_id();
	load(open_object(argv[2], NULL), "empty");
	load_designs(argv[3], id, own_cgroup(), (int)syscall(SYS_pidfd_open, getpid(), 0));
	load_recorder(argv[1], id);
	variants[n_variants++] = (struct variant){ .name = "nothing attached" };
	for (size_t v = 0; v < n_variants; v++)
		variants[v].ns = calloc(rounds, sizeof(double));
	for (unsigned long r = 0; r < rounds; r++) {
		for (size_t i = 0; i < n_variants; i++) {
			struct variant *v = &variants[r % 2 ? n_variants - 1 - i : i];

			v->ns[r] = measure(v, calls);
		}
	}
	printf("%-22s %8s %8s %8s %8s %8s %8s\n", "design", "median", "p10", "p90", "x empty",
	       "p10", "p90");
	for (size_t v = 0; v < n_variants; v++) {
		printf("%-22s", variants[v].name);
		print_spread(variants[v].ns, rounds);
		print_ratio(variants[v].ns, variants[0].ns, rounds);
		printf("\n");
	}
	return 0;
}
