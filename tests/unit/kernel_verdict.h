/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the running kernel does with calls under a filter: a forked child loads it and makes the
 * calls. Needs no privilege (no_new_privs). Only calls that do nothing are made.
 */
#ifndef SG_TESTS_KERNEL_VERDICT_H
#define SG_TESTS_KERNEL_VERDICT_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter/filter.h"
#include "syscall/arch.h"

#ifdef __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#else
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#define MAX_PROBES 64

enum seen {
	SEEN_NOTHING,
	SEEN_RETURN, /* .value is what the call returned */
	SEEN_TRAP,   /* .value is siginfo's si_errno */
	SEEN_KILL_THREAD,
	SEEN_KILL_PROCESS,
};

struct probe {
	struct sg_seccomp_data data; /* instruction_pointer is not used */
	long plain;		     /* what the call returns without a filter */
	enum seen seen;
	long value;
};

struct stage {
	struct probe probes[MAX_PROBES];
	size_t n;
	volatile size_t at;
	volatile int load_error; /* errno of seccomp(2) */
	volatile bool done;
	struct sock_fprog prog;
};

static struct stage *stage;

/* Nothing between the filter's loading and the end may make another call: no libc, no sanitizer. */
#define BARE __attribute__((noinline, no_sanitize("address", "undefined")))

#ifdef __x86_64__
BARE static long make_call(const struct sg_seccomp_data *d)
{
	long ret;

	if (d->arch == AUDIT_ARCH_I386) {
		/* rbp carries the sixth argument and is the compiler's, so it waits in memory */
		const uint64_t a[8] = { d->nr,	    d->args[0], d->args[1], d->args[2],
					d->args[3], d->args[4], d->args[5] };

		asm volatile("push %%rbp\n\t"
			     "mov %[a], %%r12\n\t"
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
			     : [a] "r"(a)
			     : "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
			       "memory");
		return (int)ret;
	}
	register uint64_t r10 asm("r10") = d->args[3];
	register uint64_t r8 asm("r8") = d->args[4];
	register uint64_t r9 asm("r9") = d->args[5];

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"((uint64_t)d->nr), "D"(d->args[0]), "S"(d->args[1]), "d"(d->args[2]),
		       "r"(r10), "r"(r8), "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}
#define BARE_LOAD(prog)                      \
	make_call(&(struct sg_seccomp_data){ \
		.nr = __NR_seccomp,          \
		.arch = AUDIT_ARCH_X86_64,   \
		.args = { SECCOMP_SET_MODE_FILTER, 0, (uintptr_t)(prog) } })
#define BARE_STOP() asm volatile("ud2")
#elif defined(__aarch64__)
BARE static long make_call(const struct sg_seccomp_data *d)
{
	register uint64_t x8 asm("x8") = d->nr;
	register uint64_t x0 asm("x0") = d->args[0];
	register uint64_t x1 asm("x1") = d->args[1];
	register uint64_t x2 asm("x2") = d->args[2];
	register uint64_t x3 asm("x3") = d->args[3];
	register uint64_t x4 asm("x4") = d->args[4];
	register uint64_t x5 asm("x5") = d->args[5];

	asm volatile("svc #0"
		     : "+r"(x0)
		     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
		     : "memory");
	return (long)x0;
}
#define BARE_LOAD(prog)                      \
	make_call(&(struct sg_seccomp_data){ \
		.nr = __NR_seccomp, .args = { SECCOMP_SET_MODE_FILTER, 0, (uintptr_t)(prog) } })
#define BARE_STOP() asm volatile("udf #0")
#else
#error "how does this architecture make a call?"
#endif

BARE static void on_sigsys(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	stage->probes[stage->at].value = info->si_errno;
	stage->probes[stage->at].seen = SEEN_TRAP;
	BARE_STOP();
}

/*
 * A thread, so that KILL_THREAD differs from KILL_PROCESS, which takes the waiting one along. Made
 * by clone(2) itself: no library expects its threads to be killed one by one.
 */
BARE static int filtered_thread(void *unused)
{
	long r = BARE_LOAD(&stage->prog);

	(void)unused;
	if (r != 0) {
		stage->load_error = (int)-r;
		return 0;
	}
	for (; stage->at < stage->n; stage->at++) {
		struct probe *p = &stage->probes[stage->at];

		p->value = make_call(&p->data);
		p->seen = SEEN_RETURN;
	}
	stage->done = true;
	BARE_STOP();
	return 0;
}

static void run_thread(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	static volatile int tid; /* the kernel clears it when the thread is gone */
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	int now;

	if (clone(filtered_thread, stack + sizeof(stack), flags, NULL, &tid, NULL, &tid) < 0)
		_exit(2);
	while ((now = tid))
		syscall(SYS_futex, &tid, FUTEX_WAIT, now, NULL, NULL, 0);
}

/* Comes to its end by a signal, a failure to load, or when all probes are through. */
static void run_probes(void)
{
	const struct rlimit none = { 0, 0 };
	struct sigaction action = { .sa_sigaction = on_sigsys,
				    .sa_flags = SA_SIGINFO | SA_NODEFER };

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGILL, SIG_DFL);
	sigaction(SIGSYS, &action, NULL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	do {
		run_thread();
		if (stage->load_error)
			_exit(1);
		/* it went, and this process is still here */
		stage->probes[stage->at++].seen = SEEN_KILL_THREAD;
	} while (stage->at < stage->n);
	_exit(0);
}

static inline void stage_open(void)
{
	if (!stage)
		stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(stage, 0, sizeof(*stage));
}

/* Returns 0, or the errno with which the kernel refused the filter. */
static inline int ask_kernel(const struct sock_filter *insns, size_t len)
{
	stage->prog =
		(struct sock_fprog){ (unsigned short)len, (struct sock_filter *)(uintptr_t)insns };
	stage->at = 0;
	stage->done = false;
	stage->load_error = 0;
	for (;;) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			run_probes();
		while (waitpid(pid, &status, 0) < 0)
			;
		if (stage->load_error)
			return stage->load_error;
		if (stage->done || stage->at >= stage->n)
			return 0;
		if (stage->probes[stage->at].seen != SEEN_TRAP) {
			if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
				abort(); /* not what seccomp does */
			stage->probes[stage->at].seen = SEEN_KILL_PROCESS;
		}
		stage->at++;
	}
}

/* What the calls return when nobody forbids them; numbers above any kernel's table are ENOSYS. */
static inline void ask_without_filter(void)
{
	for (size_t i = 0; i < stage->n; i++)
		stage->probes[i].plain = make_call(&stage->probes[i].data);
}

/* Whether the kernel runs i386 calls. */
static inline bool has_int80(void)
{
#ifdef __x86_64__
	int status = 1;
	pid_t pid = fork();

	if (pid == 0) {
		struct sg_seccomp_data getpid_i386 = { .nr = 20, .arch = AUDIT_ARCH_I386 };

		_exit(make_call(&getpid_i386) != getpid());
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	return status == 0;
#else
	return false;
#endif
}

/* Whether what was seen is what @word says. */
static inline bool verdict_fits(const struct probe *p, uint32_t word)
{
	uint32_t data = word & SECCOMP_RET_DATA;

	switch (word & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		/* a process or thread id differs in the child, but is one */
		return p->seen == SEEN_RETURN &&
		       (p->plain > 0 ? p->value > 0 : p->value == p->plain);
	case SECCOMP_RET_ERRNO:
		return p->seen == SEEN_RETURN && p->value == -(long)(data > 4095 ? 4095 : data);
	case SECCOMP_RET_TRACE: /* without a tracer, without a listener */
	case SECCOMP_RET_USER_NOTIF:
		return p->seen == SEEN_RETURN && p->value == -ENOSYS;
	case SECCOMP_RET_TRAP:
		return p->seen == SEEN_TRAP && p->value == (long)data;
	case SECCOMP_RET_KILL_THREAD:
		return p->seen == SEEN_KILL_THREAD;
	default: /* KILL_PROCESS, and every action that the kernel does not know */
		return p->seen == SEEN_KILL_PROCESS;
	}
}

#endif
