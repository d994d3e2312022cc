/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ordinary life under a filter that allows everything: signals that interrupt calls, restarts after
 * a stop, threads, forks, vforks, execs from a second thread, a tracer that attaches and one that
 * emulates calls. Not one of these calls is denied.
 *
 * usage: ordinary_load CALLS   (about that many in all)
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void allow_everything(void)
{
	struct sock_filter insns[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog prog = { .len = 1, .filter = insns };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog)) {
		perror("seccomp");
		exit(1);
	}
}

static void on_signal(int sig)
{
	(void)sig;
}

static void *busy(void *arg)
{
	for (unsigned long i = 0; i < (unsigned long)arg; i++)
		syscall(i % 3 ? SYS_getppid : SYS_gettid);
	return NULL;
}

static void with_signals(unsigned long calls)
{
	struct itimerval often = { .it_interval = { 0, 500 }, .it_value = { 0, 500 } };
	struct itimerval never = { 0 };
	struct timespec ms = { 0, 1000000 };

	signal(SIGALRM, on_signal);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 200; i++)
		syscall(SYS_nanosleep, &ms, NULL); /* interrupted in the middle */
	busy((void *)calls);
	setitimer(ITIMER_REAL, &never, NULL);
}

static void with_threads(unsigned long calls)
{
	pthread_t t[8];

	for (int i = 0; i < 8; i++)
		pthread_create(&t[i], NULL, busy, (void *)(calls / 8));
	for (int i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
}

static void with_children(void)
{
	for (volatile int i = 0; i < 300; i++) {
		pid_t pid = i % 2 ? fork() : vfork();

		if (pid == 0) {
			execl("/proc/self/exe", "ordinary_load", "child", (char *)NULL);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
	}
}

/*
 * The thread that execs is not the first: it takes over the leader's tid in the middle of the call.
 */
static void *exec_from_thread(void *arg)
{
	(void)arg;
	execl("/proc/self/exe", "ordinary_load", "child", (char *)NULL);
	return NULL;
}

static void with_exec_from_thread(void)
{
	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			pthread_t t;

			pthread_create(&t, NULL, exec_from_thread, NULL);
			for (;;)
				pause();
		}
		waitpid(pid, NULL, 0);
	}
}

/* A stop in the middle of nanosleep continues as restart_syscall. */
static void with_stops(void)
{
	struct timespec long_ms = { 0, 20000000 };

	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			syscall(SYS_nanosleep, &long_ms, NULL);
			_exit(0);
		}
		usleep(2000);
		kill(pid, SIGSTOP);
		usleep(2000);
		kill(pid, SIGCONT);
		waitpid(pid, NULL, 0);
	}
}

/*
 * PTRACE_SYSCALL stops at every call; PTRACE_SYSEMU takes the calls over and the kernel runs none.
 */
static void with_tracer(int request)
{
	for (int round = 0; round < 10; round++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			ptrace(PTRACE_TRACEME, 0, NULL, NULL);
			raise(SIGSTOP);
			for (int i = 0; i < 50; i++)
				syscall(SYS_getppid);
			_exit(0);
		}
		waitpid(pid, &status, 0);
		for (int i = 0; i < 40; i++) {
			ptrace(request, pid, NULL, NULL);
			waitpid(pid, &status, 0);
			if (WIFEXITED(status))
				break;
		}
		if (!WIFEXITED(status)) {
			ptrace(PTRACE_DETACH, pid, NULL, NULL);
			waitpid(pid, NULL, 0);
		}
	}
}

int main(int argc, char **argv)
{
	unsigned long calls;

	if (argc != 2) {
		fprintf(stderr, "usage: ordinary_load CALLS\n");
		return 2;
	}
	if (!strcmp(argv[1], "child"))
		return 0;
	calls = strtoul(argv[1], NULL, 10);
	allow_everything();
	with_signals(calls / 2);
	with_threads(calls / 2);
	with_children();
	with_exec_from_thread();
	with_stops();
	with_tracer(PTRACE_SYSCALL);
	with_tracer(PTRACE_SYSEMU);
	return 0;
}
