/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_NETLINK_H
#define SG_AUDIT_LINE_NETLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/line/line.h"

/*
 * A datagram of the audit netlink socket, and who sent it. Whoever has CAP_NET_ADMIN in the network
 * namespace may send to any socket of it, and to the group (netlink_sendmsg() in
 * net/netlink/af_netlink.c); only the kernel's own sockets have the port 0, and the port of the
 * sender is filled in by the kernel.
 */
struct sg_audit_datagram {
	const void *bytes; /* as many as there was room for; borrowed */
	size_t len;
	bool is_truncated; /* MSG_TRUNC: it was longer */
	uint32_t port;	   /* sockaddr_nl.nl_pid of the sender */
	uint32_t groups; /* sockaddr_nl.nl_groups: bit N - 1 for a message to group N, 0 unicast */
};

/* What it comes to. */
enum sg_audit_sent {
	SG_AUDIT_SENT_RECORD,  /* a record of the kernel's; the line says which */
	SG_AUDIT_SENT_ELSE,    /* the kernel's, and no record: an acknowledgement */
	SG_AUDIT_SENT_DAMAGED, /* the kernel's, and a record 1326 may be in it that is not whole */
	SG_AUDIT_SENT_BY_OTHERS, /* somebody else's, or not to the group of records */
};

/*
 * Read a datagram of AUDIT_NLGRP_READLOG. The kernel sends one record in each, and leaves the size
 * of the header out of nlmsg_len (audit_log_end() in kernel/audit.c); a length that is right is
 * taken as well. @ret is for SENT_RECORD only, its names borrowed from the datagram. Cannot fail.
 */
enum sg_audit_sent sg_audit_datagram_read(const struct sg_audit_datagram *datagram,
					  struct sg_audit_line *ret);

/*
 * The kernel's answer to AUDIT_GET with the sequence number @seq: how many records it has lost
 * since boot. False for everything else; *ret is then untouched.
 */
bool sg_audit_status_read(const struct sg_audit_datagram *datagram, uint32_t seq, uint32_t *ret);

#endif
