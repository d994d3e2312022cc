/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_tap DIR COMMAND…: run the command, and keep what seccomp filters it and all that it starts
 * load. The N-th is DIR/N.bpf, as the kernel gives it back (PTRACE_SECCOMP_GET_FILTER) once it has
 * taken it; of one that it refuses, what it was given and DIR/N.refused with the errno. DIR/started
 * appears when a process with such a filter has executed a program, which is killed then: the
 * container ran.
 *
 * The command takes this process's place; a tracer of its own, whose pid is in DIR/tracer, follows
 * it until the last process is gone, so that a runtime may leave a container to run. When the
 * tracer is killed, so are they; after MAX_SECONDS all are. Needs root.
 *
 * To the container no tracer is there: where a filter says TRACE it gets ENOSYS.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_INSNS   4096
#define MAX_LOADING 64
#define MAX_FAULTS  200u
#define MAX_SECONDS 120u

/* The data that this program's own filter returns with TRACE; no filter under test has it. */
#define OWN_DATA 0x7a9u

static int dir = -1;
static unsigned int n_filters;
/* tasks that are inside seccomp(2) with a filter */
static struct {
	pid_t pid;
	struct sock_fprog prog;
} loading[MAX_LOADING];

static void die(const char *what)
{
	fprintf(stderr, "filter_tap: %s: %s\n", what, strerror(errno));
	_exit(125);
}

static void keep(const char *name, const void *bytes, size_t size)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) < 0)
		die(name);
}

static void keep_filter(const struct sock_filter *insns, long n, int refused)
{
	char name[32], text[16];

	snprintf(name, sizeof(name), "%u.bpf", ++n_filters);
	keep(name, insns, (size_t)n * sizeof(*insns));
	if (!refused)
		return;
	snprintf(name, sizeof(name), "%u.refused", n_filters);
	snprintf(text, sizeof(text), "%d\n", refused);
	keep(name, text, strlen(text));
}

/* Of the filters that @pid has, the one loaded last; the first is this program's own. */
static void keep_last(pid_t pid)
{
	static struct sock_filter insns[MAX_INSNS];
	unsigned long n = 0;
	long len;

	while (ptrace(PTRACE_SECCOMP_GET_FILTER, pid, n, NULL) > 0)
		n++;
	if (n < 2)
		return;
	len = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, n - 1, insns);
	if (len < 0)
		die("PTRACE_SECCOMP_GET_FILTER");
	keep_filter(insns, len, 0);
}

static void keep_refused(pid_t pid, const struct sock_fprog *prog, int refused)
{
	static struct sock_filter insns[65536];
	struct iovec to = { insns, prog->len * sizeof(*insns) };
	struct iovec from = { prog->filter, prog->len * sizeof(*insns) };

	if (process_vm_readv(pid, &to, 1, &from, 1, 0) == (ssize_t)to.iov_len)
		keep_filter(insns, prog->len, refused);
}

/* @pid is about to load something; false for the probes that runtimes make without a filter. */
static int is_load(pid_t pid, const struct __ptrace_syscall_info *info, struct sock_fprog *ret)
{
	unsigned long long at = info->seccomp.args[2];
	struct iovec to = { ret, sizeof(*ret) }, from = { (void *)(unsigned long)at, sizeof(*ret) };

	if (info->seccomp.nr == SYS_seccomp && info->seccomp.args[0] != SECCOMP_SET_MODE_FILTER)
		return 0;
	if (info->seccomp.nr == SYS_prctl && info->seccomp.args[0] != PR_SET_SECCOMP)
		return 0;
	if (info->seccomp.nr == SYS_prctl) {
		at = info->seccomp.args[2];
		if (info->seccomp.args[1] != SECCOMP_MODE_FILTER)
			return 0;
	}
	return at && process_vm_readv(pid, &to, 1, &from, 1, 0) == sizeof(*ret);
}

/*
 * As the kernel does it where nobody traces: no call is made, and what stands for its result stays.
 */
static void answer_enosys(pid_t pid)
{
#ifdef __x86_64__
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) < 0)
		return;
	regs.orig_rax = (unsigned long long)-1;
	regs.rax = (unsigned long long)-ENOSYS;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
#else
	struct user_regs_struct regs;
	struct iovec all = { &regs, sizeof(regs) };
	int nr = -1;
	struct iovec call = { &nr, sizeof(nr) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all) < 0)
		return;
	regs.regs[0] = (unsigned long long)-ENOSYS;
	ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all);
	ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &call);
#endif
}

static int on_entry(pid_t pid)
{
	struct __ptrace_syscall_info info;
	struct sock_fprog prog;
	unsigned long data = 0;

	if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &data) == 0 && data != OWN_DATA) {
		answer_enosys(pid);
		return PTRACE_CONT;
	}
	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0 ||
	    !is_load(pid, &info, &prog))
		return PTRACE_CONT;
	for (size_t i = 0; i < MAX_LOADING; i++) {
		if (loading[i].pid)
			continue;
		loading[i].pid = pid;
		loading[i].prog = prog;
		return PTRACE_SYSCALL; /* stop again when it is done */
	}
	return PTRACE_CONT;
}

static void on_exit_of_call(pid_t pid)
{
	struct __ptrace_syscall_info info;

	for (size_t i = 0; i < MAX_LOADING; i++) {
		if (loading[i].pid != pid)
			continue;
		loading[i].pid = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
			return;
		if (info.exit.rval < 0)
			keep_refused(pid, &loading[i].prog, (int)-info.exit.rval);
		else
			keep_last(pid);
	}
}

static void on_exec(pid_t pid)
{
	if (ptrace(PTRACE_SECCOMP_GET_FILTER, pid, 1, NULL) <= 0)
		return;
	keep("started", "", 0);
	kill(pid, SIGKILL);
}

/*
 * The first process of a pid namespace dies of no fault while it is traced: the kernel brings it to
 * life to fault again. Untraced it would be dead.
 */
static void on_fault(pid_t pid, int sig)
{
	static unsigned int n;

	if ((sig == SIGSEGV || sig == SIGILL || sig == SIGBUS || sig == SIGFPE || sig == SIGTRAP ||
	     sig == SIGSYS || sig == SIGABRT) &&
	    ++n > MAX_FAULTS)
		kill(pid, SIGKILL);
}

static void on_stop(pid_t pid, int status)
{
	int event = status >> 16, sig = WSTOPSIG(status), request = PTRACE_CONT;

	if (event == PTRACE_EVENT_STOP) {
		/* a new task, or the stop of a group, which then has to last */
		if (sig != SIGTRAP)
			request = PTRACE_LISTEN;
		sig = 0;
	} else if (event) {
		if (event == PTRACE_EVENT_SECCOMP)
			request = on_entry(pid);
		else if (event == PTRACE_EVENT_EXEC)
			on_exec(pid);
		sig = 0;
	} else if (sig == (SIGTRAP | 0x80)) {
		on_exit_of_call(pid);
		sig = 0;
	} else {
		on_fault(pid, sig);
	}
	ptrace(request, pid, 0, sig);
}

static void trace(pid_t pid, int ready)
{
	char text[16];
	const unsigned long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
				      PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
				      PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD |
				      PTRACE_O_EXITKILL;
	int status;

	setsid();
	alarm(MAX_SECONDS);
	snprintf(text, sizeof(text), "%d\n", (int)getpid());
	keep("tracer", text, strlen(text));
	if (ptrace(PTRACE_SEIZE, pid, 0, options) < 0)
		die("PTRACE_SEIZE");
	/* whoever waits for the command's output must not wait for this */
	for (int fd = 0; fd < 1024; fd++) {
		if (fd != dir && fd != ready)
			close(fd);
	}
	close(ready);
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid > 0 && WIFSTOPPED(status))
			on_stop(pid, status);
	}
	_exit(0);
}

/* seccomp(2) and prctl(PR_SET_SECCOMP) of this process and its descendants stop for the tracer. */
static void stop_at_loads(void)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 5),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | OWN_DATA),
	};
	struct sock_fprog prog = { sizeof(insns) / sizeof(insns[0]), insns };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		die("seccomp");
}

int main(int argc, char **argv)
{
	int ready[2];
	pid_t self = getpid(), child;
	char c;

	if (argc < 3) {
		fputs("usage: filter_tap DIR COMMAND...\n", stderr);
		return 2;
	}
	dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		die(argv[1]);
	if (pipe2(ready, O_CLOEXEC) < 0)
		die("pipe2");
	child = fork();
	switch (child) {
	case -1:
		die("fork");
		break;
	case 0:
		/* no child of the command: crun waits for all that it has */
		if (fork())
			_exit(0);
		close(ready[0]);
		trace(self, ready[1]);
		break;
	default:
		close(ready[1]);
		if (waitpid(child, NULL, 0) < 0)
			die("waitpid");
		if (read(ready[0], &c, 1) < 0) /* end of file: it is attached, or gone */
			die("read");
		stop_at_loads();
		execvp(argv[2], &argv[2]);
		die(argv[2]);
	}
	return 1;
}
