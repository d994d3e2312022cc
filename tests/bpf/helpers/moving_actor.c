/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One of several processes and threads that do as they are asked, for tests/bpf/moves_model.py.
 * Actor I gets its orders by packets on descriptor FIRST_FD + I, and answers there. An actor that
 * begins says so first.
 *
 * usage: moving_actor I | moving_actor names
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_FD   100
#define ACTORS_MAX 16
#define STACK_SIZE 65536

/*
 * Calls that fail at once on descriptor, process or address -1, and that no program makes unasked.
 */
/* It breaks such a list at another place each time. */
/* clang-format off */
#define MARKS(X) \
	X(fchmod) X(fchown) X(fsync) X(fdatasync) X(ftruncate) X(fstatfs) X(flock) \
	X(fallocate) X(readahead) X(inotify_rm_watch) X(timerfd_gettime) X(timerfd_settime) \
	X(mq_notify) X(mq_getsetattr) X(preadv) X(pwritev) X(preadv2) X(pwritev2) X(syncfs) \
	X(fgetxattr) X(flistxattr) X(fremovexattr) X(getsockname) X(getpeername) X(listen) \
	X(shutdown) X(accept) X(accept4) X(connect) X(bind) X(recvfrom) X(sendmsg) X(recvmsg) \
	X(sendmmsg) X(getsockopt) X(setsockopt) X(getsid) X(getpgid) X(getpriority) \
	X(sched_getscheduler) X(sched_getparam) X(sched_getaffinity) X(sched_rr_get_interval) \
	X(sched_get_priority_max) X(sched_get_priority_min) X(timer_gettime) X(timer_delete) \
	X(timer_getoverrun) X(msgctl) X(semctl) X(tee) X(splice) X(sendfile) \
	X(copy_file_range) X(symlinkat) X(renameat2) X(unlinkat) X(fchownat) X(utimensat) \
	X(fanotify_mark) X(epoll_ctl) X(setns) X(getitimer) X(clock_getres) X(mincore) \
	X(munlock)
/* clang-format on */

#define NUMBER(name) SYS_##name,
#define NAME(name)   #name,
static const long mark_numbers[] = { MARKS(NUMBER) };
static const char *const mark_names[] = { MARKS(NAME) };

enum op {
	OP_MARK,
	OP_MOVE,
	OP_FORK,
	OP_VFORK,
	OP_INTO,
	OP_THREAD,
	OP_EXEC,
	OP_FILTER,
	OP_END,
	OP_EXIT
};

struct order {
	int32_t op, a, b, pad;
	char path[240];
};

struct answer {
	int32_t result, pid, tid;
};

static const char *self;
static char stacks[ACTORS_MAX][STACK_SIZE] __attribute__((aligned(16)));

/* Threads and vfork()'s children share the parent's errno: it is for people alone. */
static void answer(int actor, long result)
{
	struct answer a = { (int32_t)result, (int32_t)syscall(SYS_getpid),
			    (int32_t)syscall(SYS_gettid) };

	syscall(SYS_write, FIRST_FD + actor, &a, sizeof(a));
}

static void act(int actor);

static int begin(void *actor)
{
	act((int)(intptr_t)actor);
	return 0;
}

static long write_to(const char *path)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC), r;

	if (fd < 0)
		return -1;
	r = syscall(SYS_write, fd, "0", 1);
	syscall(SYS_close, fd);
	return r == 1 ? 0 : -1;
}

static long start(int op, int child, const char *path)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	long pid, fd = -1;

	switch (op) {
	case OP_THREAD:
		pid = clone(begin, stacks[child] + STACK_SIZE,
			    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
				    CLONE_SYSVSEM,
			    (void *)(intptr_t)child);
		return pid < 0 ? -errno : pid;
	case OP_VFORK:
		pid = clone(begin, stacks[child] + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD,
			    (void *)(intptr_t)child);
		return pid < 0 ? -errno : pid;
	case OP_INTO:
		fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)fd;
		break;
	}
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0) {
		act(child);
		_exit(0);
	}
	if (pid < 0)
		pid = -errno;
	if (op == OP_INTO)
		syscall(SYS_close, fd);
	return pid;
}

static long load_filter(unsigned int flags)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog prog = { 1, &allow };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static void act(int actor)
{
	struct order o;

	answer(actor, 0);
	while (syscall(SYS_read, FIRST_FD + actor, &o, sizeof(o)) == (long)sizeof(o)) {
		long r = 0;

		switch ((enum op)o.op) {
		case OP_MARK:
			for (int i = 0; i < o.b; i++)
				syscall(mark_numbers[o.a], -1L, -1L, -1L, -1L, -1L, -1L);
			break;
		case OP_MOVE:
			r = write_to(o.path);
			break;
		case OP_FORK:
		case OP_VFORK:
		case OP_INTO:
		case OP_THREAD:
			r = start(o.op, o.a, o.path);
			break;
		case OP_EXEC: {
			char number[16];
			char *argv[] = { (char *)(uintptr_t)self, number, NULL };

			number[0] = (char)('0' + actor / 10);
			number[1] = (char)('0' + actor % 10);
			number[2] = '\0';
			execve(self, argv, environ);
			r = -1;
			break;
		}
		case OP_FILTER:
			r = load_filter((unsigned int)o.a);
			break;
		case OP_END:
			syscall(SYS_exit, 0);
			break;
		case OP_EXIT:
			syscall(SYS_exit_group, 0);
			break;
		}
		answer(actor, r);
	}
	syscall(SYS_exit_group, 0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "names")) {
		for (size_t i = 0; i < sizeof(mark_names) / sizeof(mark_names[0]); i++)
			puts(mark_names[i]);
		return 0;
	}
	self = argv[0];
	signal(SIGCHLD, SIG_IGN); /* nobody waits */
	act(atoi(argv[1]));
	return 0;
}
