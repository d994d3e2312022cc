/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/live.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/helper.h"
#include "audit/netlink_socket.h"
#include "audit/run/serials.h"

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
	struct sg_helper helper; /* of what takes more than to listen */
	bool can_mark, mark_seen;
	char mark[16]; /* the comm of the child whose record is awaited */
	bool knows_lost;
	uint32_t lost_at_start, lost_by_now; /* the kernel's own counter, of the whole host */
	struct sg_audit_serials
		serials; /* the group gets every event of the host: a gap is a loss */
	uint64_t overruns, unreadable, by_others;
	struct mmsghdr headers[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_nl senders[BATCH];
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

static bool file_has_word(const char *path, const char *word)
{
	char text[4096] = "";
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	for (char *save = NULL, *w = strtok_r(text, " \n", &save); w;
	     w = strtok_r(NULL, " \n", &save)) {
		if (!strcmp(w, word))
			return true;
	}
	return false;
}

static bool logs_log(void)
{
	return file_has_word("/proc/sys/kernel/seccomp/actions_logged", "log");
}

/* Why nothing can arrive though the socket is there; NULL when nothing speaks against it. */
static const char *find_doubt(void)
{
	if (!in_initial_net_namespace())
		return "this network namespace is not the initial one, where alone audit records "
		       "arrive: none will";
	if (file_has_word("/proc/cmdline", "audit=0") ||
	    file_has_word("/proc/cmdline", "audit=off"))
		return "the kernel was booted with audit=0: no audit records will arrive";
	if (!logs_log())
		return "the kernel does not report calls that a filter logs (log is not in "
		       "kernel.seccomp.actions_logged)";
	return NULL;
}

int sg_audit_live_open(struct sg_audit_live **ret, const char **ret_doubt, struct sg_error *err)
{
	_cleanup_(sg_audit_live_freep) struct sg_audit_live *live = NULL;
	int group = AUDIT_NLGRP_READLOG, bytes = BUFFER_BYTES, r;

	live = calloc(1, sizeof(*live));
	if (!live)
		return sg_error_oom(err);
	live->helper = (struct sg_helper)SG_HELPER_INIT;
	live->fd = sg_netlink_audit_open(SOCK_NONBLOCK);
	if (live->fd < 0)
		return sg_error_set(err, live->fd, "audit: open the netlink socket: %s",
				    live->fd == -EPROTONOSUPPORT ? "this kernel has no audit"
								 : strerror(-live->fd));
	if (setsockopt(live->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return sg_error_set(err, -errno, "audit: join the multicast group: %s",
				    errno == EPERM ? "needs CAP_AUDIT_READ" : strerror(errno));
	/* beyond net.core.rmem_max, for which CAP_NET_ADMIN is
	 * needed; else as much as there may be */
	if (setsockopt(live->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(live->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	for (int i = 0; i < BATCH; i++) {
		live->vectors[i] = (struct iovec){ live->messages[i], MESSAGE_BYTES };
		live->headers[i].msg_hdr.msg_iov = &live->vectors[i];
		live->headers[i].msg_hdr.msg_iovlen = 1;
		live->headers[i].msg_hdr.msg_name = &live->senders[i];
	}
	r = sg_audit_helper_start(&live->helper, err);
	if (r < 0)
		return r;
	*ret_doubt = find_doubt();
	live->can_mark = !*ret_doubt;
	live->knows_lost = sg_audit_helper_lost(&live->helper, &live->lost_at_start);
	live->lost_by_now = live->lost_at_start;
	*ret = TAKE_PTR(live);
	return 0;
}

void sg_audit_live_free(struct sg_audit_live *live)
{
	if (!live)
		return;
	sg_helper_stop(&live->helper);
	sg_closep(&live->fd);
	free(live);
}

int sg_audit_live_fd(const struct sg_audit_live *live)
{
	return live->fd;
}

static int take_record(struct sg_audit_live *live, const struct sg_audit_line *line,
		       int (*take)(const struct sg_audit_record *record, void *data,
				   struct sg_error *err),
		       void *data, struct sg_error *err)
{
	switch (line->kind) {
	case SG_AUDIT_SECCOMP:
		sg_audit_serials_add(&live->serials, line->record.time, line->record.serial);
		if (live->mark[0] && sg_audit_text_is(&line->record.comm, live->mark)) {
			live->mark_seen = true;
			return 0;
		}
		return take(&line->record, data, err);
	case SG_AUDIT_OTHER:
		sg_audit_serials_add(&live->serials, line->record.time, line->record.serial);
		return 0;
	case SG_AUDIT_UNREADABLE:
		live->unreadable++;
		return 0;
	default:
		return 0;
	}
}

static int take_message(struct sg_audit_live *live, int i,
			int (*take)(const struct sg_audit_record *record, void *data,
				    struct sg_error *err),
			void *data, struct sg_error *err)
{
	const struct sg_audit_datagram datagram =
		sg_netlink_datagram(&live->headers[i].msg_hdr, live->headers[i].msg_len);
	struct sg_audit_line line;

	switch (sg_audit_datagram_read(&datagram, &line)) {
	case SG_AUDIT_SENT_RECORD:
		return take_record(live, &line, take, data, err);
	case SG_AUDIT_SENT_DAMAGED:
		live->unreadable++;
		return 0;
	case SG_AUDIT_SENT_BY_OTHERS:
		live->by_others++;
		return 0;
	case SG_AUDIT_SENT_ELSE:
		break;
	}
	return 0;
}

int sg_audit_live_read(struct sg_audit_live *live,
		       int (*take)(const struct sg_audit_record *record, void *data,
				   struct sg_error *err),
		       void *data, bool *ret_drained, struct sg_error *err)
{
	*ret_drained = false;
	for (int batch = 0; batch < BATCHES_A_CALL; batch++) {
		int n;

		for (int i = 0; i < BATCH; i++) /* it holds what the last message's was */
			live->headers[i].msg_hdr.msg_namelen = sizeof(live->senders[i]);
		n = recvmmsg(live->fd, live->headers, BATCH, MSG_DONTWAIT, NULL);
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
			int r = take_message(live, i, take, data, err);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

int sg_audit_live_mark(struct sg_audit_live *live, struct sg_error *err)
{
	unsigned char b[6];
	int r;

	if (!live->can_mark)
		return sg_error_set(err, -ENOTSUP, "audit: this kernel logs no mark");
	if (getrandom(b, sizeof(b), 0) != sizeof(b))
		return sg_error_set(err, -errno, "getrandom: %s", strerror(errno));
	snprintf(live->mark, sizeof(live->mark), "sg-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
		 b[3], b[4], b[5]);
	live->mark_seen = false;
	r = sg_audit_helper_mark(&live->helper, live->mark, err);
	live->can_mark = r == 0;
	return r;
}

bool sg_audit_live_mark_is_seen(const struct sg_audit_live *live)
{
	return live->mark_seen;
}

uint64_t sg_audit_live_serial(const struct sg_audit_live *live)
{
	return live->serials.far ? live->serials.far : live->serials.last;
}

void sg_audit_live_begin_at(struct sg_audit_live *live, uint64_t serial)
{
	sg_audit_serials_add(&live->serials, 0, serial);
}

void sg_audit_live_losses(struct sg_audit_live *live, uint64_t loss[SG_LOSS_MAX_])
{
	loss[SG_LOSS_AUDIT_ENOBUFS] += live->overruns;
	loss[SG_LOSS_AUDIT_SERIAL_GAPS] += sg_audit_serials_missing(&live->serials);
	loss[SG_LOSS_AUDIT_UNREADABLE] += live->unreadable;
	loss[SG_LOSS_AUDIT_NOT_KERNEL] += live->by_others;
	if (live->knows_lost) {
		sg_audit_helper_lost(&live->helper, &live->lost_by_now);
		loss[SG_LOSS_AUDIT_LOST] += live->lost_by_now - live->lost_at_start;
	}
}
