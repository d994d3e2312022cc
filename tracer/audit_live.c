/* SPDX-License-Identifier: Apache-2.0 */
#include "audit_live.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/serials.h"

/*
 * A record takes about 1 KiB of this as the kernel accounts it, so at 100,000 records a second the
 * recorder can be away for a third of a second. The memory is taken only while records wait.
 */
#define BUFFER_BYTES   (32 << 20)
#define BATCH	       64
#define MESSAGE_BYTES  9216 /* linux/audit.h MAX_AUDIT_MESSAGE_LENGTH is 8970 */
#define BATCHES_A_CALL 64   /* then the other duties of the recorder have their turn */

struct sg_audit_live {
	int fd;
	struct sg_audit_serials
		serials; /* the group gets every event of the host: a gap is a loss */
	uint64_t overruns, unreadable;
	struct mmsghdr headers[BATCH];
	struct iovec vectors[BATCH];
	char messages[BATCH][MESSAGE_BYTES];
};

/*
 * Some settings exist in the initial network namespace only (net_core_table,
 * net/core/sysctl_net_core.c), and /proc/sys/net shows those of the caller's. Comparing with
 * /proc/1/ns/net would take the right to trace it.
 */
static bool in_initial_net_namespace(void)
{
	return access("/proc/sys/net/core/somaxconn", F_OK) < 0 ||
	       access("/proc/sys/net/core/netdev_max_backlog", F_OK) == 0;
}

/* Why nothing can arrive though the socket is there; NULL when nothing speaks against it. */
static const char *find_doubt(void)
{
	char text[4096] = "";
	FILE *f;

	if (!in_initial_net_namespace())
		return "this network namespace is not the initial one, where alone audit records "
		       "arrive: none will";
	f = fopen("/proc/cmdline", "re");
	if (f) {
		size_t n = fread(text, 1, sizeof(text) - 1, f);

		fclose(f);
		text[n] = '\0';
		if (strstr(text, "audit=0") || strstr(text, "audit=off"))
			return "the kernel was booted with audit=0: no audit records will arrive";
	}
	return NULL;
}

int sg_audit_live_open(struct sg_audit_live **ret, const char **ret_doubt, struct sg_error *err)
{
	_cleanup_(sg_audit_live_freep) struct sg_audit_live *live = NULL;
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int group = AUDIT_NLGRP_READLOG, bytes = BUFFER_BYTES;

	live = calloc(1, sizeof(*live));
	if (!live)
		return sg_error_oom(err);
	live->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
	if (live->fd < 0)
		return sg_error_set(err, -errno, "audit: open the netlink socket: %s",
				    errno == EPROTONOSUPPORT ? "this kernel has no audit"
							     : strerror(errno));
	if (bind(live->fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(live->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return sg_error_set(err, -errno, "audit: join the multicast group: %s",
				    errno == EPERM ? "needs CAP_AUDIT_READ" : strerror(errno));
	/* beyond net.core.rmem_max, for which CAP_NET_ADMIN is needed; else as much as there may be
	 */
	if (setsockopt(live->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(live->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	for (int i = 0; i < BATCH; i++) {
		live->vectors[i] = (struct iovec){ live->messages[i], MESSAGE_BYTES };
		live->headers[i].msg_hdr.msg_iov = &live->vectors[i];
		live->headers[i].msg_hdr.msg_iovlen = 1;
	}
	*ret_doubt = find_doubt();
	*ret = TAKE_PTR(live);
	return 0;
}

void sg_audit_live_free(struct sg_audit_live *live)
{
	if (!live)
		return;
	sg_closep(&live->fd);
	free(live);
}

int sg_audit_live_fd(const struct sg_audit_live *live)
{
	return live->fd;
}

static int take_message(struct sg_audit_live *live, const char *text, size_t len,
			int (*take)(const struct sg_audit_record *record, void *data,
				    struct sg_error *err),
			void *data, struct sg_error *err)
{
	struct sg_audit_line line;
	struct nlmsghdr header;

	if (len < sizeof(header))
		return 0;
	memcpy(&header, text, sizeof(header));
	if (header.nlmsg_type < AUDIT_FIRST_USER_MSG)
		return 0;
	/* audit leaves its header out of nlmsg_len in multicast copies: the datagram's length
	 * counts */
	sg_audit_payload_read(header.nlmsg_type, text + sizeof(header), len - sizeof(header),
			      &line);
	switch (line.kind) {
	case SG_AUDIT_SECCOMP:
		sg_audit_serials_add(&live->serials, line.record.time, line.record.serial);
		return take(&line.record, data, err);
	case SG_AUDIT_OTHER:
		sg_audit_serials_add(&live->serials, line.record.time, line.record.serial);
		return 0;
	case SG_AUDIT_UNREADABLE:
		live->unreadable++;
		return 0;
	default:
		return 0;
	}
}

int sg_audit_live_read(struct sg_audit_live *live,
		       int (*take)(const struct sg_audit_record *record, void *data,
				   struct sg_error *err),
		       void *data, bool *ret_drained, struct sg_error *err)
{
	*ret_drained = false;
	for (int batch = 0; batch < BATCHES_A_CALL; batch++) {
		int n = recvmmsg(live->fd, live->headers, BATCH, MSG_DONTWAIT, NULL);

		if (n < 0 &&
		    errno == ENOBUFS) { /* said once an overrun; what is there can be read */
			live->overruns++;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			*ret_drained = true;
			return 0;
		}
		if (n < 0)
			return sg_error_set(err, -errno, "audit: read the netlink socket: %s",
					    strerror(errno));
		for (int i = 0; i < n; i++) {
			int r = take_message(live, live->messages[i], live->headers[i].msg_len,
					     take, data, err);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

void sg_audit_live_losses(const struct sg_audit_live *live, uint64_t loss[SG_LOSS_MAX_])
{
	loss[SG_LOSS_AUDIT_ENOBUFS] += live->overruns;
	loss[SG_LOSS_AUDIT_SERIAL_GAPS] += sg_audit_serials_missing(&live->serials);
	loss[SG_LOSS_AUDIT_UNREADABLE] += live->unreadable;
}
