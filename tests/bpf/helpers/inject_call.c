/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: inject_call PID CALL [ARG…]
 *
 * Make another process make a system call, as code that somebody got it to execute would: prints
 * what the call returned, 0 or more, or the name of the error. CALL is one of the table below, or a
 * number. ARG is a number, "s:TEXT" for the address of that text, "b:HEX" for that of these bytes
 * with zeroes after them; in HEX "*HEX*" and "/PATH:" are the address of these. The process is
 * stopped meanwhile and then continues where it was.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM  4096
#define TRIES 1000
#define BELOW 65536 /* of the stack pointer: what is there is nobody's */

static const struct {
	const char *name;
	long nr;
} calls[] = {
	{ "openat", SYS_openat },
	{ "openat2", 437 },
	{ "renameat2", SYS_renameat2 },
	{ "linkat", SYS_linkat },
	{ "unlinkat", SYS_unlinkat },
	{ "truncate", SYS_truncate },
	{ "mkdirat", SYS_mkdirat },
	{ "execve", SYS_execve },
	{ "ptrace", SYS_ptrace },
	{ "process_vm_readv", SYS_process_vm_readv },
	{ "pidfd_open", 434 },
	{ "pidfd_getfd", 438 },
	{ "pidfd_send_signal", 424 },
	{ "kill", SYS_kill },
	{ "socket", SYS_socket },
	{ "connect", SYS_connect },
	{ "setresuid", SYS_setresuid },
	{ "capset", SYS_capset },
	{ "bpf", SYS_bpf },
	{ "mount", SYS_mount },
	{ "setns", SYS_setns },
	{ "unshare", SYS_unshare },
	{ "chmod", SYS_fchmodat },
	{ "mprotect", SYS_mprotect },
	{ "mmap", SYS_mmap },
	{ "close", SYS_close },
	{ "dup", SYS_dup },
	{ "read", SYS_read },
	{ "write", SYS_write },
	{ "sendto", SYS_sendto },
	{ "getpid", SYS_getpid },
};

static void die(const char *what)
{
	fprintf(stderr, "inject_call: %s: %s\n", what, strerror(errno));
	exit(2);
}

#if defined(__x86_64__)
#define STEP 2 /* bytes of the instruction */

static void set_call(struct user_regs_struct *r, uint64_t at, long nr, const uint64_t a[6])
{
	r->rip = at;
	r->rax = (uint64_t)nr;
	r->orig_rax = (uint64_t)-1; /* no call that was interrupted is to be begun again */
	r->rdi = a[0], r->rsi = a[1], r->rdx = a[2], r->r10 = a[3], r->r8 = a[4], r->r9 = a[5];
}

static long result(const struct user_regs_struct *r)
{
	return (long)r->rax;
}

static uint64_t stack(const struct user_regs_struct *r)
{
	return r->rsp;
}

static uint64_t pc(const struct user_regs_struct *r)
{
	return r->rip;
}

static const unsigned char instruction[STEP] = { 0x0f, 0x05 };
#elif defined(__aarch64__)
#define STEP 4

static void set_call(struct user_regs_struct *r, uint64_t at, long nr, const uint64_t a[6])
{
	r->pc = at;
	r->regs[8] = (uint64_t)nr;
	for (int i = 0; i < 6; i++)
		r->regs[i] = a[i];
}

static long result(const struct user_regs_struct *r)
{
	return (long)r->regs[0];
}

static uint64_t stack(const struct user_regs_struct *r)
{
	return r->sp;
}

static uint64_t pc(const struct user_regs_struct *r)
{
	return r->pc;
}

static const unsigned char instruction[STEP] = { 0x01, 0x00, 0x00, 0xd4 };
#endif

static void regs(int how, pid_t pid, struct user_regs_struct *r)
{
	struct iovec v = { r, sizeof(*r) };

	if (ptrace(how, pid, NT_PRSTATUS, &v) < 0)
		die("registers");
}

static void put(pid_t pid, uint64_t at, const void *data, size_t len)
{
	struct iovec here = { (void *)(uintptr_t)data, len }, there = { (void *)at, len };

	if (len && process_vm_writev(pid, &here, 1, &there, 1, 0) != (ssize_t)len)
		die("write its memory");
}

static long number(const char *s)
{
	char *end;
	long n = (long)strtoull(s, &end, 0);

	if (*s == '-')
		n = strtol(s, &end, 0);
	if (!*s || *end) {
		fprintf(stderr, "inject_call: '%s'?\n", s);
		exit(2);
	}
	return n;
}

static long call_number(const char *s)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (!strcmp(calls[i].name, s))
			return calls[i].nr;
	}
	return number(s);
}

static uint64_t place(pid_t pid, uint64_t *at, const void *data, size_t len)
{
	uint64_t here = *at;

	put(pid, here, data, len);
	*at += (len + 15) / 16 * 16;
	return here;
}

/* What stands for an address: "*6162*" and "/a/path:". */
static size_t read_hex(pid_t pid, const char *p, unsigned char *bytes, uint64_t *at)
{
	size_t n = 0;

	while (*p) {
		const char *end =
			*p == '*' || *p == '/' ? strchr(p + 1, *p == '*' ? '*' : ':') : NULL;

		if (end) {
			unsigned char inner[ROOM] = { 0 };
			size_t len = (size_t)(end - p) - 1;
			uint64_t where;

			if (*p == '/') { /* a path, up to the colon after it */
				memcpy(inner, p, ++len);
				len++;
			} else {
				for (size_t i = 0; i < len / 2; i++)
					sscanf(p + 1 + 2 * i, "%2hhx", &inner[i]);
				len /= 2;
			}
			where = place(pid, at, inner, len);
			memcpy(bytes + n, &where, sizeof(where));
			n += sizeof(where);
			p = end + 1;
		} else {
			sscanf(p, "%2hhx", &bytes[n++]);
			p += 2;
		}
	}
	return n;
}

/* The argument's value; what it points to is put at *at. */
static uint64_t argument(pid_t pid, const char *s, uint64_t *at)
{
	unsigned char bytes[ROOM] = { 0 };

	if (!strncmp(s, "s:", 2))
		return place(pid, at, s + 2, strlen(s + 2) + 1);
	if (!strncmp(s, "b:", 2)) {
		size_t n = read_hex(pid, s + 2, bytes, at);

		return place(pid, at, bytes, n + 128); /* zeroes after it */
	}
	return (uint64_t)number(s);
}

/* Run until the next stop. */
static void step(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) < 0)
		die("step");
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status)) {
		printf("ended\n"); /* the call was its last */
		exit(0);
	}
}

/* After a call that it waits in is the instruction for one. */
static int stop_in_call(pid_t pid, struct user_regs_struct *r, uint64_t *insn)
{
	unsigned char code[STEP] = { 0 };
	struct iovec here = { code, STEP }, there;
	int status;

	if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0 || waitpid(pid, &status, __WALL) != pid ||
	    !WIFSTOPPED(status))
		die("stop it");
	regs(PTRACE_GETREGSET, pid, r);
	*insn = pc(r) - STEP;
	there = (struct iovec){ (void *)*insn, STEP };
	return process_vm_readv(pid, &here, 1, &there, 1, 0) == STEP &&
	       !memcmp(code, instruction, STEP);
}

int main(int argc, char **argv)
{
	struct user_regs_struct before, r;
	uint64_t args[6] = { 0 }, at, insn;
	pid_t pid;
	long got;

	if (argc < 3 || argc > 9)
		return fprintf(stderr, "usage: inject_call PID CALL [ARG…]\n"), 2;
	pid = (pid_t)number(argv[1]);
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
		die("trace it");
	for (int tries = 0; !stop_in_call(pid, &before, &insn); tries++) {
		if (tries == TRIES) {
			fprintf(stderr, "inject_call: process %d does not wait\n", (int)pid);
			return 2;
		}
		ptrace(PTRACE_CONT, pid, 0, 0);
		usleep(5000);
	}
	at = (stack(&before) - BELOW) & ~63ull;
	for (int i = 3; i < argc; i++)
		args[i - 3] = argument(pid, argv[i], &at);
	r = before;
	set_call(&r, insn, call_number(argv[2]), args);
	regs(PTRACE_SETREGSET, pid, &r);
	step(pid);
	regs(PTRACE_GETREGSET, pid, &r);
	got = result(&r);
	regs(PTRACE_SETREGSET, pid, &before);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	if (got < 0 && got > -4096)
		printf("%s\n", strerrorname_np((int)-got));
	else
		printf("%ld\n", got);
	return 0;
}
