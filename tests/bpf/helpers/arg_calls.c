/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the calls that a file lists, with exactly the arguments that it says: "ARCH NR A0 A1 A2 A3
 * A4 A5" a line, numbers as strtoull(3) takes them; ARCH is native, i386 (int80) or x32. What they
 * return is of no interest.
 *
 * usage: arg_calls FILE [THREADS ROUNDS]     each thread makes all calls of the file, that often
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct call {
	enum { NATIVE, I386 } abi;
	uint64_t nr, a[6];
};

static struct call calls[4096];
static size_t n_calls;
static unsigned long rounds = 1;

#ifdef __x86_64__
static void make(const struct call *c)
{
	long ret;

	if (c->abi == I386) {
		/* rbp carries the sixth argument and is the compiler's, so they wait in memory */
		asm volatile("push %%rbp\n\t"
			     "mov %[c], %%r12\n\t"
			     "mov 0(%%r12), %%rax\n\t"
			     "mov 8(%%r12), %%rbx\n\t"
			     "mov 16(%%r12), %%rcx\n\t"
			     "mov 24(%%r12), %%rdx\n\t"
			     "mov 32(%%r12), %%rsi\n\t"
			     "mov 40(%%r12), %%rdi\n\t"
			     "mov 48(%%r12), %%rbp\n\t"
			     "int $0x80\n\t"
			     "pop %%rbp"
			     : "=&a"(ret)
			     : [c] "r"(&c->nr)
			     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
			       "memory");
		return;
	}
	register uint64_t r10 asm("r10") = c->a[3];
	register uint64_t r8 asm("r8") = c->a[4];
	register uint64_t r9 asm("r9") = c->a[5];

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(c->nr), "D"(c->a[0]), "S"(c->a[1]), "d"(c->a[2]), "r"(r10), "r"(r8),
		       "r"(r9)
		     : "rcx", "r11", "memory");
}
#else
static void make(const struct call *c)
{
	register uint64_t x8 asm("x8") = c->nr;
	register uint64_t x0 asm("x0") = c->a[0];
	register uint64_t x1 asm("x1") = c->a[1];
	register uint64_t x2 asm("x2") = c->a[2];
	register uint64_t x3 asm("x3") = c->a[3];
	register uint64_t x4 asm("x4") = c->a[4];
	register uint64_t x5 asm("x5") = c->a[5];

	asm volatile("svc #0"
		     : "+r"(x0)
		     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
		     : "memory");
}
#endif

static void *make_all(void *unused)
{
	for (unsigned long r = 0; r < rounds; r++) {
		for (size_t i = 0; i < n_calls; i++)
			make(&calls[i]);
	}
	return unused;
}

static int read_calls(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512], arch[16];

	if (!f) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), f)) {
		struct call *c = &calls[n_calls++];
		char *p = line;
		int used;

		if (n_calls > sizeof(calls) / sizeof(calls[0]) ||
		    sscanf(p, "%15s%n", arch, &used) != 1)
			return 1;
		p += used;
		c->abi = strcmp(arch, "i386") ? NATIVE : I386;
		c->nr = strtoull(p, &p, 0);
		if (!strcmp(arch, "x32"))
			c->nr |= 0x40000000;
		for (size_t i = 0; i < 6; i++)
			c->a[i] = strtoull(p, &p, 0);
	}
	fclose(f);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long threads = argc > 3 ? strtoul(argv[2], NULL, 0) : 0;
	pthread_t ids[64];

	if (argc < 2 || threads > 64 || read_calls(argv[1]))
		return 2;
	if (argc > 3)
		rounds = strtoul(argv[3], NULL, 0);
	if (threads == 0)
		make_all(NULL);
	for (unsigned long i = 0; i < threads; i++) {
		if (pthread_create(&ids[i], NULL, make_all, NULL))
			return 1;
	}
	for (unsigned long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	return 0;
}
