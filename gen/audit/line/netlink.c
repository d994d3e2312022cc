/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/line/netlink.h"

#include <linux/audit.h>
#include <linux/netlink.h>
#include <string.h>

#define READLOG_MASK (1u << (AUDIT_NLGRP_READLOG - 1))

static bool read_header(const struct sg_audit_datagram *datagram, struct nlmsghdr *ret)
{
	if (datagram->len < sizeof(*ret))
		return false;
	memcpy(ret, datagram->bytes, sizeof(*ret));
	return true;
}

/* Whether the header's length is the datagram's: one message, no more and no less. */
static bool is_one_message(const struct nlmsghdr *header, size_t len)
{
	return header->nlmsg_len == len || header->nlmsg_len == len - sizeof(*header);
}

enum sg_audit_sent sg_audit_datagram_read(const struct sg_audit_datagram *datagram,
					  struct sg_audit_line *ret)
{
	struct nlmsghdr header;

	if (datagram->port != 0 || datagram->groups != READLOG_MASK)
		return SG_AUDIT_SENT_BY_OTHERS;
	if (!read_header(datagram, &header))
		return SG_AUDIT_SENT_DAMAGED;
	if (header.nlmsg_type < AUDIT_FIRST_USER_MSG)
		return SG_AUDIT_SENT_ELSE;
	/*
	 * the stamp comes first: of another type all that matters is there, though the end is not
	 */
	if (header.nlmsg_type == SG_AUDIT_TYPE_SECCOMP &&
	    (datagram->is_truncated || !is_one_message(&header, datagram->len)))
		return SG_AUDIT_SENT_DAMAGED;
	sg_audit_payload_read(header.nlmsg_type, (const char *)datagram->bytes + sizeof(header),
			      datagram->len - sizeof(header), ret);
	return SG_AUDIT_SENT_RECORD;
}

bool sg_audit_status_read(const struct sg_audit_datagram *datagram, uint32_t seq, uint32_t *ret)
{
	const size_t end =
		offsetof(struct audit_status, lost) + sizeof(((struct audit_status *)NULL)->lost);
	struct nlmsghdr header;

	if (datagram->port != 0 || datagram->groups != 0 || !read_header(datagram, &header) ||
	    header.nlmsg_type != AUDIT_GET || header.nlmsg_seq != seq ||
	    header.nlmsg_len > datagram->len || header.nlmsg_len < sizeof(header) + end)
		return false;
	memcpy(ret,
	       (const char *)datagram->bytes + sizeof(header) + offsetof(struct audit_status, lost),
	       sizeof(*ret));
	return true;
}
