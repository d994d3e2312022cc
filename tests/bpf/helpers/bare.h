/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BARE_H
#define BARE_H

/* For programs without libc and start-up code: a call, and the way in. */
#include <sys/syscall.h>

static long bare_call(long nr, const void *a, const void *b)
{
#if defined(__x86_64__)
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "a"(nr), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return r;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = (long)a;
	register long x1 __asm__("x1") = (long)b;

	__asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1) : "memory");
	return x0;
#endif
}

/* @stack: argc, argv[0], … as the kernel left them. */
__attribute__((noreturn, used)) void bare_main(const long *stack);

#if defined(__x86_64__)
__asm__(".globl _start\n_start: mov %rsp, %rdi\n\tand $-16, %rsp\n\tcall bare_main\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start: mov x0, sp\n\tbl bare_main\n");
#endif

#endif
