/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads a filter that denies getpgrp and getpgid in one way, makes them a known number of times,
 * and prints what a recording must hold: "KIND NR COUNT" a line, KIND as in the `denied` object, or
 * "logged"/"allowed".
 *
 * usage: denied_calls HOW N; HOW is one of errno, errno_zero, first, trap, trap_dies, trace,
 * kill_process, kill_alongside, kill_thread, strict, strict_thread, log, user_notif,
 * user_notif_value, user_notif_zero, late, staged. What BPF can tell is printed: TRACE without a
 * tracer and USER_NOTIF answered with an error look like errno; of ERRNO with 0 and USER_NOTIF
 * answered with 0 it is not known which, while somebody listens.
 *
 * staged: moves itself into the cgroup SG_TEST_CGROUP, as a runtime does, loads the filter, is
 * denied N getpgrp and a getpgid, and after an exec 2 N getpgrp more. Prints what a recording of
 * that cgroup must hold: "NR STAGE COUNT by PROGRAM".
 *
 * late: runs without a filter, and without a call, until the first byte of the file SG_TEST_TURN is
 * not '0'; then loads the filter and waits for SIGUSR1 before it makes the calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native.h"

#define NR SYS_getpgrp

static unsigned long n;
static const char *program;

static int load(uint32_t action, unsigned int flags)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NR, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = 5, .filter = insns };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* the kernel then reports ERRNO, TRAP, TRACE and USER_NOTIF too */
	if (getenv("SG_TEST_FILTER_LOG"))
		flags |= SECCOMP_FILTER_FLAG_LOG;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static void deny(unsigned long times)
{
	for (unsigned long i = 0; i < times; i++)
		syscall(NR);
}

static void run_errno(void)
{
	load(SECCOMP_RET_ERRNO | EPERM, 0);
	deny(n);
	printf("errno %ld %lu\n", (long)NR, n);
}

static void run_errno_zero(void)
{
	load(SECCOMP_RET_ERRNO | 0, 0);
	deny(n);
	printf("errno %ld %lu\n", (long)NR, n);
}

/* A child whose very first call is denied: its fork's exit comes before, without an enter. */
static void run_first(void)
{
	load(SECCOMP_RET_ERRNO | EPERM, 0);
	for (unsigned long i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			syscall(NR);
			syscall(SYS_exit_group, 0);
		}
		waitpid(pid, NULL, 0);
	}
	printf("errno %ld %lu\n", (long)NR, n);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void run_trap(void)
{
	signal(SIGSYS, on_signal);
	load(SECCOMP_RET_TRAP, 0);
	deny(n);
	printf("trap %ld %lu\n", (long)NR, n);
}

/* Nobody handles it: the signal kills, and that is no second denial. */
static void run_trap_dies(void)
{
	for (unsigned long i = 0; i < n; i++) {
		if (fork() == 0) {
			load(SECCOMP_RET_TRAP, 0);
			deny(1);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	printf("trap %ld %lu\n", (long)NR, n);
}

static void *wait_for_the_end(void *arg)
{
	pause();
	return arg;
}

/* With other threads, in calls of theirs and out of them, which end with the same signal. */
static void run_kill_alongside(void)
{
	for (unsigned long i = 0; i < n; i++) {
		if (fork() == 0) {
			pthread_t t;

			pthread_create(&t, NULL, wait_for_the_end, NULL);
			pthread_create(&t, NULL, wait_for_the_end, NULL);
			load(SECCOMP_RET_KILL_PROCESS, 0);
			deny(1);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	printf("kill_process %ld %lu\n", (long)NR, n);
}

static void run_kill_process(void)
{
	for (unsigned long i = 0; i < n; i++) {
		if (fork() == 0) {
			load(SECCOMP_RET_KILL_PROCESS, 0);
			deny(1);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	printf("kill_process %ld %lu\n", (long)NR, n);
}

static void *killed_thread(void *arg)
{
	load(SECCOMP_RET_KILL_THREAD, 0);
	deny(1);
	return arg;
}

/* Without a filter: the kernel's first kind of seccomp, which kills with SIGKILL. */
static void run_strict(void)
{
	for (unsigned long i = 0; i < n; i++) {
		if (fork() == 0) {
			syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
			deny(1);
			syscall(SYS_exit, 0);
		}
	}
	while (wait(NULL) > 0)
		;
	printf("kill_process %ld %lu\n", (long)NR, n);
}

static void *strict_thread(void *arg)
{
	syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	deny(1);
	return arg;
}

/* A thread that seccomp ends frees nobody who waits for it: its end is seen in /proc. */
static void kill_threads(void *(*thread)(void *))
{
	struct stat st;

	for (unsigned long i = 0; i < n; i++) {
		pthread_t t;

		pthread_create(&t, NULL, thread, NULL);
		pthread_detach(t);
	}
	do /* "." and "..", and this one */
		usleep(10000);
	while (stat("/proc/self/task", &st) == 0 && st.st_nlink > 3);
	printf("kill_thread %ld %lu\n", (long)NR, n);
	fflush(stdout);
	_exit(0);
}

static void run_kill_thread(void)
{
	kill_threads(killed_thread);
}

static void run_strict_thread(void)
{
	kill_threads(strict_thread);
}

static void run_log(void)
{
	load(SECCOMP_RET_LOG, 0);
	deny(n);
	printf("logged %ld %lu\n", (long)NR, n);
}

static int64_t answer_value;
static int answer_error = -EPERM;

static void supervise(int listener, unsigned long times)
{
	for (unsigned long i = 0; i < times; i++) {
		struct seccomp_notif req;
		struct seccomp_notif_resp resp;

		memset(&req, 0, sizeof(req));
		memset(&resp, 0, sizeof(resp));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &req) < 0)
			return;
		resp.id = req.id;
		resp.error = answer_error;
		resp.val = answer_value;
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	}
}

static void *denied_thread(void *arg)
{
	int *listener = arg;

	*listener = load(SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	deny(n);
	return NULL;
}

/* Nobody traces: the call fails with ENOSYS. */
static void run_trace(void)
{
	load(SECCOMP_RET_TRACE, 0);
	deny(n);
	printf("errno %ld %lu\n", (long)NR, n);
}

static void answered(const char *kind)
{
	volatile int listener = -1;
	pthread_t t;

	pthread_create(&t, NULL, denied_thread, (void *)&listener);
	while (listener < 0)
		usleep(1000);
	supervise(listener, n);
	pthread_join(t, NULL);
	printf("%s %ld %lu\n", kind, (long)NR, n);
}

static void run_user_notif(void)
{
	answered("errno");
}

static void run_user_notif_value(void)
{
	answer_error = 0;
	answer_value = 4242;
	answered("user_notif");
}

static void run_user_notif_zero(void)
{
	answer_error = 0;
	answered("unknown");
}

static void run_executed(void)
{
	deny(2 * n);
	printf("%ld floor %lu by denied_calls\n%ld app %lu by denied_calls\n", (long)NR, n,
	       (long)NR, 2 * n);
	printf("%ld floor 1 by launcher\n", (long)SYS_getpgid);
}

static void run_staged(void)
{
	char path[512], times[32];

	snprintf(path, sizeof(path), "%s/cgroup.procs", getenv("SG_TEST_CGROUP"));
	snprintf(times, sizeof(times), "%lu", n);
	if (write(open(path, O_WRONLY | O_CLOEXEC), "0", 1) != 1) {
		perror("SG_TEST_CGROUP");
		exit(2);
	}
	prctl(PR_SET_NAME, "launcher");
	load(SECCOMP_RET_ERRNO | EPERM, 0);
	deny(n);
	syscall(SYS_getpgid, 0);
	execl(program, program, "executed", times, NULL);
	perror(program);
	exit(2);
}

static void run_late(void)
{
	int fd = open(getenv("SG_TEST_TURN"), O_RDONLY | O_CLOEXEC);
	volatile const char *turn = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);

	if (turn == MAP_FAILED) {
		perror("SG_TEST_TURN");
		exit(2);
	}
	signal(SIGUSR1, on_signal);
	while (*turn == '0')
		;
	load(SECCOMP_RET_ERRNO | EPERM, 0);
	pause();
	deny(n);
	printf("errno %ld %lu\n", (long)NR, n);
}

static const struct {
	const char *name;
	void (*run)(void);
} modes[] = {
	{ "errno", run_errno },
	{ "errno_zero", run_errno_zero },
	{ "first", run_first },
	{ "trap", run_trap },
	{ "trap_dies", run_trap_dies },
	{ "kill_alongside", run_kill_alongside },
	{ "trace", run_trace },
	{ "kill_process", run_kill_process },
	{ "kill_thread", run_kill_thread },
	{ "strict", run_strict },
	{ "strict_thread", run_strict_thread },
	{ "log", run_log },
	{ "user_notif", run_user_notif },
	{ "user_notif_value", run_user_notif_value },
	{ "user_notif_zero", run_user_notif_zero },
	{ "late", run_late },
	{ "staged", run_staged },
	{ "executed", run_executed },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 3 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name))
			continue;
		n = strtoul(argv[2], NULL, 10);
		program = argv[0];
		modes[i].run();
		return 0;
	}
	fprintf(stderr, "usage: denied_calls MODE N\n");
	return 2;
}
