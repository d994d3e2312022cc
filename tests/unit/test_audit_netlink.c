/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <string.h>

#include "audit/line/netlink.h"

#define TEXT                                                                                     \
	"audit(1795293354.710:483): auid=0 uid=0 gid=0 ses=1 pid=7 comm=\"a\" exe=\"/a\" sig=0 " \
	"arch=c000003e syscall=102 compat=0 ip=0x7f code=0x7ffc0000"

struct message {
	struct nlmsghdr header;
	char body[512];
};

static struct sg_audit_datagram make(struct message *msg, uint16_t type, const void *body,
				     size_t len)
{
	*msg = (struct message){ .header = { .nlmsg_len = (uint32_t)len, .nlmsg_type = type } };
	memcpy(msg->body, body, len);
	return (struct sg_audit_datagram){
		.bytes = msg,
		.len = sizeof(msg->header) + len,
		.groups = 1u << (AUDIT_NLGRP_READLOG - 1),
	};
}

static struct sg_audit_datagram make_record(struct message *msg)
{
	return make(msg, AUDIT_SECCOMP, TEXT, strlen(TEXT));
}

static void the_kernels_record_is_read(void **state)
{
	struct message msg;
	struct sg_audit_datagram datagram = make_record(&msg);
	struct sg_audit_line line;

	(void)state;
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_RECORD);
	assert_int_equal(line.kind, SG_AUDIT_SECCOMP);
	assert_int_equal(line.record.id.nr, 102);
	assert_int_equal(line.record.serial, 483);
	/* should a kernel ever give the length as everybody else does */
	msg.header.nlmsg_len += sizeof(msg.header);
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_RECORD);
	assert_int_equal(line.kind, SG_AUDIT_SECCOMP);
}

static void what_others_send_is_no_record(void **state)
{
	static const struct {
		uint32_t port, groups;
	} senders[] = {
		{ 1, 1 },	   /* sent to the group by a process */
		{ UINT32_MAX, 1 }, /* no address at all */
		{ 4711, 0 },	   /* sent to this socket alone */
		{ 0, 0 },	   /* the kernel's, but not to the group of records */
		{ 0, 2 },	   { 0, 3 },
	};
	struct message msg;

	(void)state;
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		struct sg_audit_datagram datagram = make_record(&msg);
		struct sg_audit_line line;

		datagram.port = senders[i].port;
		datagram.groups = senders[i].groups;
		assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_BY_OTHERS);
	}
}

static void a_record_that_is_not_whole_is_damaged(void **state)
{
	struct message msg;
	struct sg_audit_datagram datagram = make_record(&msg);
	struct sg_audit_line line;

	(void)state;
	datagram.is_truncated = true;
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_DAMAGED);
	datagram = make_record(&msg);
	msg.header.nlmsg_len--; /* something after it */
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_DAMAGED);
	msg.header.nlmsg_len = UINT32_MAX;
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_DAMAGED);
	for (size_t len = 0; len < sizeof(msg.header); len++) {
		datagram = make_record(&msg);
		datagram.len = len;
		assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_DAMAGED);
	}
}

/* Its serial is one that did not get lost; what a program had the kernel quote is not looked at. */
static void a_users_message_is_no_record(void **state)
{
	static const char text[] =
		"audit(1795293354.710:484): pid=1 uid=0 auid=1 ses=1 msg='x\ntype=1326 " TEXT "'";
	struct message msg;
	struct sg_audit_datagram datagram = make(&msg, 1107, text, strlen(text));
	struct sg_audit_line line;

	(void)state;
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_RECORD);
	assert_int_equal(line.kind, SG_AUDIT_OTHER);
	assert_int_equal(line.record.serial, 484);
	datagram.is_truncated = true;
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_RECORD);
	assert_int_equal(line.kind, SG_AUDIT_OTHER);
}

static void an_acknowledgement_is_nothing(void **state)
{
	struct message msg;
	struct sg_audit_datagram datagram = make(&msg, NLMSG_ERROR, TEXT, strlen(TEXT));
	struct sg_audit_line line;

	(void)state;
	assert_int_equal(sg_audit_datagram_read(&datagram, &line), SG_AUDIT_SENT_ELSE);
}

static struct sg_audit_datagram make_status(struct message *msg, uint32_t seq)
{
	const struct audit_status status = { .lost = 12 };
	struct sg_audit_datagram datagram = make(msg, AUDIT_GET, &status, sizeof(status));

	msg->header.nlmsg_len += sizeof(msg->header);
	msg->header.nlmsg_seq = seq;
	datagram.groups = 0;
	return datagram;
}

static void only_the_kernels_answer_to_the_question_counts(void **state)
{
	struct message msg;
	struct sg_audit_datagram datagram = make_status(&msg, 5);
	uint32_t lost = 77;

	(void)state;
	assert_true(sg_audit_status_read(&datagram, 5, &lost));
	assert_int_equal(lost, 12);
	lost = 77;
	assert_false(sg_audit_status_read(&datagram, 6, &lost));
	datagram.port = 4711;
	assert_false(sg_audit_status_read(&datagram, 5, &lost));
	datagram = make_status(&msg, 5);
	datagram.groups = 1;
	assert_false(sg_audit_status_read(&datagram, 5, &lost));
	datagram = make_status(&msg, 5);
	msg.header.nlmsg_type = NLMSG_ERROR;
	assert_false(sg_audit_status_read(&datagram, 5, &lost));
	datagram = make_status(&msg, 5);
	msg.header.nlmsg_len++;
	assert_false(sg_audit_status_read(&datagram, 5, &lost));
	for (size_t len = 0; len < sizeof(msg.header) + 28; len++) {
		datagram = make_status(&msg, 5);
		datagram.len = len;
		assert_false(sg_audit_status_read(&datagram, 5, &lost));
		msg.header.nlmsg_len = (uint32_t)len;
		assert_false(sg_audit_status_read(&datagram, 5, &lost));
	}
	assert_int_equal(lost, 77);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernels_record_is_read),
		cmocka_unit_test(what_others_send_is_no_record),
		cmocka_unit_test(a_record_that_is_not_whole_is_damaged),
		cmocka_unit_test(a_users_message_is_no_record),
		cmocka_unit_test(an_acknowledgement_is_nothing),
		cmocka_unit_test(only_the_kernels_answer_to_the_question_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
