/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SG_TEST_AUDIT_SINK_H
#define SG_TEST_AUDIT_SINK_H

#include "audit/stream/stream.h"
#include "audit_describe.h"

#define RECORD(serial, nr)                                                                    \
	"type=SECCOMP msg=audit(1795293354.710:" #serial "): auid=0 uid=0 gid=0 ses=1 pid=7 " \
	"comm=\"a\" exe=\"/a\" sig=0 arch=c000003e syscall=" #nr                              \
	" compat=0 ip=0x0 code=0x7ffc0000"
#define OTHER(type, serial) "type=" type " msg=audit(1795293354.710:" #serial "): x=y"

/* All that a sink gets, as text. */
struct log {
	struct sg_strbuf text;
	int answer; /* of the record callback */
	size_t n_records;
};

static int on_record(void *data, const struct sg_audit_record *rec, uint64_t line,
		     struct sg_error *err)
{
	struct log *log = data;

	log->n_records++;
	sg_strbuf_printf(&log->text, "%" PRIu64 ": seccomp", line);
	describe_record(&log->text, rec);
	sg_strbuf_add_char(&log->text, '\n');
	return log->answer ? sg_error_set(err, log->answer, "the sink refuses") : 0;
}

static void on_other(void *data, uint64_t time, uint64_t serial)
{
	struct log *log = data;

	(void)time;
	sg_strbuf_printf(&log->text, "other %" PRIu64 "\n", serial);
}

static void on_notice(void *data, const struct sg_audit_notice *notice, uint64_t line)
{
	struct log *log = data;

	sg_strbuf_printf(&log->text, "%" PRIu64 ": notice %" PRIu64 "\n", line, notice->count);
}

static void on_problem(void *data, enum sg_audit_kind kind, const char *reason, uint64_t line)
{
	struct log *log = data;

	sg_strbuf_printf(&log->text, "%" PRIu64 ": %s %s\n", line,
			 kind == SG_AUDIT_UNREADABLE ? "unreadable"
			 : kind == SG_AUDIT_FOREIGN  ? "foreign"
						     : "problem",
			 reason);
}

static const struct sg_audit_sink sink = {
	.record = on_record,
	.other = on_other,
	.notice = on_notice,
	.problem = on_problem,
};

/* A record in the kernel's form, and the same within JSON; an entry of journalctl -o json. */
#define AUDIT_TEXT(serial, nr)                                                             \
	"audit: type=1326 audit(1795293354.710:" #serial "): pid=7 comm=\"a\" exe=\"/a\" " \
	"arch=c000003e syscall=" #nr " code=0x7ffc0000"
#define AUDIT_TEXT_JSON(serial, nr)                                                   \
	"audit: type=1326 audit(1795293354.710:" #serial "): pid=7 comm=61 exe=2F61 " \
	"arch=c000003e syscall=" #nr " code=0x7ffc0000"
#define ENTRY(transport, message) "{\"_TRANSPORT\":\"" transport "\",\"MESSAGE\":\"" message "\"}"

#define SEEN(line, serial, nr)                                                                   \
#line ": seccomp 1795293354.710:" #serial " pid=7 comm=[a] exe=[/a] sig=0 c000003e/" #nr \
	      " code=7ffc0000\n"

#endif
