/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/parts/pid_filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "base/array.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

/* A thread in an uninterruptible sleep stops when that ends; one is not waited for longer. */
#define STOP_TRIES    2000
#define STOP_PAUSE_NS 1000000

void sg_pid_filters_done(struct sg_pid_filters *filters)
{
	for (size_t i = 0; i < filters->n; i++)
		sg_filter_free(filters->filters[i]);
	free(filters->filters);
	*filters = (struct sg_pid_filters){ 0 };
}

/* The mode, from /proc/PID/status: to leave alone whoever has no filter. */
static int read_mode(pid_t pid, int *ret, struct sg_error *err)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[64], line[256], state;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return sg_error_set(err, errno == ENOENT ? -ESRCH : -errno, "process %d: %s",
				    (int)pid, errno == ENOENT ? "there is none" : strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "State: %c", &state) == 1 && (state == 'Z' || state == 'X'))
			return sg_error_set(err, -ESRCH, "process %d: it ended", (int)pid);
		if (sscanf(line, "Seccomp: %d", ret) == 1)
			return 0;
	}
	return sg_error_set(err, -EOPNOTSUPP, "process %d: this kernel has no seccomp", (int)pid);
}

static int refuse_attach(pid_t pid, struct sg_error *err)
{
	int code = errno;

	if (code == EPERM)
		return sg_error_set(err, -EPERM,
				    "process %d: may not be looked into: CAP_SYS_PTRACE is "
				    "missing, or it is being traced (by a debugger, by strace)",
				    (int)pid);
	return sg_error_set(err, -code, "process %d: cannot attach: %s", (int)pid,
			    code == ESRCH ? "there is none" : strerror(code));
}

/*
 * Wait for the stop that was asked for. *ret_signal is what has to be handed on when it is let go:
 * the thread may have stopped to take a signal.
 */
static int wait_for_stop(pid_t pid, int *ret_signal, struct sg_error *err)
{
	const struct timespec pause = { 0, STOP_PAUSE_NS };
	int status;
	pid_t got;

	for (int i = 0; i < STOP_TRIES; i++) {
		got = waitpid(pid, &status, __WALL | WNOHANG);
		if (got < 0 && errno != EINTR)
			return sg_error_set(err, -errno, "process %d: %s", (int)pid,
					    strerror(errno));
		if (got == pid && !WIFSTOPPED(status))
			return sg_error_set(err, -ESRCH, "process %d: it ended", (int)pid);
		if (got == pid) {
			*ret_signal = status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
			return 0;
		}
		nanosleep(&pause, NULL);
	}
	return sg_error_set(err, -ETIMEDOUT,
			    "process %d: does not stop (it waits for a device or a file system); "
			    "try again",
			    (int)pid);
}

static int refuse_read(pid_t pid, int code, struct sg_error *err)
{
	if (code == EACCES || code == EPERM)
		return sg_error_set(err, -EPERM,
				    "process %d: its filter may not be read: CAP_SYS_ADMIN is "
				    "missing, or seccomp-gen is under a filter itself",
				    (int)pid);
	if (code == EIO || code == EINVAL)
		return sg_error_set(err, -EOPNOTSUPP,
				    "process %d: its filter cannot be read: the kernel is built "
				    "without CONFIG_CHECKPOINT_RESTORE",
				    (int)pid);
	return sg_error_set(err, -code, "process %d: its filter cannot be read: %s", (int)pid,
			    strerror(code));
}

/* Filter @index, 0 being the first that was loaded. Returns 1 for one, 0 when there is none. */
static int read_one(pid_t pid, size_t index, struct sg_pid_filters *filters, struct sg_error *err)
{
	struct sock_filter insns[SG_FILTER_MAX_INSNS];
	const enum sg_byte_order order =
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? SG_BIG_ENDIAN : SG_LITTLE_ENDIAN;
	long n;
	int r;

	n = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, (void *)index, insns);
	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0)
		return refuse_read(pid, errno, err);
	if (SG_ARRAY_GROW(filters->filters, filters->n) < 0)
		return sg_error_oom(err);
	r = sg_filter_new(insns, (size_t)n, order, &filters->filters[filters->n], err);
	if (r < 0)
		return r;
	filters->n++;
	return 1;
}

int sg_pid_filters_read(pid_t pid, struct sg_pid_filters *ret, struct sg_error *err)
{
	_cleanup_(sg_pid_filters_done) struct sg_pid_filters filters = { 0 };
	int r, mode, signal = 0;

	r = read_mode(pid, &mode, err);
	if (r < 0)
		return r;
	if (mode == SECCOMP_MODE_STRICT)
		return sg_error_set(err, -EOPNOTSUPP,
				    "process %d: in seccomp's strict mode, which has no filter",
				    (int)pid);
	if (mode == SECCOMP_MODE_DISABLED) {
		*ret = (struct sg_pid_filters){ 0 };
		return 0;
	}
	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0)
		return refuse_attach(pid, err);
	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		return refuse_attach(pid, err);
	r = wait_for_stop(pid, &signal, err);
	if (r < 0)
		return r; /* whoever is not stopped cannot be detached; our end will do it */
	do {
		r = read_one(pid, filters.n, &filters, err);
	} while (r > 0);
	ptrace(PTRACE_DETACH, pid, NULL, (void *)(long)signal);
	if (r < 0)
		return r;
	*ret = filters;
	filters = (struct sg_pid_filters){ 0 };
	return 0;
}
