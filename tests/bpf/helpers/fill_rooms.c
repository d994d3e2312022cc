/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills tables of the recorder's kernel half.
 *
 * usage: fill_rooms numbers CGROUP      moves itself there and makes every call that has no number
 * in any kernel, of each ABI: once as it comes, once under a filter that allows everything, and
 * once after an exec fill_rooms processes CGROUP N  moves itself there and makes N processes that
 * only sleep; when all are there it kills them
 */
#include <err.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK 8192

static void move_into(const char *cgroup)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		err(2, "%s", path);
	close(fd);
}

/* Gaps of the tables that no kernel fills any more, and what is beyond them. */
static void call_all(void)
{
#ifdef __x86_64__
	long ret;

	for (long nr = 340; nr < 424; nr++)
		syscall(nr);
	for (long nr = 500; nr < 512; nr++)
		syscall(nr);
	for (long nr = 500; nr < 576; nr++)
		__asm__ volatile("int $0x80"
				 : "=a"(ret)
				 : "a"(nr)
				 : "memory", "r8", "r9", "r10", "r11");
	for (long nr = 548; nr < 576; nr++)
		syscall(nr | 0x40000000);
#else
	for (long nr = 295; nr < 403; nr++)
		syscall(nr);
	for (long nr = 500; nr < 512; nr++)
		syscall(nr);
#endif
}

static void load_filter(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog prog = { .len = 1, .filter = &allow };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog))
		err(2, "seccomp");
}

static _Noreturn int sleep_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
}

/* They share the memory, so each takes little. */
static void make_processes(unsigned long n)
{
	char *stacks = mmap(NULL, n * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	unsigned long i = 0;
	pid_t group;

	if (stacks == MAP_FAILED)
		err(2, "mmap");
	group = fork();
	if (group == 0) {
		setpgid(0, 0);
		for (i = 0; i < n; i++) {
			if (clone(sleep_for_ever, stacks + (i + 1) * STACK,
				  CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD, NULL) < 0) {
				warn("clone: %lu of %lu", i, n);
				break;
			}
		}
		kill(0, SIGKILL);
	}
	waitpid(group, NULL, 0);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "again")) {
		call_all();
		return 0;
	}
	if (argc < 3)
		errx(2, "usage: fill_rooms numbers CGROUP | processes CGROUP N");
	move_into(argv[2]);
	if (argc == 4) {
		make_processes(strtoul(argv[3], NULL, 10));
		return 0;
	}
	call_all();
	load_filter();
	call_all();
	execl(argv[0], argv[0], "again", NULL);
	err(2, "%s", argv[0]);
}
