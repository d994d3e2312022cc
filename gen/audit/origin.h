/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_AUDIT_ORIGIN_H
#define SG_AUDIT_ORIGIN_H

#include <stddef.h>

/*
 * For gen/audit/ only: who wrote what follows the head of a log line. Programs quote records (a
 * shell in sudo's log, a monitoring agent, seccomp-gen itself); what they quote is no evidence.
 */
enum sg_audit_origin {
	SG_AUDIT_ORIGIN_OTHER, /* a program, or a head that is in none of the known forms */
	SG_AUDIT_ORIGIN_AUDIT, /* the kernel, or a daemon that passes its records on; or there is no
				  head */
	SG_AUDIT_ORIGIN_KMSG,  /* the kernel through /dev/kmsg, which prints some bytes as \xNN */
};

enum sg_audit_origin sg_audit_origin_read(const char *head, size_t len);

#endif
