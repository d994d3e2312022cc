/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/helper.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/netlink_socket.h"
#include "base/cleanup.h"

#define KERNEL_WAIT_US 200000
#define WAIT_MS	       2000

enum { ASK_LOSSES = 1, ASK_MARK };

/* --- in the helper */

static int open_socket(void *data, struct sg_error *err)
{
	struct timeval patience = { .tv_usec = KERNEL_WAIT_US };
	int *fd = data;

	(void)err;
	*fd = sg_netlink_audit_open(0); /* a kernel without audit has lost none */
	if (*fd >= 0)
		setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return 0;
}

/* The child: one call that its filter logs. Only what is safe between fork and exit. */
static _Noreturn void be_mark(const char *name)
{
	struct sock_filter insns[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = SG_ARRAY_SIZE(insns), .filter = insns };

	if (prctl(PR_SET_NAME, name, 0, 0, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		_exit(1);
	syscall(SYS_getppid);
	_exit(0);
}

static int make_mark(const char *name)
{
	int status = 0;
	pid_t pid;

	if (strlen(name) > SG_AUDIT_MARK_LEN || strncmp(name, "sg-", 3) ||
	    name[3 + strspn(name + 3, "0123456789abcdef")])
		return -EINVAL;
	pid = fork();
	if (pid == 0)
		be_mark(name);
	return pid < 0 || waitpid(pid, &status, 0) != pid || status ? -ENOTSUP : 0;
}

static void serve(int fd, void *data)
{
	const int *socket = data;
	struct sg_question q;
	uint32_t n = 0;

	for (; sg_helper_next(fd, SG_AUDIT_MARK_LEN, &q); free(q.text)) {
		if (q.what == ASK_LOSSES)
			sg_helper_answer(fd, sg_netlink_audit_lost(*socket, &n) ? 0 : -ENODATA, &n,
					 sizeof(n));
		else
			sg_helper_answer(fd, q.what == ASK_MARK ? make_mark(q.text) : -EINVAL, "",
					 0);
	}
}

/* --- in the process that asks */

int sg_audit_helper_start(struct sg_helper *ret, struct sg_error *err)
{
	int socket = -1;
	const struct sg_helper_work work = { .part = SG_PART_AUDIT,
					     .prepare = open_socket,
					     .serve = serve,
					     .data = &socket,
					     .keep_fd = -1 };

	return sg_helper_start(&work, ret, err);
}

bool sg_audit_helper_lost(struct sg_helper *helper, uint32_t *ret)
{
	const struct sg_ask ask = { .what = ASK_LOSSES, .wait_ms = WAIT_MS, .max = sizeof(*ret) };
	_cleanup_free_ char *text = NULL;
	struct sg_error ignored = { 0 };
	size_t len = 0;

	if (sg_helper_ask(helper, &ask, &text, &len, &ignored) < 0 || len != sizeof(*ret))
		return false;
	memcpy(ret, text, sizeof(*ret));
	return true;
}

int sg_audit_helper_mark(struct sg_helper *helper, const char *name, struct sg_error *err)
{
	const struct sg_ask ask = {
		.what = ASK_MARK, .text = name, .len = strlen(name), .wait_ms = WAIT_MS
	};
	struct sg_error why = { 0 };

	if (sg_helper_ask(helper, &ask, NULL, NULL, &why) < 0)
		return sg_error_set(err, -ENOTSUP, "audit: no mark can be made");
	return 0;
}
