/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a system call costs under each program on sys_enter: nothing attached, an empty tp_btf
 * program, the recorder with this process as a bystander, the recorder with this process as its
 * target.
 *
 * All variants are loaded once; each round attaches one after the other, now in this order, now in
 * the other, and times a loop of getppid, the cheapest call that does something, on one CPU. Ratios
 * are of neighbours, within a round: against the empty program and, of the many, against the one.
 * At the end the counters must be what was called, or it fails.
 *
 * usage: bench_percall RECORDER.bpf.o EMPTY.bpf.o [ROUNDS [CALLS [MANY]]]   (root)
 */
#include "recorder_object.h"
#include "timing.h"

enum variant { NOTHING, EMPTY, BYSTANDER, TARGET, AMONG_MANY, VARIANTS };
static const char *const names[VARIANTS] = { "nothing attached", "empty tp_btf", "bystander",
					     "target", "target among many" };

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 31;
	unsigned long calls = argc > 4 ? strtoul(argv[4], NULL, 10) : 300000;
	unsigned long many = argc > 5 ? strtoul(argv[5], NULL, 10) : 1000;
	struct bpf_object *obj[VARIANTS] = { NULL };
	double *ns[VARIANTS];
	uint32_t slot = 1;
	uint64_t id;

	if (argc < 3) {
		fprintf(stderr, "usage: bench_percall RECORDER.bpf.o EMPTY.bpf.o [ROUNDS [CALLS "
				"[MANY]]]\n");
		return 2;
	}
	stay_on_this_cpu();
	id = own_cgroup_id();

	obj[EMPTY] = open_object(argv[2], 1);
	obj[BYSTANDER] = open_object(argv[1], 1);
	obj[TARGET] = open_object(argv[1], 1);
	obj[AMONG_MANY] = open_object(argv[1], (uint32_t)many);
	track(obj[TARGET], id, slot);
	/* ids as kernfs would give them next: their cells lie next to ours, as those of real
	 * cgroups do */
	for (uint32_t other = 1; other < many; other++)
		track(obj[AMONG_MANY], id + other, other);
	track(obj[AMONG_MANY], id, (uint32_t)many);

	for (int v = 0; v < VARIANTS; v++)
		ns[v] = calloc(rounds, sizeof(double));
	for (unsigned long r = 0; r < rounds; r++) {
		for (int i = 0; i < VARIANTS; i++) {
			int v = r % 2 ? VARIANTS - 1 - i : i;
			struct bpf_link *link = obj[v] ? attach(obj[v]) : NULL;

			time_calls(calls / 10); /* caches, branch predictors */
			ns[v][r] = time_calls(calls);
			bpf_link__destroy(link);
		}
	}
	check_count(obj[TARGET], slot, rounds * (calls + calls / 10));
	check_count(obj[AMONG_MANY], (uint32_t)many, rounds * (calls + calls / 10));
	printf("%-18s %8s %8s %8s %8s %8s %8s\n", "variant", "median", "p10", "p90", "x empty",
	       "p10", "p90");
	for (int v = 0; v <= VARIANTS; v++) {
		const double *of = ns[v < VARIANTS ? v : AMONG_MANY];
		printf("%-18s", v < VARIANTS ? names[v] : "many by target");
		print_spread(of, rounds);
		print_ratio(of, ns[v < VARIANTS ? EMPTY : TARGET], rounds);
		printf("\n");
	}
	return 0;
}
