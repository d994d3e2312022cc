/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_LINE_ORIGIN_H
#define SG_AUDIT_LINE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * For gen/audit/ only: who wrote what follows the head of a log line. Programs quote records (a
 * shell in sudo's log, a monitoring agent, seccomp-gen itself); what they quote is no evidence.
 */
enum sg_audit_origin_kind {
	SG_AUDIT_ORIGIN_OTHER,	/* a program, or a head that is in none of the known forms */
	SG_AUDIT_ORIGIN_NONE,	/* there is no head: nothing says who */
	SG_AUDIT_ORIGIN_NODE,	/* auditd's "node=NAME" and nothing else */
	SG_AUDIT_ORIGIN_PRINTK, /* the kernel, by a head of dmesg's or of /dev/kmsg */
	/*
	 * A name in a system log: whoever may log can give himself that name, and where a daemon
	 * does not put the sender's pid after it, nothing tells his lines from the real ones.
	 */
	SG_AUDIT_ORIGIN_KERNEL_TAG,
	SG_AUDIT_ORIGIN_DAEMON_TAG, /* what passes the kernel's records on */
};

struct sg_audit_origin {
	enum sg_audit_origin_kind kind;
	bool says_audit; /* "audit:" stands after the head, as the kernel has it from 3.15 on */
	bool is_kmsg;	 /* of /dev/kmsg, which prints some bytes as \xNN */
	/*
	 * Of the time of printk in the head, 0: there is none. All lines of one message have the
	 * same where each gets a head of its own (dmesg --force-prefix, syslog(2), /proc/kmsg).
	 */
	uint64_t stamp;
	bool is_stamp_fine; /* it has a fraction of a second, and is one message's alone */
	bool is_no_later;   /* "[  +0.000000]" of dmesg -e: the time of the line before */
};

void sg_audit_origin_read(const char *head, size_t len, struct sg_audit_origin *ret);

#endif
