/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a few calls that change nothing and prints on one line what each came to: the name of its
 * errno, or "ok". What is allowed here: mkdirat ENOENT, clone3 EINVAL, the others ok. With a word
 * it then waits for its end, so that its filter can be read; the word tells it from others.
 *
 * usage: dialect_probe [WORD]
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *name, long r)
{
	printf("%s=%s ", name, r < 0 ? strerrorname_np(errno) : "ok");
}

int main(int argc, char **argv)
{
	say("getppid", syscall(SYS_getppid));
	say("mkdirat", syscall(SYS_mkdirat, AT_FDCWD, "/nonexistent/directory", 0));
	say("unix", syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
	/* the upper half is not the kernel's concern, and must not be the filter's */
	say("unix_high", syscall(SYS_socket, AF_UNIX | 1l << 32, SOCK_STREAM, 0));
	say("netlink", syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0));
	say("clone3", syscall(SYS_clone3, NULL, 0l));
	say("kcmp", syscall(SYS_kcmp, getpid(), getpid(), 0l, 0l, 0l));
	putchar('\n');
	fflush(stdout);
	if (argc > 1 && argv[1][0])
		pause();
	return 0;
}
