/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/audit.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/line/netlink.h"
#include "fuzz_check.h"

/*
 * A datagram as it comes from the audit socket. The first bytes say who sent it and how: what
 * others send must never become a record, whatever is in it; what comes of the kernel's must have
 * been written in full, and within the datagram.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 4 /* flags, port, groups, sequence number */

static void check_text(const struct sg_audit_text *text, const char *bytes, size_t len)
{
	char buf[300];
	size_t n = sg_audit_text_copy(text, buf, sizeof(buf));

	CHECK(n < sizeof(buf) && strlen(buf) == n);
	if (text->form == SG_AUDIT_TEXT_NONE)
		return;
	CHECK(text->data >= bytes && text->data + text->len <= bytes + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t len = size < PARTS ? 0 : size - PARTS;
	struct sg_audit_datagram datagram = { .len = len };
	enum sg_audit_sent sent;
	struct sg_audit_line line;
	uint32_t lost = 77;
	char *bytes;

	if (size < PARTS)
		return 0;
	bytes = malloc(len ? len : 1); /* of its own size, so that a read beyond it is seen */
	CHECK(bytes);
	memcpy(bytes, data + PARTS, len);
	datagram.bytes = bytes;
	datagram.is_truncated = data[0] & 1;
	datagram.port = data[1];
	datagram.groups = data[2];
	sent = sg_audit_datagram_read(&datagram, &line);
	CHECK((datagram.port || datagram.groups != 1) == (sent == SG_AUDIT_SENT_BY_OTHERS));
	if (sent == SG_AUDIT_SENT_RECORD && line.kind == SG_AUDIT_SECCOMP) {
		CHECK(!datagram.is_truncated && len > 16);
		check_text(&line.record.comm, bytes, len);
		check_text(&line.record.exe, bytes, len);
	}
	if (sg_audit_status_read(&datagram, data[3], &lost))
		CHECK(datagram.port == 0 && datagram.groups == 0 &&
		      len >= 16 + 7 * sizeof(uint32_t));
	else
		CHECK(lost == 77);
	free(bytes);
	return 0;
}
