/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TRACER_AUDIT_NETLINK_SOCKET_H
#define SG_TRACER_AUDIT_NETLINK_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "audit/line/netlink.h"

/*
 * A socket of NETLINK_AUDIT that is bound and connected to the kernel: what another process sends
 * to it alone is refused in sendmsg(2) with ECONNREFUSED (netlink_getsockbyportid() in
 * net/netlink/af_netlink.c) and takes no room in its buffer. What is sent to a group it is in
 * arrives, whoever sent it. Returns the descriptor, or a negative errno.
 */
int sg_netlink_audit_open(int flags);

/* What a message of @len bytes is that was received with @header, which has a sockaddr_nl for a
 * name and one vector. Borrows from it. A name that is none is nobody's: port UINT32_MAX. */
struct sg_audit_datagram sg_netlink_datagram(const struct msghdr *header, size_t len);

/* How many records the kernel says that it lost since boot. Takes CAP_AUDIT_CONTROL; false without,
 * or when the kernel does not answer in the time that @fd, a socket of sg_netlink_audit_open(), has
 * for receiving. */
bool sg_netlink_audit_lost(int fd, uint32_t *ret);

#endif
