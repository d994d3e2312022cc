/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time a system call: prints nanoseconds a call, one line a round, and flushes it; then, on a last
 * line after "calls", how often it was made in all.
 *
 * usage: syscall_loop getppid|getuid|ioctl CALLS ROUNDS [CPU[,CPU...] [cputime]]
 *
 * Of several CPUs each has a thread, and what is printed is their mean. ioctl is one whose
 * arguments are watched, and fails at once. cputime: of the processor's time, not the wall's; not
 * what a tracer costs that stops the process.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 256

static const struct {
	const char *name;
	long nr, a[2];
} known[] = {
	{ "getppid", SYS_getppid, { 0 } },
	{ "getuid", SYS_getuid, { 0 } },
	{ "ioctl", SYS_ioctl, { -1, 0x5401 } },
};

static long nr, a0, a1, calls, rounds;
static clockid_t clock_id = CLOCK_MONOTONIC;
static pthread_barrier_t barrier;

static struct thread {
	pthread_t id;
	int cpu;
	double ns;
} threads[MAX_THREADS];
static unsigned int n_threads;

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(clock_id, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void print_round(void)
{
	double sum = 0;

	for (unsigned int i = 0; i < n_threads; i++)
		sum += threads[i].ns;
	printf("%.2f\n", sum / n_threads);
	fflush(stdout);
}

static void *run(void *arg)
{
	struct thread *self = arg;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((size_t)self->cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (long i = 0; i < calls / 10; i++)
		syscall(nr, a0, a1);
	for (long r = 0; r < rounds; r++) {
		double start;

		pthread_barrier_wait(&barrier);
		start = now_ns();
		for (long i = 0; i < calls; i++)
			syscall(nr, a0, a1);
		self->ns = (now_ns() - start) / (double)calls;
		pthread_barrier_wait(&barrier);
		if (self == threads)
			print_round();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	char here[16], *list = here, *cpu;

	for (size_t i = 0; argc > 1 && i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(argv[1], known[i].name) == 0) {
			nr = known[i].nr;
			a0 = known[i].a[0];
			a1 = known[i].a[1];
		}
	}
	if (argc < 4 || !nr) {
		fprintf(stderr, "usage: syscall_loop getppid|getuid|ioctl CALLS ROUNDS "
				"[CPU[,CPU...] [cputime]]\n");
		return 2;
	}
	calls = atol(argv[2]);
	rounds = atol(argv[3]);
	snprintf(here, sizeof(here), "%d", sched_getcpu());
	if (argc > 4)
		list = argv[4];
	if (argc > 5 && strcmp(argv[5], "cputime") == 0)
		clock_id = CLOCK_THREAD_CPUTIME_ID;
	for (; n_threads < MAX_THREADS && (cpu = strsep(&list, ",")); n_threads++)
		threads[n_threads].cpu = atoi(cpu);
	pthread_barrier_init(&barrier, NULL, n_threads);
	for (unsigned int i = 1; i < n_threads; i++)
		pthread_create(&threads[i].id, NULL, run, &threads[i]);
	run(&threads[0]);
	for (unsigned int i = 1; i < n_threads; i++)
		pthread_join(threads[i].id, NULL);
	printf("calls %ld\n", (calls / 10 + calls * rounds) * n_threads);
	return 0;
}
