/* SPDX-License-Identifier: Apache-2.0 */
#include "infer/bundles.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

#define CHILD	"a child's end, its pipes and its signals"
#define LOCKS	"locks, stacks and signals of threads"
#define CONNECT "a connection that is not there at once, or fails"
#define DATA	"data that comes in another way or size"
#define DISK	"files that grow, are replaced or are made safe"

const struct sg_bundle sg_bundles[] = {
	{ "spawn",
	  "a child was spawned",
	  { "fork", "vfork", "wait4", "waitid" },
	  { 0 },
	  { { "clone", "fork(2), vfork(2) and posix_spawn(3) of glibc" },
	    { "wait4", CHILD },
	    { "kill", CHILD },
	    { "pipe2", CHILD },
	    { "dup2", CHILD },
	    { "fcntl", CHILD },
	    { "close", CHILD },
	    { "rt_sigaction", CHILD },
	    { "rt_sigprocmask", CHILD },
	    { "access", "the shell or program is looked for" } } },
	{ "threads",
	  "threads were started",
	  /* of clone alone it cannot be said: fork(2) of glibc is clone, too */
	  { "clone3" },
	  { "set_robust_list", "futex", "rt_sigprocmask" },
	  { { "futex", LOCKS },
	    { "set_robust_list", LOCKS },
	    { "rseq", LOCKS },
	    { "mprotect", LOCKS },
	    { "madvise", LOCKS },
	    { "munmap", LOCKS },
	    { "rt_sigprocmask", LOCKS },
	    { "tgkill", LOCKS },
	    { "gettid", LOCKS },
	    { "sched_yield", LOCKS },
	    { "sched_getaffinity", "how many threads are worth starting" },
	    { "prctl", "a thread's name" },
	    { "clock_nanosleep", "waiting with a limit" } } },
	{ "client",
	  "a connection was made",
	  { "connect" },
	  { "socket" },
	  { { "getsockopt", CONNECT },
	    { "setsockopt", CONNECT },
	    { "getsockname", CONNECT },
	    { "getpeername", CONNECT },
	    { "poll", CONNECT },
	    { "fcntl", CONNECT },
	    { "ioctl", CONNECT },
	    { "shutdown", CONNECT },
	    { "bind", CONNECT },
	    { "sendto", DATA },
	    { "recvfrom", DATA },
	    { "sendmsg", DATA },
	    { "recvmsg", DATA },
	    { "writev", DATA } } },
	{ "resolver",
	  "a name was resolved",
	  { "sendmmsg" },
	  { "socket", "connect" },
	  { { "sendmmsg", "getaddrinfo(3) of glibc asks for both families at once" },
	    { "sendto", "getaddrinfo(3) of musl, and one family" },
	    { "recvfrom", "the answer" },
	    { "recvmsg", "the answer, musl" },
	    { "poll", "the answer takes its time" },
	    { "ioctl", "the answer's size" },
	    { "bind", "musl's socket" },
	    { "getsockname", "addresses are put in order (RFC 6724)" },
	    { "uname", "the host's name" },
	    { "lseek", "/etc/hosts and /etc/resolv.conf" },
	    { "getpeername", "a server that asks for TCP" },
	    { "writev", "the same" } } },
	{ "server",
	  "connections were accepted",
	  { "accept", "accept4" },
	  { "listen" },
	  { { "accept4", "accept4(2) with flags" },
	    { "getsockname", "whose connection it is" },
	    { "getpeername", "whose connection it is" },
	    { "getsockopt", "an error of the connection" },
	    { "setsockopt", "options of the connection" },
	    { "shutdown", "a connection is ended" },
	    { "sendto", DATA },
	    { "recvfrom", DATA },
	    { "sendmsg", DATA },
	    { "recvmsg", DATA },
	    { "writev", DATA } } },
	{ "files",
	  "files were written",
	  { "fsync", "fdatasync", "ftruncate", "pwrite64", "rename", "renameat2" },
	  { "openat" },
	  { { "write", DISK },
	    { "writev", DISK },
	    { "pwrite64", DISK },
	    { "lseek", DISK },
	    { "fsync", DISK },
	    { "fdatasync", DISK },
	    { "ftruncate", DISK },
	    { "fallocate", DISK },
	    { "rename", DISK },
	    { "unlink", DISK },
	    { "unlinkat", DISK },
	    { "mkdir", DISK },
	    { "fcntl", "locks of files" },
	    { "flock", "locks of files" },
	    { "fchmod", "their modes" },
	    { "utimensat", "their times" },
	    { "getdents64", "their directory" },
	    { "statfs", "how much room there is" } } },
	{ 0 },
};

bool sg_bundle_applies(const struct sg_bundle *bundle, const struct sg_evidence *evidence,
		       uint32_t arch)
{
	for (size_t i = 0; i < SG_ARRAY_SIZE(bundle->needs) && bundle->needs[i]; i++) {
		if (!sg_evidence_was_called(evidence, arch, bundle->needs[i]))
			return false;
	}
	for (size_t i = 0; i < SG_ARRAY_SIZE(bundle->evidence) && bundle->evidence[i]; i++) {
		if (sg_evidence_was_called(evidence, arch, bundle->evidence[i]))
			return true;
	}
	return false;
}

int sg_bundles_parse(const char *text, uint32_t *ret)
{
	uint32_t set = 0;

	for (;;) {
		size_t len = strcspn(text, ","), i = 0;

		if (len == 3 && memcmp(text, "all", len) == 0) {
			for (i = 0; sg_bundles[i].name; i++)
				set |= UINT32_C(1) << i;
		} else {
			while (sg_bundles[i].name && (strlen(sg_bundles[i].name) != len ||
						      memcmp(sg_bundles[i].name, text, len) != 0))
				i++;
			if (!sg_bundles[i].name)
				return -EINVAL;
			set |= UINT32_C(1) << i;
		}
		if (!text[len])
			break;
		text += len + 1;
	}
	*ret = set;
	return 0;
}
