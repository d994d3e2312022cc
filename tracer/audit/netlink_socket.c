/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/netlink_socket.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <sys/random.h>
#include <stddef.h>
#include <unistd.h>

#include "base/cleanup.h"

#define ANSWER_BYTES 1024 /* struct audit_status grows with the kernel */
#define ANSWERS_MAX  4	  /* one is expected; others can be acknowledgements */

int sg_netlink_audit_open(int flags)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	_cleanup_close_ int fd = -1;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_AUDIT);
	/* port 0 is the kernel's; connect(2) also binds the socket to a port of its own */
	if (fd < 0 || connect(fd, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

struct sg_audit_datagram sg_netlink_datagram(const struct msghdr *header, size_t len)
{
	const struct sockaddr_nl *sender = header->msg_name;
	struct sg_audit_datagram datagram = {
		.bytes = header->msg_iov->iov_base,
		.len = len < header->msg_iov->iov_len ? len : header->msg_iov->iov_len,
		.is_truncated = header->msg_flags & MSG_TRUNC,
		.port = UINT32_MAX,
	};

	if (header->msg_namelen == sizeof(*sender) && sender->nl_family == AF_NETLINK) {
		datagram.port = sender->nl_pid;
		datagram.groups = sender->nl_groups;
	}
	return datagram;
}

bool sg_netlink_audit_lost(int fd, uint32_t *ret)
{
	struct nlmsghdr request = {
		.nlmsg_len = NLMSG_LENGTH(0),
		.nlmsg_type = AUDIT_GET,
		.nlmsg_flags = NLM_F_REQUEST,
	};
	char answer[ANSWER_BYTES] = { 0 };
	uint32_t seq;

	if (getrandom(&seq, sizeof(seq), 0) != sizeof(seq))
		return false;
	request.nlmsg_seq = seq;
	if (send(fd, &request, sizeof(request), 0) < 0)
		return false;
	for (int i = 0; i < ANSWERS_MAX; i++) {
		struct sockaddr_nl sender;
		struct iovec vector = { answer, sizeof(answer) };
		struct msghdr header = {
			.msg_name = &sender,
			.msg_namelen = sizeof(sender),
			.msg_iov = &vector,
			.msg_iovlen = 1,
		};
		ssize_t n = recvmsg(fd, &header, 0);
		struct sg_audit_datagram datagram;

		if (n < 0)
			return false;
		datagram = sg_netlink_datagram(&header, (size_t)n);
		if (sg_audit_status_read(&datagram, seq, ret))
			return true;
	}
	return false;
}
