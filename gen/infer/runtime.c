/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/runtime.h"

#include "base/cleanup.h"

#define HEAP   "its memory grows, shrinks or moves, depending on sizes"
#define LOCK   "a lock that another thread holds, depending on timing"
#define SIGNAL "a signal among its own threads, abort(3) and raise(3) too"
#define PAUSE  "it waits for a moment, depending on timing"

/*
 * libc: glibc's and musl's start-up code. brk: malloc(3); set_tid_address: both at start, glibc in
 * the loader, 2.36 in static programs as well. Go: its scheduler's start (runtime/os_linux.go),
 * which asks for the CPUs and gives the signal handlers of each thread a stack; programs with cgo
 * have both.
 */
const struct sg_language_runtime sg_language_runtimes[] = {
	{ "libc",
	  { "brk", "set_tid_address" },
	  { 0 },
	  { { "brk", HEAP },
	    { "munmap", HEAP },
	    { "mremap", HEAP },
	    { "madvise", HEAP },
	    { "sysinfo", "how much memory there is, for qsort(3) and the allocators" },
	    { "sched_yield", LOCK },
	    { "gettid", SIGNAL },
	    { "getpid", SIGNAL },
	    { "tgkill", SIGNAL },
	    { "rt_sigprocmask", SIGNAL },
	    { "sigaltstack", "the stack of signal handlers, one a thread" },
	    { "nanosleep", PAUSE },
	    { "clock_nanosleep", PAUSE },
	    { "poll", PAUSE } } },
	{ "libc with threads or children",
	  { "brk", "set_tid_address" },
	  { "clone", "clone3", "vfork" },
	  { { "futex", LOCK } } },
	/* dash's and busybox's `wait`, which block signals for it only when the child is still
	   there */
	{ "a shell",
	  { "wait4", "rt_sigaction" },
	  { "clone", "clone3", "vfork", "fork" },
	  { { "rt_sigsuspend", "it waits for a child that has not ended yet" } } },
	{ "Go",
	  { "sched_getaffinity", "sigaltstack", "rt_sigaction" },
	  { 0 },
	  { { "tgkill", "the garbage collector stops threads by a signal, or waits for 10 ms" },
	    { "getpid", "for the same" },
	    { "sched_yield", LOCK },
	    { "futex", LOCK },
	    { "nanosleep", "the scheduler's monitor, depending on load" },
	    { "munmap", HEAP },
	    { "madvise", HEAP },
	    { "epoll_pwait", "the scheduler's network poller" } } },
	{ 0 },
};

bool sg_language_runtime_applies(const struct sg_language_runtime *runtime,
				 const struct sg_evidence *evidence, uint32_t arch)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(runtime->evidence) && runtime->evidence[i]; i++) {
		if (!sg_evidence_was_called(evidence, arch, runtime->evidence[i]))
			return false;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(runtime->any) && runtime->any[i]; i++) {
		if (sg_evidence_was_called(evidence, arch, runtime->any[i]))
			return true;
	}
	return !runtime->any[0];
}
