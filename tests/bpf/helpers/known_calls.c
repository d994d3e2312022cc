/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a known number of calls that no libc start-up makes, and prints what a recording of it must
 * hold, one "ARCH NR COUNT" a line.
 *
 * usage: known_calls plain|threads|forks|vforks|int80|x32|invalid N
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

#define THREADS 8
#define FORKS	50
#define X32_BIT 0x40000000L

static unsigned long n;

static void expect(const char *arch, unsigned long nr, unsigned long count)
{
	printf("%s %lu %lu\n", arch, nr, count);
}

static void make(long nr, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++)
		syscall(nr);
}

static void plain(void)
{
	make(SYS_getppid, n);
	make(SYS_getpgrp, 2 * n + 1);
	expect(NATIVE_ARCH, SYS_getppid, n);
	expect(NATIVE_ARCH, SYS_getpgrp, 2 * n + 1);
}

/* Every second thread on the other CPU, all counting the same call at once. */
static void *thread(void *arg)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((unsigned long)arg % (unsigned long)cpus, &set);
	sched_setaffinity(0, sizeof(set), &set);
	make(SYS_getppid, n);
	make(SYS_getpgrp, n / 2);
	return NULL;
}

static void threads(void)
{
	pthread_t t[THREADS];

	for (unsigned long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	expect(NATIVE_ARCH, SYS_getppid, THREADS * n);
	expect(NATIVE_ARCH, SYS_getpgrp, THREADS * (n / 2));
}

static void forks(void)
{
	for (int i = 0; i < FORKS; i++) {
		if (fork() == 0) {
			make(SYS_getppid, n);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	expect(NATIVE_ARCH, SYS_getppid, FORKS * n);
}

#ifdef __x86_64__
static void vforks(void)
{
	for (volatile int i = 0; i < FORKS; i++) {
		if (vfork() == 0) {
			syscall(SYS_getppid);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	expect(NATIVE_ARCH, SYS_getppid, FORKS);
	expect(NATIVE_ARCH, SYS_vfork, FORKS);
}

/* i386's getppid is 64, which is semget for x86_64; pinned to what each ABI means by it. */
static void int80(void)
{
	for (unsigned long i = 0; i < n; i++) {
		long r;

		__asm__ volatile("int $0x80"
				 : "=a"(r)
				 : "a"(64L)
				 : "memory", "r8", "r9", "r10", "r11");
	}
	make(SYS_getppid, n + 7);
	expect("i386", 64, n);
	expect(NATIVE_ARCH, SYS_getppid, n + 7);
}

/* The kernel need not be built for x32: the call enters, and fails after it was seen. */
static void x32(void)
{
	make(X32_BIT | SYS_getppid, n);
	make(X32_BIT | 520, 3); /* x32's own execve */
	make(SYS_getppid, n + 7);
	expect("x32", SYS_getppid, n);
	expect("x32", 520, 3);
	expect(NATIVE_ARCH, SYS_getppid, n + 7);
}
#endif

static void invalid(void)
{
	make(9999, n);
	make(-1, 3);
	make(1L << 31, 2);
	expect("invalid", 0, n + 5);
}

static const struct {
	const char *name;
	void (*run)(void);
} modes[] = {
	{ "plain", plain },   { "threads", threads }, { "forks", forks }, { "invalid", invalid },
#ifdef __x86_64__
	{ "vforks", vforks }, { "int80", int80 },     { "x32", x32 },
#endif
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 3 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name))
			continue;
		n = strtoul(argv[2], NULL, 10);
		modes[i].run();
		return 0;
	}
	fprintf(stderr, "usage: known_calls plain|threads|forks|vforks|int80|x32|invalid N\n");
	return 2;
}
