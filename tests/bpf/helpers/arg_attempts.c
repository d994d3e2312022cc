/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workload whose calls have few arguments, and what somebody who has taken it over would try: the
 * same calls with others. Every attempt is made for real, whatever comes of it.
 *
 * usage: arg_attempts work SECONDS   make the workload's calls, then idle
 *        arg_attempts try            make them again, then every attempt; one line each: WORD NAME
 * ERRNO, where WORD is work or attempt and ERRNO 0 for success
 */
#ifndef __x86_64__
int main(void)
{
	return 77; /* the numbers and values are those of x86_64 */
}
#else
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define HIGH	(0xdeadbeefUL << 32)
#define SIGN	(0xffffffffUL << 32)
#define NOBODY	0x3fffffffUL /* no process has this id */
#define BAD_FD	0xffffffffUL
#define BAD_PTR 0UL

struct attempt {
	const char *name;
	long nr;
	unsigned long a[6];
};

#define CALL(name_, nr_, ...)       \
	{                           \
		name_, SYS_##nr_,   \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

/* What the workload does, and may continue to do. */
static const struct attempt work[] = {
	CALL("socket(AF_UNIX)", socket, 1, 1, 0),
	CALL("socket(AF_UNIX, cloexec)", socket, 1, 0x80001, 0),
	CALL("socket(AF_INET)", socket, 2, 1, 6),
	CALL("socketpair", socketpair, 1, 1, 0, BAD_PTR),
	CALL("setsockopt(SO_REUSEADDR)", setsockopt, BAD_FD, 1, 2, BAD_PTR, 0),
	CALL("unshare(CLONE_FS)", unshare, 0x200),
	CALL("setns(net)", setns, BAD_FD, 0x40000000),
	CALL("mprotect(rw)", mprotect, 0, 0, 3),
	CALL("mmap(rw)", mmap, 0, 4096, 3, 0x22, BAD_FD, 0),
	CALL("prctl(PR_GET_DUMPABLE)", prctl, 3),
	CALL("prctl(PR_SET_NAME)", prctl, 15, (unsigned long)"worker"),
	CALL("ioctl(TCGETS)", ioctl, BAD_FD, 0x5401, BAD_PTR),
	CALL("ioctl(TIOCGPTN, sign-extended)", ioctl, BAD_FD, 0x80045430 | SIGN, BAD_PTR),
	CALL("personality(query)", personality, 0xffffffff),
	CALL("arch_prctl(ARCH_GET_FS)", arch_prctl, 0x1003, BAD_PTR),
	CALL("ptrace(peek)", ptrace, 2, NOBODY),
	CALL("bpf(lookup)", bpf, 1, BAD_PTR, 0),
	CALL("keyctl(read)", keyctl, 11, 0, 0, 0),
	CALL("seccomp(action?)", seccomp, 2, 0, BAD_PTR),
	CALL("perf_event_open", perf_event_open, BAD_PTR, 0, -1UL, -1UL, 0),
	CALL("userfaultfd(user)", userfaultfd, 1 | 0x80000),
	CALL("io_uring_register(buffers)", io_uring_register, BAD_FD, 0, BAD_PTR, 0),
	CALL("execveat", execveat, BAD_FD, BAD_PTR, BAD_PTR, BAD_PTR, 0),
	CALL("mknod(pipe)", mknod, BAD_PTR, 010644, 0),
	CALL("mknodat(pipe)", mknodat, BAD_FD, BAD_PTR, 010600, 0),
	CALL("chmod(0644)", chmod, BAD_PTR, 0644),
	CALL("fchmod(0600)", fchmod, BAD_FD, 0600),
	CALL("fchmodat(0755)", fchmodat, BAD_FD, BAD_PTR, 0755),
	CALL("mount(ro,nosuid)", mount, BAD_PTR, BAD_PTR, BAD_PTR, 0x3, BAD_PTR),
	CALL("umount2(0)", umount2, BAD_PTR, 0),
	CALL("move_mount(0)", move_mount, BAD_FD, BAD_PTR, BAD_FD, BAD_PTR, 0),
	CALL("fsopen(0)", fsopen, BAD_PTR, 0),
	CALL("shmat(0)", shmat, BAD_FD, 0, 0),
	CALL("kcmp(file)", kcmp, NOBODY, NOBODY, 0, 0, 0),
	CALL("quotactl(get)", quotactl, 0x80000700, BAD_PTR, 0, BAD_PTR),
};

static const struct attempt attempts[] = {
	CALL("socket(AF_ALG)", socket, 38, 5, 0),
	CALL("socket(AF_VSOCK)", socket, 40, 1, 0),
	CALL("socket(AF_VSOCK with a high half)", socket, 0x100000028, 1, 0),
	CALL("socket(AF_ALG with garbage above)", socket, 38 | HIGH, 5, 0),
	CALL("socket(AF_PACKET)", socket, 17, 3, 0x300),
	CALL("socket(AF_NETLINK)", socket, 16, 3, 0),
	CALL("socket(AF_INET, raw)", socket, 2, 3, 255),
	CALL("socket(AF_UNIX, seqpacket)", socket, 1, 5, 0),
	CALL("socketpair(AF_INET)", socketpair, 2, 1, 0, BAD_PTR),
	CALL("setsockopt(SO_ATTACH_BPF)", setsockopt, BAD_FD, 1, 50, BAD_PTR, 0),
	CALL("setsockopt(IPT_SO_SET_REPLACE)", setsockopt, BAD_FD, 0, 64, BAD_PTR, 0),
	CALL("setsockopt(TCP_ULP)", setsockopt, BAD_FD, 6, 31, BAD_PTR, 0),
	CALL("clone(CLONE_NEWUSER)", clone, 0x10000011),
	CALL("clone(CLONE_NEWNS)", clone, 0x00020011),
	CALL("clone(CLONE_NEWPID, garbage above)", clone, 0x20000011 | HIGH),
	CALL("clone(CLONE_PTRACE)", clone, 0x2011),
	CALL("unshare(CLONE_NEWUSER)", unshare, 0x10000000),
	CALL("unshare(CLONE_NEWNS)", unshare, 0x00020000),
	CALL("setns(any)", setns, BAD_FD, 0),
	CALL("setns(mount)", setns, BAD_FD, 0x00020000),
	CALL("mprotect(PROT_EXEC)", mprotect, 0, 0, 4),
	CALL("mprotect(rwx)", mprotect, 0, 0, 7),
	CALL("mprotect(rx, garbage above)", mprotect, 0, 0, 5 | HIGH),
	CALL("mmap(rwx)", mmap, 0, 4096, 7, 0x22, BAD_FD, 0),
	CALL("mmap(rx)", mmap, 0, 4096, 5, 0x22, BAD_FD, 0),
	CALL("prctl(PR_SET_MM)", prctl, 35, 1, 0, 0, 0),
	CALL("prctl(PR_SET_MM with garbage above)", prctl, 35 | HIGH, 1, 0, 0, 0),
	CALL("prctl(PR_SET_PTRACER)", prctl, 0x59616d61, -1UL),
	CALL("prctl(PR_SET_SPECULATION_CTRL)", prctl, 53, 0, 0, 0, 0),
	CALL("ioctl(TIOCSTI)", ioctl, BAD_FD, 0x5412, BAD_PTR),
	CALL("ioctl(TIOCSTI, sign-extended)", ioctl, BAD_FD, 0x5412 | SIGN, BAD_PTR),
	CALL("ioctl(TIOCLINUX)", ioctl, BAD_FD, 0x541c, BAD_PTR),
	CALL("ioctl(SIOCSIFFLAGS)", ioctl, BAD_FD, 0x8914, BAD_PTR),
	CALL("personality(ADDR_NO_RANDOMIZE)", personality, 0x0040000),
	CALL("personality(READ_IMPLIES_EXEC)", personality, 0x0400000),
	CALL("arch_prctl(ARCH_SHSTK_DISABLE)", arch_prctl, 0x5002, 1),
	CALL("arch_prctl(ARCH_SET_CPUID)", arch_prctl, 0x1012, 1),
	CALL("ptrace(PTRACE_ATTACH)", ptrace, 16, NOBODY),
	CALL("ptrace(PTRACE_SEIZE)", ptrace, 0x4206, NOBODY),
	CALL("bpf(BPF_PROG_LOAD)", bpf, 5, BAD_PTR, 0),
	CALL("keyctl(KEYCTL_JOIN_SESSION_KEYRING)", keyctl, 1, 0),
	CALL("seccomp(new listener)", seccomp, 1, 8, BAD_PTR),
	CALL("perf_event_open(cgroup)", perf_event_open, BAD_PTR, 0, -1UL, -1UL, 4),
	CALL("userfaultfd(kernel faults)", userfaultfd, 0x80000),
	CALL("io_uring_register(personality)", io_uring_register, BAD_FD, 9, BAD_PTR, 0),
	CALL("execveat(AT_EMPTY_PATH)", execveat, BAD_FD, (unsigned long)"", BAD_PTR, BAD_PTR,
	     0x1000),
	CALL("mknod(character device)", mknod, BAD_PTR, 020666, 0x103),
	CALL("mknod(block device, garbage above)", mknod, BAD_PTR, 060666 | 0xabcd0000, 0x800),
	CALL("mknodat(block device)", mknodat, BAD_FD, BAD_PTR, 060666, 0x800),
	CALL("chmod(setuid)", chmod, BAD_PTR, 04755),
	CALL("fchmod(setgid)", fchmod, BAD_FD, 02755),
	CALL("fchmodat(setuid)", fchmodat, BAD_FD, BAD_PTR, 04755),
	CALL("mount(bind)", mount, BAD_PTR, BAD_PTR, BAD_PTR, 0x1000, BAD_PTR),
	CALL("mount(without nosuid)", mount, BAD_PTR, BAD_PTR, BAD_PTR, 0x1, BAD_PTR),
	CALL("umount2(MNT_DETACH)", umount2, BAD_PTR, 2),
	CALL("move_mount(empty path)", move_mount, BAD_FD, BAD_PTR, BAD_FD, BAD_PTR, 4),
	CALL("shmat(SHM_EXEC)", shmat, BAD_FD, 0, 0x8000),
	CALL("kcmp(KCMP_VM)", kcmp, NOBODY, NOBODY, 1, 0, 0),
	CALL("quotactl(Q_SETQUOTA)", quotactl, 0x80000800, BAD_PTR, 0, BAD_PTR),
};

static long make(const struct attempt *t)
{
	register unsigned long r10 asm("r10") = t->a[3];
	register unsigned long r8 asm("r8") = t->a[4];
	register unsigned long r9 asm("r9") = t->a[5];
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "a"(t->nr), "D"(t->a[0]), "S"(t->a[1]), "d"(t->a[2]), "r"(r10), "r"(r8),
		       "r"(r9)
		     : "rcx", "r11", "memory");
	return ret;
}

/* A clone that succeeds has made a child, which is to do nothing. */
static int outcome(const struct attempt *t)
{
	long ret;

	fflush(stdout);
	ret = make(t);
	if (t->nr == SYS_clone && ret == 0)
		_exit(0);
	return ret < 0 && ret > -4096 ? (int)-ret : 0;
}

static void make_all(const char *word, const struct attempt *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int error = outcome(&list[i]);

		if (word)
			printf("%s %d %s\n", word, error, list[i].name);
	}
}

int main(int argc, char **argv)
{
	static const struct attempt fork_call = { "clone(fork)", SYS_clone, { 0x11 } };

	if (argc == 3 && !strcmp(argv[1], "work")) {
		struct timespec idle = { .tv_sec = atoi(argv[2]) };

		outcome(&fork_call);
		make_all(NULL, work, sizeof(work) / sizeof(work[0]));
		nanosleep(&idle, NULL);
		/* once more: what a workload does, it does again */
		make_all(NULL, work, sizeof(work) / sizeof(work[0]));
		printf("done\n");
		return 0;
	}
	if (argc != 2 || strcmp(argv[1], "try"))
		return 2;
	printf("work %d %s\n", outcome(&fork_call), fork_call.name);
	make_all("work", work, sizeof(work) / sizeof(work[0]));
	make_all("attempt", attempts, sizeof(attempts) / sizeof(attempts[0]));
	return 0;
}
#endif
